// The composition pattern: segments are stored, routed and announced, and nobody knows of anybody.
#include <gtest/gtest.h>

#include <array>

#include <stt/primitives/endpoint_manager.hpp>
#include <stt/primitives/event_emitter.hpp>
#include <stt/primitives/storage_memory.hpp>
#include <stt/primitives/stream_fixture.hpp>

namespace stt::primitives {
namespace {

using namespace testing;

struct SegmentSent {
  ObjectAddress address;
  SegmentSequence sequence;
  std::size_t viewers = 0;
};

//= STT-EVENT-007 test
//= STT-ENCODER-001 test
TEST(Composition, SegmentsAreStoredRoutedAndAnnounced) {
  const Bytes video = pattern(20'000);
  const std::array<std::string_view, 2> viewers{"alice", "bob"};
  FixedRandom random(3);
  MemoryStorage storage(some_key(), 1'000'000, random);
  EndpointManager endpoints;
  EventEmitter emitter;
  std::vector<SegmentSent> sent;
  emitter.on("segment_sent", [&](const SegmentSent& event) { sent.push_back(event); });

  for (const Carried& segment : encode_all(video, 1'070)) {
    const auto address = storage.store(segment.bytes);
    ASSERT_TRUE(address);
    for (const auto& outcome : endpoints.route_to_endpoints(viewers, segment.bytes)) {
      EXPECT_EQ(outcome, Routed::queued);
    }
    EXPECT_TRUE(
        emitter.emit("segment_sent", SegmentSent{*address, segment.sequence, viewers.size()}).ok());
  }

  // Each viewer has the video, and so has the storage.
  for (const std::string_view viewer : viewers) {
    auto decoder = some_decoder();
    for (const SegmentSent& event : sent) {
      EXPECT_TRUE(decoder.receive_segment(*endpoints.next(viewer), event.sequence));
    }
    EXPECT_EQ(decoder.receive_all(), video);
  }
  auto decoder = some_decoder();
  for (auto event = sent.rbegin(); event != sent.rend(); ++event) {
    EXPECT_TRUE(decoder.receive_segment(*storage.retrieve(event->address), event->sequence));
  }
  EXPECT_EQ(decoder.receive_all(), video);
}

}  // namespace
}  // namespace stt::primitives

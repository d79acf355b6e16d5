// Live video to two viewers, with a recording, and an event for each piece that was sent.
//
// The composition pattern: encoder, storage, endpoints and events know nothing of each other. What
// the bytes are, who gets them, and what "frame_sent" means, is this program's affair.
#include <docs/examples/expect.hpp>

#include <array>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stt/adapters/primitives/async_encoder.hpp>
#include <stt/adapters/primitives/async_endpoints.hpp>
#include <stt/adapters/primitives/async_event_emitter.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/primitives/decoder.hpp>
#include <stt/primitives/storage_memory.hpp>
#include <stt/wire/reader.hpp>
#include <stt/wire/writer.hpp>

namespace {

using namespace stt;
using example::expect;
using primitives::ObjectAddress;
using primitives::SegmentSequence;
using primitives::StreamingContext;
namespace net = boost::asio;

constexpr std::size_t video_frames = 20;
constexpr std::size_t video_frame_bytes = 3'000;

// 1. The camera, and your codec: 20 frames of 3,000 bytes.
class Camera {
 public:
  explicit Camera(net::io_context& context) : context_(context) {}

  net::awaitable<Bytes> next_frame() {
    co_await net::post(context_, net::use_awaitable);
    if (count_ == video_frames) co_return Bytes{};
    co_return Bytes(video_frame_bytes, static_cast<std::byte>(count_++));
  }

 private:
  net::io_context& context_;
  std::size_t count_ = 0;
};

struct FrameSent {
  ObjectAddress address;  // of the segment in the recording
  std::size_t viewers = 0;
};

// A segment's sequence travels beside its bytes; here in front of them.
Bytes packed(const async::OwnedSegment& segment) {
  Bytes out(8 + segment.bytes.size());
  wire::Writer writer(out);
  writer.be(segment.sequence.value());
  writer.bytes(segment.bytes);
  return out;
}
auto received(primitives::BinaryStreamDecoder& decoder, ByteView item) {
  const auto sequence = SegmentSequence(wire::Reader(item).be<std::uint64_t>());
  return decoder.receive_segment(item.subspan(8), sequence);
}

struct Studio {
  Studio(net::io_context& context, const crypto::Key& storage_key, Random& random)
      : recording(storage_key, 10'000'000, random), viewers(context.get_executor()) {
    // Alice must not miss anything. Bob's line is slow: he rather loses old pieces.
    expect(viewers.add("viewer_alice", {.items_max = 100}).has_value());
    const primitives::EndpointOptions for_bob{.items_max = 8,
                                              .when_full = primitives::WhenFull::drop_oldest};
    expect(viewers.add("viewer_bob", for_bob).has_value());
  }

  primitives::MemoryStorage recording;
  async::AsyncEndpoints viewers;
  async::AsyncEventEmitter events;
};

net::awaitable<void> broadcast(async::AsyncEncoder& encoder, Studio& studio) {
  // 2. Segments of the live stream, as they come.
  while (const auto segment = co_await encoder.async_next_segment(net::use_awaitable)) {
    const Bytes item = packed(*segment);
    // 3. Stored for later, by the hash of what it is.
    const auto address = studio.recording.store(item);
    expect(address.has_value());
    // 4. Routed to both viewers. Neither waits for the other.
    const std::array<std::string_view, 2> names{"viewer_alice", "viewer_bob"};
    for (const auto& outcome : studio.viewers.route_to_endpoints(names, item)) {
      expect(outcome.has_value());
    }
    // 5. Announced, to whoever wants to know.
    co_await studio.events.async_emit("frame_sent", FrameSent{*address, names.size()});
  }
}

// A viewer who keeps up decodes the stream as it comes.
net::awaitable<void> watch(Studio& studio, primitives::BinaryStreamDecoder& decoder) {
  while (!decoder.complete()) {
    const Bytes item = co_await studio.viewers.async_next("viewer_alice", net::use_awaitable);
    expect(received(decoder, item).has_value());
  }
}

}  // namespace

int main() {
  net::io_context context(1);
  crypto::SystemRandom random;
  ByteArray<32> key{};
  expect(random.fill("example.key", key).has_value());
  const auto streaming = StreamingContext::create(crypto::Key(key), as_bytes("stage camera"));
  expect(streaming.has_value());

  Camera camera(context);
  Studio studio(context, crypto::Key(key), random);
  std::vector<ObjectAddress> recorded;
  studio.events.on("frame_sent",
                   [&](const FrameSent& event) { recorded.push_back(event.address); });
  auto encoder = async::AsyncEncoder::create(
      context.get_executor(), *streaming, [&] { return camera.next_frame(); }, {}, random);
  auto alice = primitives::BinaryStreamDecoder::create(*streaming);
  expect(encoder && alice);
  net::co_spawn(context, watch(studio, *alice), net::detached);
  net::co_spawn(context, broadcast(*encoder, studio), net::detached);
  context.run();

  // Alice saw all of it. Bob has the newest pieces, and what he lost was counted.
  const auto video = alice->receive_all();
  expect(video && video->size() == video_frames * video_frame_bytes);
  const primitives::EndpointQueue& bob = *studio.viewers.manager().find("viewer_bob");
  expect(bob.items() == 8 && bob.counters().dropped == recorded.size() - 8);

  // The recording gives the same video, in any order it is read in.
  auto replay = primitives::BinaryStreamDecoder::create(*streaming);
  for (auto address = recorded.rbegin(); address != recorded.rend(); ++address) {
    const auto item = studio.recording.retrieve(*address);
    expect(item && received(*replay, *item));
  }
  expect(replay->receive_all() == video);
}

// Properties of two sides under a bad network: every message whole, once and in order, within
// the memory that was promised.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>

#include <stt/stream/joined_test.hpp>

namespace stt::stream {
namespace {

using testing::Joined;
using testing::Network;
using testing::pattern;

wire::Parameters parameters(std::uint64_t streams, std::uint64_t message, std::uint64_t credit) {
  wire::Parameters all;
  all.max_streams = streams;
  all.max_message_bytes = message;
  all.initial_stream_credit = credit;
  all.initial_session_credit = streams * credit + message;
  return all;
}

// Feeds messages into streams, and checks what comes out at the other side.
class Transfer {
 public:
  explicit Transfer(Joined& pair) : pair_(pair) {}

  void add(StreamId id, Bytes message, wire::FrameType type = wire::FrameType::data) {
    expected_[id].push_back({type, message});
    unsent_[id].push_back({type, std::move(message)});
  }
  void feed() {
    for (auto& [id, queue] : unsent_) {
      while (!queue.empty()) {
        std::size_t& given = given_[id];
        const ByteView rest = ByteView(queue.front().bytes).subspan(given);
        const auto taken = pair_[0].send(id, rest, true, queue.front().type);
        if (!taken) break;
        given += *taken;
        if (*taken < rest.size()) break;
        given = 0;
        queue.pop_front();
      }
    }
  }
  // Takes what is there on the stream; false if anything is not as it was sent.
  bool take_whole(StreamId id) {
    while (auto message = pair_[1].receive(id)) {
      auto& queue = expected_[id];
      if (queue.empty() || queue.front().type != message->type ||
          queue.front().bytes != message->bytes) {
        return false;
      }
      queue.pop_front();
    }
    return true;
  }
  bool take_parts(StreamId id, std::size_t part_bytes) {
    Bytes out(part_bytes);
    while (const auto part = pair_[1].read(id, out)) {
      Bytes& so_far = partial_[id];
      append(so_far, ByteView(out).first(part->bytes));
      if (!part->end_of_message) continue;
      auto& queue = expected_[id];
      if (queue.empty() || queue.front().type != part->type || queue.front().bytes != so_far) {
        return false;
      }
      so_far.clear();
      queue.pop_front();
    }
    return true;
  }
  bool done() const {
    return std::ranges::all_of(expected_, [](const auto& of) { return of.second.empty(); });
  }

 private:
  Joined& pair_;
  std::map<StreamId, std::deque<MessageOut>> expected_;
  std::map<StreamId, std::deque<MessageOut>> unsent_;
  std::map<StreamId, std::size_t> given_;
  std::map<StreamId, Bytes> partial_;
};

//= STT-FLOW-013 test
//= STT-FLOW-009 test
//= STT-FLOW-014 test
// The budget is the least allowed. Streams are read whole in an order drawn anew each round, or
// in a fixed one; either way all complete.
RC_GTEST_PROP(LargestMessages, CompleteOnAnyNumberOfStreams, ()) {
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 9);
  const auto credit = *rc::gen::element<std::uint64_t>(0, 1, 500, 2'000, 10'000);
  const std::uint64_t message = credit < 500 ? 40 : 8'000;
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto rounds = *rc::gen::inRange(1, 3);
  const bool reversed = *rc::gen::arbitrary<bool>();
  Network network;
  network.loss_percent = *rc::gen::element(0U, 10U);
  network.reorders = *rc::gen::arbitrary<bool>();
  const wire::Parameters all = parameters(8, message, credit);
  Joined pair(all, all, 8 * credit + message, 5'000, network, seed);
  Transfer transfer(pair);
  std::vector<StreamId> ids;
  for (std::uint64_t i = 0; i < count; ++i) {
    ids.push_back(*pair[0].open());
    for (int round = 0; round < rounds; ++round) transfer.add(ids.back(), pattern(message, i));
  }
  if (reversed) std::ranges::reverse(ids);
  while (!transfer.done()) {
    transfer.feed();
    bool moved = pair.step(4);
    for (const StreamId id : ids) RC_ASSERT(transfer.take_whole(id));
    transfer.feed();
    moved = pair[0].wants_to_send() || pair[1].wants_to_send() || moved;
    RC_ASSERT(!pair.failure());
    RC_ASSERT(moved || transfer.done());
  }
}

//= STT-STREAM-003 test
//= STT-STREAM-011 test
//= STT-STREAM-031 test
RC_GTEST_PROP(AnyNetwork, DeliversMessagesWholeOnceAndInOrder, ()) {
  Network network;
  network.loss_percent = *rc::gen::inRange(0U, 40U);
  network.repeat_percent = *rc::gen::inRange(0U, 40U);
  network.false_loss_percent = *rc::gen::inRange(0U, 30U);
  network.reorders = *rc::gen::arbitrary<bool>();
  network.room_min = *rc::gen::inRange<std::size_t>(64, 500);
  network.room_max = network.room_min + *rc::gen::inRange<std::size_t>(0, 3'000);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const wire::Parameters all = parameters(8, 40'000, *rc::gen::inRange<std::uint64_t>(200, 20'000));
  Joined pair(all, all, *rc::gen::inRange<std::uint64_t>(0, 1'000'000), 30'000, network, seed);
  Transfer transfer(pair);
  std::vector<StreamId> ids;
  const auto streams = *rc::gen::inRange(1, 6);
  for (int i = 0; i < streams; ++i) {
    ids.push_back(*pair[0].open());
    const auto messages = 1 + pair.draw(6);
    for (std::size_t m = 0; m < messages; ++m) {
      const std::size_t size = pair.draw(3) == 0 ? pair.draw(40'000) : pair.draw(50);
      const auto type = pair.draw(2) == 0 ? wire::FrameType::data : wire::FrameType::custom_last;
      transfer.add(ids.back(), pattern(size, seed + m), type);
    }
  }
  while (!transfer.done()) {
    transfer.feed();
    bool moved = pair.step(8);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const bool fine = i % 2 == 0 ? transfer.take_whole(ids[i])
                                   : transfer.take_parts(ids[i], 1 + pair.draw(5'000));
      RC_ASSERT(fine);
    }
    transfer.feed();
    moved = pair[0].wants_to_send() || pair[1].wants_to_send() || moved;
    RC_ASSERT(!pair.failure());
    RC_ASSERT(moved || transfer.done());
  }
}

//= STT-STREAM-042 test
//= STT-STREAM-052 test
// Whatever both applications do in whatever order, nobody breaks a rule, and streams that both
// have given up are gone in the end, with all credit given back.
RC_GTEST_PROP(AnyApplication, LeavesNothingBehind, ()) {
  Network network;
  network.loss_percent = *rc::gen::inRange(0U, 30U);
  network.repeat_percent = *rc::gen::inRange(0U, 30U);
  network.false_loss_percent = *rc::gen::inRange(0U, 20U);
  network.reorders = *rc::gen::arbitrary<bool>();
  const wire::Parameters all = parameters(6, 5'000, 2'000);
  Joined pair(all, all, 0, 10'000, network, *rc::gen::arbitrary<std::uint64_t>());
  const Bytes bytes = pattern(8'000);
  ByteArray<600> out{};
  for (int i = 0; i < 400; ++i) {
    const std::size_t side = pair.draw(2);
    const StreamId id(static_cast<std::uint16_t>(1 + pair.draw(24)));
    switch (pair.draw(9)) {
      case 0: (void)pair[side].open(); break;
      case 1:
      case 2: (void)pair[side].send(id, ByteView(bytes).first(pair.draw(6'000)), true); break;
      case 3: (void)pair[side].read(id, out); break;
      case 4: (void)pair[side].receive(id); break;
      case 5: (void)pair[side].close(id); break;
      case 6:
        if (pair.draw(3) == 0) (void)pair[side].reset(id, 65'536);
        break;
      case 7:
        if (pair.draw(3) == 0) (void)pair[side].stop(id, 65'537);
        break;
      default: (void)pair.step(2);
    }
    RC_ASSERT(!pair.failure());
  }
  for (std::uint16_t i = 1; i <= 1'000; ++i) {
    for (std::size_t side = 0; side < 2; ++side) {
      (void)pair[side].stop(StreamId(i), 1);
      (void)pair[side].close(StreamId(i));
    }
  }
  for (int i = 0; i < 10'000 && (pair[0].open_count() > 0 || pair[1].open_count() > 0); ++i) {
    for (std::uint16_t id = 1; id <= 1'000 && i % 16 == 0; ++id) {
      for (std::size_t side = 0; side < 2; ++side) {
        (void)pair[side].stop(StreamId(id), 1);
        (void)pair[side].close(StreamId(id));
      }
    }
    pair.step();
    RC_ASSERT(!pair.failure());
  }
  RC_ASSERT(pair[0].open_count() == 0U);
  RC_ASSERT(pair[1].open_count() == 0U);
  pair.settle();
  // The whole session credit is there again: largest messages go through.
  const StreamId id = *pair[0].open();
  Transfer transfer(pair);
  for (int i = 0; i < 20; ++i) transfer.add(id, pattern(5'000));
  for (int i = 0; i < 5'000 && !transfer.done(); ++i) {
    transfer.feed();
    pair.step();
    RC_ASSERT(transfer.take_whole(id));
  }
  RC_ASSERT(transfer.done());
}

//= STT-FLOW-010 test
// One stream that is read as it comes soon has a window that fills a long fat path.
TEST(Window, GrowsWithWhatAStreamMoves) {
  const wire::Parameters all;
  Network network;
  network.room_min = network.room_max = 60'000;
  Joined pair(all, all, 32U << 20, 8U << 20, network);
  const StreamId id = *pair[0].open();
  ByteArray<4'096> out{};
  const Bytes bytes = pattern(1U << 20);
  for (int i = 0; i < 12; ++i) {
    (void)pair[0].send(id, bytes, false);
    pair.settle();
    while (pair[1].read(id, out)) {
    }
    pair.settle();
  }
  while (pair[0].send(id, bytes, false).value_or(0) > 0) {
  }
  std::uint64_t in_flight = 0;
  while (const auto frame = pair[0].poll_frame(65'000)) in_flight += frame->carried.bytes;
  EXPECT_GT(in_flight, 1U << 20);
}

//= STT-FLOW-016 test
// Credit comes back while half of the window is still unused, wherever the transfer stands: a
// sender that has to wait for it leaves the path empty for a round trip.
TEST(Window, IsRenewedLongBeforeItIsUsedUp) {
  const wire::Parameters all;
  Network network;
  network.room_min = network.room_max = 60'000;
  Joined pair(all, all, 32U << 20, 8U << 20, network);
  const StreamId id = *pair[0].open();
  Bytes out(64U << 10);
  const Bytes bytes = pattern(512U << 10);
  for (int i = 0; i < 28; ++i) {
    (void)pair[0].send(id, bytes, false);
    pair.settle();
    while (pair[1].read(id, out)) {
    }
    pair.settle();
    if (i < 18) continue;
    // More than what the largest window leaves when half of it is gone, less a step.
    (void)pair[0].send(id, pattern(3U << 19), false);
    std::vector<wire::Carried> frames;
    std::uint64_t in_flight = 0;
    while (const auto frame = pair[0].poll_frame(65'000)) {
      in_flight += frame->carried.bytes;
      frames.push_back(frame->carried);
    }
    EXPECT_EQ(in_flight, 3U << 19) << i;
    for (const wire::Carried& carried : frames) pair[0].on_lost(carried);
  }
}

// Idle streams keep some of the spare, but never all of it.
TEST(Window, IsLeftForLaterStreams) {
  const wire::Parameters all;
  Network network;
  network.room_min = network.room_max = 60'000;
  Joined pair(all, all, 32U << 20, 8U << 20, network);
  ByteArray<4'096> out{};
  const Bytes bytes = pattern(1U << 20);
  for (int stream = 0; stream < 4; ++stream) {
    const StreamId id = *pair[0].open();
    for (int i = 0; i < 3; ++i) {
      (void)pair[0].send(id, bytes, false);
      pair.settle();
      while (pair[1].read(id, out)) {
      }
      pair.settle();
    }
    while (pair[0].send(id, bytes, false).value_or(0) > 0) {
    }
    std::uint64_t in_flight = 0;
    std::vector<wire::Carried> frames;
    while (const auto frame = pair[0].poll_frame(65'000)) {
      in_flight += frame->carried.bytes;
      frames.push_back(frame->carried);
    }
    for (const wire::Carried& carried : frames) pair[0].on_lost(carried);
    EXPECT_GT(in_flight, 128U << 10) << stream;
    EXPECT_TRUE(pair[0].reset(id, 1));
  }
}

}  // namespace
}  // namespace stt::stream

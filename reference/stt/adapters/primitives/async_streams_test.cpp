// Encoder and decoder for those who wait.
#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <stt/adapters/primitives/async_decoder.hpp>
#include <stt/adapters/primitives/async_encoder.hpp>
#include <stt/primitives/stream_fixture.hpp>

namespace stt::async {
namespace {

using namespace primitives::testing;
using primitives::Reception;
using primitives::SegmentSequence;

class AsyncStreams : public ::testing::Test {
 protected:
  // Runs what can run now; a test must never have to wait.
  void run() {
    context.restart();
    context.poll();
  }
  net::any_io_executor executor() { return context.get_executor(); }

  // Pieces that a test hands over when it likes.
  void bring(std::string_view piece) {
    pieces.push_back(to_bytes(as_bytes(piece)));
    arrival.notify();
  }
  net::awaitable<Bytes> next_piece() {
    const auto next = [this]() -> Result<Bytes> {
      if (source_throws) return Bytes{};
      if (pieces.empty()) return fail(Errc::would_block);
      Bytes piece = std::move(pieces.front());
      pieces.pop_front();
      ++taken;
      return piece;
    };
    Bytes piece = co_await async_attempt<Bytes>(arrival, next, net::use_awaitable);
    if (source_throws) throw std::runtime_error("the camera is gone");
    co_return piece;
  }
  AsyncEncoder encoder(primitives::EncoderOptions options = {}) {
    return *AsyncEncoder::create(
        executor(), some_context(), [this] { return next_piece(); }, options, random);
  }
  auto note() {
    return [this](const error_code& error, std::optional<OwnedSegment> segment) {
      errors.push_back(error);
      segments.push_back(std::move(segment));
    };
  }
  std::size_t data_bytes(std::size_t which) {
    return segments.at(which)->bytes.size() - primitives::segment_overhead_bytes;
  }

  net::io_context context{1};
  WaitQueue arrival{context.get_executor()};
  std::deque<Bytes> pieces;
  std::size_t taken = 0;
  bool source_throws = false;
  FixedRandom random{1};
  std::vector<error_code> errors;
  std::vector<std::optional<OwnedSegment>> segments;
};

Result<Reception> give_to(AsyncDecoder& decoder, const Carried& segment) {
  return decoder.receive_segment(segment.bytes, segment.sequence);
}

net::awaitable<Bytes> numbers(int& next, int end) {
  if (next == end) co_return Bytes{};
  co_return Bytes(100, static_cast<std::byte>(next++));
}

net::awaitable<void> send_all(AsyncEncoder& encoder, AsyncDecoder& decoder) {
  while (const auto segment = co_await encoder.async_next_segment(net::use_awaitable)) {
    co_await decoder.async_receive_segment(segment->bytes, segment->sequence, net::use_awaitable);
  }
}

// The whole way, as the examples of the seed: a generator in, all bytes out.
//= STT-ENCODER-015 test
//= STT-DECODER-008 test
TEST_F(AsyncStreams, GoFromAGeneratorToAllBytes) {
  int next = 0;
  auto source = *AsyncEncoder::create(
      executor(), some_context(), [&] { return numbers(next, 50); }, {std::nullopt, 64}, random);
  AsyncDecoder sink(executor(), some_decoder({.buffer_bytes = 300}));
  net::co_spawn(context, send_all(source, sink), net::detached);
  auto all = sink.async_receive_all(10'000, net::use_future);
  run();
  const Bytes bytes = all.get();
  ASSERT_EQ(bytes.size(), 5'000U);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    EXPECT_EQ(std::to_integer<std::size_t>(bytes[i]), i / 100);
}

//= STT-ENCODER-009 test
TEST_F(AsyncStreams, ALiveSegmentLeavesWhileTheNextPieceIsAwaited) {
  auto live = encoder();
  live.async_next_segment(note());
  run();
  EXPECT_TRUE(segments.empty());
  bring("ten bytes.");
  run();
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(data_bytes(0), 10U);
  live.async_next_segment(note());
  live.async_next_segment(note());
  bring("");
  run();
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(data_bytes(1), 2U);
  EXPECT_FALSE(segments[2]);
}

TEST_F(AsyncStreams, ASourceIsNotReadAheadOfItsStream) {
  auto live = encoder({std::nullopt, 4});
  for (int i = 0; i < 10; ++i) bring("12345678");
  run();
  EXPECT_EQ(taken, 1U);  // half of it waits for room
  for (int i = 0; i < 4; ++i) live.async_next_segment(note());
  run();
  EXPECT_EQ(segments.size(), 4U);
  EXPECT_LE(taken, 3U);
}

TEST_F(AsyncStreams, ASourceThatThrowsEndsItsStreamWithAnError) {
  auto live = encoder();
  live.async_next_segment(note());
  source_throws = true;
  arrival.notify();
  run();
  live.async_next_segment(note());
  run();
  EXPECT_EQ(errors, (std::vector<error_code>{Errc::source_failed, Errc::source_failed}));
}

TEST_F(AsyncStreams, ErrorsOfTheEncoderComplete) {
  auto bounded = encoder({3, 8});
  bounded.async_next_segment(note());
  bring("12");
  bring("");
  run();
  EXPECT_EQ(errors, std::vector<error_code>{Errc::source_too_short});
  random.broken = true;
  const auto none =
      AsyncEncoder::create(executor(), some_context(), [this] { return next_piece(); }, {}, random);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), Errc::random_failed);
}

TEST_F(AsyncStreams, AnEncoderThatIsDestroyedAbortsItsSourceAndWhoeverWaits) {
  {
    auto live = encoder();
    live.async_next_segment(note());
    run();
    auto moved = std::move(live);
  }
  run();
  EXPECT_EQ(errors, std::vector<error_code>{net::error::operation_aborted});
  EXPECT_TRUE(arrival.empty());
}

//= STT-DECODER-012 test
TEST_F(AsyncStreams, WhoeverBringsSegmentsWaitsForWhoeverReads) {
  const auto all = encode_all(pattern(60), 10);
  AsyncDecoder decoder(executor(), some_decoder({.buffer_bytes = 20}));
  std::size_t received = 0;
  for (const Carried& segment : all) {
    decoder.async_receive_segment(
        segment.bytes, segment.sequence,
        [&](const error_code& error, Reception) { received += error ? 0U : 1U; });
  }
  run();
  EXPECT_EQ(received, 2U);
  Bytes bytes(100);
  std::size_t read = 0;
  const auto on_read = [&](const error_code&, std::size_t count) { read = count; };
  decoder.async_read_some(bytes, on_read);
  run();
  EXPECT_EQ(read, 20U);
  EXPECT_EQ(received, 4U);
}

TEST_F(AsyncStreams, ReadersWaitForTheSegmentThatIsMissing) {
  const auto all = encode_all(pattern(15), 10);
  AsyncDecoder decoder(executor(), some_decoder());
  Bytes bytes(100);
  std::vector<std::size_t> counts;
  const auto on_read = [&](const error_code& error, std::size_t count) {
    EXPECT_FALSE(error);
    counts.push_back(count);
  };
  EXPECT_TRUE(decoder.receive_segment(all[1].bytes, all[1].sequence));
  decoder.async_read_some(bytes, on_read);
  decoder.async_read_some(bytes, on_read);
  run();
  EXPECT_TRUE(counts.empty());
  EXPECT_TRUE(decoder.receive_segment(all[0].bytes, all[0].sequence));
  run();
  EXPECT_EQ(counts, std::vector<std::size_t>{15});
  EXPECT_TRUE(decoder.receive_segment(all[2].bytes, all[2].sequence));
  run();
  EXPECT_EQ(counts, (std::vector<std::size_t>{15, 0}));  // the end
}

TEST_F(AsyncStreams, ReceivingAllHasALimitAndCanBeAborted) {
  const auto all = encode_all(pattern(50), 10);
  std::vector<std::size_t> sizes;
  const auto on_all = [&](const error_code& error, const Bytes& bytes) {
    errors.push_back(error);
    sizes.push_back(bytes.size());
  };
  {
    AsyncDecoder decoder(executor(), some_decoder());
    decoder.async_receive_all(49, on_all);
    for (const Carried& segment : all) EXPECT_TRUE(give_to(decoder, segment));
    run();
    EXPECT_EQ(errors.back(), error_code(Errc::stream_too_long));
    decoder.async_receive_all(49, on_all);
    run();
    EXPECT_EQ(sizes.back(), 0U);  // it had been read
  }
  {
    AsyncDecoder decoder(executor(), some_decoder());
    EXPECT_TRUE(give_to(decoder, all[0]));
    decoder.async_receive_all(50, on_all);
    run();
  }
  run();
  EXPECT_EQ(errors.back(), net::error::operation_aborted);
  EXPECT_EQ(sizes.back(), 10U);  // what was there is not lost
}

}  // namespace
}  // namespace stt::async

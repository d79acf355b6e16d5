// BinaryStreamEncoder as an asynchronous generator: pieces of bytes from a coroutine, segments out.
//
//   auto next_reading = [&]() -> net::awaitable<Bytes> { ... };   // nothing: the end
//   auto encoder = *AsyncEncoder::create(executor, context, next_reading, {}, random);
//   while (const auto segment = co_await encoder.async_next_segment(net::use_awaitable)) ...
#pragma once

#include <functional>

#include <boost/asio/awaitable.hpp>
#include <stt/adapters/async/wait_queue.hpp>
#include <stt/primitives/encoder.hpp>

namespace stt::async {

// A segment that owns its bytes.
struct OwnedSegment {
  primitives::SegmentSequence sequence;
  Bytes bytes;
};

class AsyncEncoder {
 public:
  // Gives the next bytes when there are some; none at the end.
  using NextPiece = std::function<net::awaitable<Bytes>()>;

  // `next_piece` is awaited on `executor` from now on, while less than a segment waits to be taken.
  // Errors as BinaryStreamEncoder::create. `random` is used now and not later.
  static Result<AsyncEncoder> create(const net::any_io_executor& executor,
                                     const primitives::StreamingContext& context,
                                     NextPiece next_piece,
                                     const primitives::EncoderOptions& options, Random& random);
  // Cancels the coroutine that is awaited, and aborts whoever waits for a segment.
  ~AsyncEncoder();
  AsyncEncoder(AsyncEncoder&&) noexcept;
  AsyncEncoder& operator=(AsyncEncoder&&) noexcept;

  // Completes with (error_code, std::optional<OwnedSegment>), nothing after the end segment. A live
  // segment leaves while the next piece is awaited. primitives.source_failed if the coroutine
  // threw.
  //= STT-ENCODER-015
  template <net::completion_token_for<Signature<std::optional<OwnedSegment>>> CompletionToken>
  auto async_next_segment(CompletionToken&& token) {
    return async_attempt<std::optional<OwnedSegment>>(
        takers(), [state = state_] { return next_segment(*state); },
        std::forward<CompletionToken>(token));
  }

 private:
  struct State;
  explicit AsyncEncoder(std::shared_ptr<State> state);
  static Result<std::optional<OwnedSegment>> next_segment(State& state);
  static net::awaitable<void> feed(std::shared_ptr<State> state);
  WaitQueue& takers();
  void close();

  std::shared_ptr<State> state_;
};

}  // namespace stt::async

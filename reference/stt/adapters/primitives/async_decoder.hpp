// BinaryStreamDecoder for those who wait: for bytes, for the whole, for room.
#pragma once

#include <stt/adapters/async/wait_queue.hpp>
#include <stt/primitives/decoder.hpp>

namespace stt::async {

class AsyncDecoder {
 public:
  // All of it belongs to `executor`.
  AsyncDecoder(const net::any_io_executor& executor, primitives::BinaryStreamDecoder decoder);
  // Aborts whoever waits.
  ~AsyncDecoder();
  AsyncDecoder(const AsyncDecoder&) = delete;
  AsyncDecoder& operator=(const AsyncDecoder&) = delete;

  // As BinaryStreamDecoder::receive_segment.
  Result<primitives::Reception> receive_segment(ByteView bytes,
                                                primitives::SegmentSequence sequence);

  // The same, and waits while too much is unread. Completes with (error_code, Reception).
  template <net::completion_token_for<Signature<primitives::Reception>> CompletionToken>
  auto async_receive_segment(Bytes bytes, primitives::SegmentSequence sequence,
                             CompletionToken&& token) {
    return async_attempt<primitives::Reception>(
        writers(),
        [state = state_, bytes = std::move(bytes), sequence] {
          return receive(*state, bytes, sequence);
        },
        std::forward<CompletionToken>(token));
  }

  // The next bytes into `out`, which stays until then. Completes with (error_code, count): 0 at the
  // verified end.
  template <net::completion_token_for<Signature<std::size_t>> CompletionToken>
  auto async_read_some(MutableByteView out, CompletionToken&& token) {
    return async_attempt<std::size_t>(
        readers(), [state = state_, out] { return read(*state, out); },
        std::forward<CompletionToken>(token));
  }

  // All bytes that were not read before, when the end is verified. Completes with (error_code,
  // Bytes); primitives.stream_too_long for a stream above `bytes_max`.
  template <net::completion_token_for<Signature<Bytes>> CompletionToken>
  auto async_receive_all(std::size_t bytes_max, CompletionToken&& token) {
    return async_attempt<Bytes>(readers(), Gathering{state_, bytes_max, {}},
                                std::forward<CompletionToken>(token));
  }

 private:
  struct State;
  struct Gathering {
    std::shared_ptr<State> state;
    std::size_t bytes_max;
    Bytes gathered;

    Result<Bytes> operator()();
    // What was gathered so far goes to whoever cancels.
    std::optional<Bytes> progress() const {
      return gathered.empty() ? std::nullopt : std::optional(gathered);
    }
  };

  static Result<primitives::Reception> receive(State& state, ByteView bytes,
                                               primitives::SegmentSequence sequence);
  static Result<std::size_t> read(State& state, MutableByteView out);
  WaitQueue& readers();
  WaitQueue& writers();

  std::shared_ptr<State> state_;
};

}  // namespace stt::async

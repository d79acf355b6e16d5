#include <stt/adapters/primitives/async_encoder.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace stt::async {

using primitives::BinaryStreamEncoder;
using primitives::PushSource;

struct AsyncEncoder::State {
  State(const net::any_io_executor& executor, NextPiece piece, std::size_t bytes_max)
      : next_piece(std::move(piece)), source(bytes_max), takers(executor), feeder(executor) {}

  NextPiece next_piece;
  PushSource source;
  std::optional<BinaryStreamEncoder> encoder;  // of `source`
  bool source_failed = false;
  WaitQueue takers;  // of segments
  WaitQueue feeder;  // feed(), while there is no room
  net::cancellation_signal cancel;
};

Result<AsyncEncoder> AsyncEncoder::create(const net::any_io_executor& executor,
                                          const primitives::StreamingContext& context,
                                          NextPiece next_piece,
                                          const primitives::EncoderOptions& options,
                                          Random& random) {
  const std::size_t bytes_max = std::max<std::size_t>(options.segment_data_bytes, 1);
  const auto state = std::make_shared<State>(executor, std::move(next_piece), bytes_max);
  STT_TRY_ASSIGN(encoder, BinaryStreamEncoder::create(context, state->source, options, random));
  state->encoder.emplace(std::move(encoder));
  net::co_spawn(executor, feed(state),
                net::bind_cancellation_slot(state->cancel.slot(), net::detached));
  return AsyncEncoder(state);
}

AsyncEncoder::AsyncEncoder(std::shared_ptr<State> state) : state_(std::move(state)) {}
AsyncEncoder::AsyncEncoder(AsyncEncoder&&) noexcept = default;
AsyncEncoder& AsyncEncoder::operator=(AsyncEncoder&& other) noexcept {
  close();
  state_ = std::move(other.state_);
  return *this;
}
AsyncEncoder::~AsyncEncoder() {
  close();
}

void AsyncEncoder::close() {
  if (!state_) return;
  state_->takers.close();
  state_->feeder.close();
  state_->cancel.emit(net::cancellation_type::terminal);
}

WaitQueue& AsyncEncoder::takers() {
  return state_->takers;
}

// The other half: brings pieces into the source, and waits while it is full.
net::awaitable<void> AsyncEncoder::feed(std::shared_ptr<State> state) {
  try {
    for (Bytes piece = co_await state->next_piece(); !piece.empty();
         piece = co_await state->next_piece()) {
      const auto push_rest = [&state, left = ByteView(piece)]() mutable -> Result<void> {
        const auto taken = state->source.push(left);
        STT_ASSERT(taken);
        left = left.subspan(*taken);
        if (*taken > 0) state->takers.notify();
        if (!left.empty()) return fail(Errc::would_block);
        return {};
      };
      co_await async_attempt<void>(state->feeder, push_rest, net::use_awaitable);
    }
    state->source.end();
  } catch (...) {
    state->source_failed = true;
  }
  state->takers.notify();
}

Result<std::optional<OwnedSegment>> AsyncEncoder::next_segment(State& state) {
  auto next = state.encoder->poll_segment();
  if (!next && next.error() == Errc::would_block && state.source_failed) {
    return fail(Errc::source_failed);
  }
  state.feeder.notify();
  if (!next) return fail(next.error());
  if (!*next) return std::nullopt;
  return OwnedSegment{(*next)->sequence, to_bytes((*next)->bytes)};
}

}  // namespace stt::async

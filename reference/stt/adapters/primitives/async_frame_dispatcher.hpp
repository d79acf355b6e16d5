// FrameDispatcher whose handlers may be coroutines; whoever dispatches awaits the handler.
#pragma once

#include <stt/adapters/primitives/async_handler.hpp>
#include <stt/primitives/frame_dispatcher.hpp>

namespace stt::async {

template <class Origin>
class AsyncFrameDispatcher {
 public:
  using Frame = primitives::CustomFrame<Origin>;
  using Dispatched = primitives::Dispatched;

  AsyncFrameDispatcher() = default;
  AsyncFrameDispatcher(const AsyncFrameDispatcher&) = delete;
  AsyncFrameDispatcher& operator=(const AsyncFrameDispatcher&) = delete;

  // `handler` takes a const Frame& that lives until it is done. stream.type_reserved outside
  // 0x80..0xFF; primitives.handler_exists.
  template <class Handler>
  Result<void> register_handler(std::uint8_t type, Handler handler) {
    return pick_.register_handler(type, picks(std::move(handler)));
  }
  // Whether there was a handler.
  bool unregister_handler(wire::FrameType type) { return pick_.unregister_handler(type); }
  // Runs for every frame whose type has no handler. Replaces the one before.
  template <class Handler>
  void on_unhandled(Handler handler) {
    pick_.on_unhandled(picks(std::move(handler)));
  }

  // The bytes of the frame stay until it is done, and so does the dispatcher. The failure is the
  // handler's; or stream.type_reserved for a frame that is not custom.
  net::awaitable<tl::expected<Dispatched, primitives::Failure>> async_dispatch(Frame frame) {
    picked_ = nullptr;
    const auto dispatched = pick_.dispatch(frame);
    if (!dispatched) co_return tl::unexpected(dispatched.error());
    const auto handler = std::exchange(picked_, nullptr);
    if (!handler) co_return *dispatched;
    const Answer answered = co_await (*handler)(frame);
    if (answered) co_return *dispatched;
    ++failed_;
    co_return tl::unexpected(answered.error());
  }

  primitives::DispatcherCounters counters() const {
    primitives::DispatcherCounters counters = pick_.counters();
    counters.failed += failed_;
    return counters;
  }

 private:
  using Coroutine = std::function<net::awaitable<Answer>(const Frame&)>;

  // What the plain dispatcher calls: it only says which coroutine is to be awaited.
  template <class Handler>
  auto picks(Handler handler) {
    const auto shared = std::make_shared<Handler>(std::move(handler));
    const auto coroutine = std::make_shared<Coroutine>([shared](const Frame& frame) {
      return async_run_isolated([shared, &frame] { return (*shared)(frame); });
    });
    return [this, coroutine](const Frame&) { picked_ = coroutine; };
  }

  primitives::FrameDispatcher<Origin> pick_;
  std::shared_ptr<Coroutine> picked_;
  std::uint64_t failed_ = 0;
};

}  // namespace stt::async

// FrameDispatcher: gives custom frames to the handler of their type.
//
//   FrameDispatcher<SessionHandle> dispatcher;
//   dispatcher.register_handler(0x80, [](const CustomFrame<SessionHandle>& frame) { ... });
//
//   // for DatagramReceived{session, type, payload} of a Node, and for Message{type, bytes} of
//   receive() dispatcher.dispatch({session, type, payload});
//
// A custom frame on stream 0 is a datagram; on another stream it is a message of that type, whole
// and in order. The dispatcher treats them alike and looks at neither.
#pragma once

#include <array>
#include <memory>

#include <stt/primitives/handler.hpp>
#include <stt/wire/frame.hpp>

namespace stt::primitives {

// `Origin` is what the application wants to know of where a frame came from: a session, a stream.
template <class Origin>
struct CustomFrame {
  Origin origin{};
  wire::FrameType type{};
  ByteView payload;  // borrowed for the time of the call
};

enum class Dispatched : std::uint8_t { handled, unhandled };

struct DispatcherCounters {
  std::uint64_t handled = 0;  // failed handlers included
  std::uint64_t failed = 0;
  std::uint64_t unhandled = 0;
};

template <class Origin>
class FrameDispatcher {
 public:
  using Frame = CustomFrame<Origin>;

  // `handler` takes a const Frame& and answers nothing or Result<void>. It may register and
  // unregister, itself too. stream.type_reserved outside 0x80..0xFF; primitives.handler_exists.
  template <class Handler>
  Result<void> register_handler(wire::FrameType type, Handler handler) {
    //= STT-DISPATCH-021
    if (!wire::is_custom(type)) return fail(Errc::stream_type_reserved);
    //= STT-DISPATCH-024
    if (slot(type) != nullptr) return fail(Errc::handler_exists);
    slot(type) = isolated(std::move(handler));
    return {};
  }
  template <class Handler>
  Result<void> register_handler(std::uint8_t type, Handler handler) {
    return register_handler(static_cast<wire::FrameType>(type), std::move(handler));
  }

  // Whether there was a handler.
  bool unregister_handler(wire::FrameType type) {
    return wire::is_custom(type) && std::exchange(slot(type), nullptr) != nullptr;
  }

  // Runs for every frame whose type has no handler: the event that tells of it. Replaces the one
  // before.
  template <class Handler>
  void on_unhandled(Handler handler) {
    unhandled_ = isolated(std::move(handler));
  }

  // The failure is the handler's; or stream.type_reserved for a frame that is not custom.
  //= STT-DISPATCH-020
  tl::expected<Dispatched, Failure> dispatch(const Frame& frame) {
    if (!wire::is_custom(frame.type)) {
      return tl::unexpected(Failure{Errc::stream_type_reserved, nullptr});
    }
    if (const Shared handler = slot(frame.type)) {
      ++counters_.handled;
      return run(*handler, frame, Dispatched::handled);
    }
    //= STT-DISPATCH-022
    ++counters_.unhandled;
    const Shared handler = unhandled_;
    if (!handler) return Dispatched::unhandled;
    return run(*handler, frame, Dispatched::unhandled);
  }

  const DispatcherCounters& counters() const { return counters_; }

 private:
  using Isolated = std::function<tl::expected<void, Failure>(const Frame&)>;
  // Whoever runs a handler holds it, so that it may unregister itself.
  using Shared = std::shared_ptr<Isolated>;

  template <class Handler>
  static Shared isolated(Handler handler) {
    return std::make_shared<Isolated>([handler = std::move(handler)](const Frame& frame) mutable {
      return run_isolated([&] { return handler(frame); });
    });
  }

  tl::expected<Dispatched, Failure> run(Isolated& handler, const Frame& frame,
                                        Dispatched dispatched) {
    //= STT-DISPATCH-025
    const auto answered = handler(frame);
    if (answered) return dispatched;
    ++counters_.failed;
    return tl::unexpected(answered.error());
  }

  Shared& slot(wire::FrameType type) {
    return handlers_[static_cast<std::size_t>(type) -
                     static_cast<std::size_t>(wire::FrameType::custom_first)];
  }

  std::array<Shared, 128> handlers_;
  Shared unhandled_;
  DispatcherCounters counters_;
};

}  // namespace stt::primitives

// EventEmitter: the application's own events, by its own names.
//
//   struct Overheated { double celsius; std::string sensor; };
//
//   EventEmitter emitter;
//   emitter.on("overheated", [](const Overheated& event) { ... });
//   emitter.emit("overheated", Overheated{95.3, "cpu"});
//
// The type of the payload is whatever the handler takes; the emitter looks at nothing else. A
// handler that takes nothing runs for any payload. It may emit, subscribe and unsubscribe, itself
// too, but not destroy the emitter: an emit within a handler runs at once, and see subscribers.hpp.
#pragma once

#include <stt/primitives/handler.hpp>
#include <stt/primitives/limits.hpp>
#include <stt/primitives/payload.hpp>
#include <stt/primitives/subscribers.hpp>

namespace stt::primitives {

// One handler of an emit that failed; the others ran all the same.
struct HandlerFailure {
  Subscription handler;
  Failure failure;
};

struct EmitReport {
  std::size_t handlers = 0;  // that were asked, the failed ones included
  std::vector<HandlerFailure> failures;

  bool ok() const { return failures.empty(); }
};

class EventEmitter {
 public:
  // Runs `handler` for every event of that name from now on, after those that are there already. It
  // answers nothing or Result<void>; what it throws, and primitives.payload_type if the event
  // carries another type than it takes, is its failure.
  //= STT-EVENT-001
  template <class Handler>
  Subscription on(std::string_view name, Handler handler) {
    return on<ArgumentOf<Handler>>(name, std::move(handler));
  }
  // The same for a handler that leaves open what it takes, such as a generic lambda.
  template <class Argument, class Handler>
  Subscription on(std::string_view name, Handler handler) {
    return subscribers_.add(name, [handler = std::move(handler)](const Payload& payload) mutable {
      return call<Argument>(handler, payload);
    });
  }

  // Whether there was such a subscription.
  bool off(Subscription subscription) { return subscribers_.remove(subscription); }

  std::size_t handlers(std::string_view name) const { return subscribers_.count(name); }

  // Runs all handlers of `name`, one after the other. No handlers: nothing happens.
  template <class Value>
  EmitReport emit(std::string_view name, const Value& value) {
    const CarriedAs<Value>& carried = value;  // of anything but texts and bytes, no copy
    return dispatch(name, Payload::of(carried));
  }
  EmitReport emit(std::string_view name) { return dispatch(name, Payload()); }

 private:
  using Answer = tl::expected<void, Failure>;

  template <class Argument, class Handler>
  static Answer call(Handler& handler, const Payload& payload) {
    if constexpr (std::is_void_v<Argument>) {
      return run_isolated(handler);
    } else {
      static_assert(!std::is_lvalue_reference_v<Argument> ||
                        std::is_const_v<std::remove_reference_t<Argument>>,
                    "a payload is shared by all its handlers: take it by value or by const&");
      using Value = std::remove_cvref_t<Argument>;
      const auto* carried = payload.as<CarriedAs<Value>>();
      if (carried == nullptr) return tl::unexpected(Failure{Errc::payload_type, nullptr});
      return run_isolated([&] {
        if constexpr (std::is_same_v<Value, CarriedAs<Value>>) {
          return handler(*carried);
        } else {
          return handler(Value(*carried));  // a std::string of a text
        }
      });
    }
  }

  EmitReport dispatch(std::string_view name, const Payload& payload);

  Subscribers<std::function<Answer(const Payload&)>> subscribers_;
  std::size_t depth_ = 0;  // of emits within handlers
};

}  // namespace stt::primitives

// EventEmitter whose handlers may be coroutines. Whoever emits awaits them all, one after the
// other in the order of their registration; otherwise it is what EventEmitter says.
#pragma once

#include <stt/adapters/primitives/async_handler.hpp>
#include <stt/primitives/event_emitter.hpp>

namespace stt::async {

// Emits under way at a time; handlers that emit in a circle end there.
inline constexpr std::size_t emits_under_way_max = 1'024;

class AsyncEventEmitter {
 public:
  //= STT-EVENT-003
  template <class Handler>
  primitives::Subscription on(std::string_view name, Handler handler) {
    return on<primitives::ArgumentOf<Handler>>(name, std::move(handler));
  }
  template <class Argument, class Handler>
  primitives::Subscription on(std::string_view name, Handler handler) {
    const auto shared = std::make_shared<Handler>(std::move(handler));
    return subscribers_.add(name, [shared](const primitives::Payload& payload) {
      return call<Argument>(shared, payload);
    });
  }

  // Whether there was such a subscription.
  bool off(primitives::Subscription subscription) { return subscribers_.remove(subscription); }

  std::size_t handlers(std::string_view name) const { return subscribers_.count(name); }

  // The value lives until all handlers are done; so must the emitter.
  // primitives.emit_too_deep if emits_under_way_max emits are not done yet.
  template <class Value>
  net::awaitable<primitives::EmitReport> async_emit(std::string name, Value value) {
    const primitives::CarriedAs<Value>& carried = value;
    co_return co_await dispatch(name, primitives::Payload::of(carried));
  }
  net::awaitable<primitives::EmitReport> async_emit(std::string name) {
    co_return co_await dispatch(name, primitives::Payload());
  }

 private:
  using Handler = std::function<net::awaitable<Answer>(const primitives::Payload&)>;

  template <class Argument, class Shared>
  static net::awaitable<Answer> call(Shared handler, primitives::Payload payload) {
    if constexpr (std::is_void_v<Argument>) {
      co_return co_await async_run_isolated([&] { return (*handler)(); });
    } else {
      using Value = std::remove_cvref_t<Argument>;
      const auto* carried = payload.as<primitives::CarriedAs<Value>>();
      if (carried == nullptr) {
        co_return tl::unexpected(primitives::Failure{Errc::payload_type, nullptr});
      }
      if constexpr (std::is_same_v<Value, primitives::CarriedAs<Value>>) {
        co_return co_await async_run_isolated([&] { return (*handler)(*carried); });
      } else {
        const Value value(*carried);
        co_return co_await async_run_isolated([&] { return (*handler)(value); });
      }
    }
  }

  net::awaitable<primitives::EmitReport> dispatch(std::string_view name,
                                                  primitives::Payload payload);

  // Takes part in the count of emits as long as it lives, in a coroutine that may be destroyed.
  struct UnderWay {
    explicit UnderWay(std::size_t& its_count) : count(its_count) { ++count; }
    ~UnderWay() { --count; }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;
    std::size_t& count;
  };

  primitives::Subscribers<Handler> subscribers_;
  std::size_t under_way_ = 0;
};

}  // namespace stt::async

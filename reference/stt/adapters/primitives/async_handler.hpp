// Handlers that may be coroutines: they answer nothing, Result<void>, or an awaitable of either.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stt/primitives/handler.hpp>

namespace stt::async {

namespace net = boost::asio;

// What became of a handler.
using Answer = tl::expected<void, primitives::Failure>;

namespace detail {

template <class T>
inline constexpr bool is_awaitable = false;
template <class T, class Executor>
inline constexpr bool is_awaitable<net::awaitable<T, Executor>> = true;

}  // namespace detail

// As run_isolated, and awaits what `action` answers. `action` lives in this coroutine until then.
template <class Action>
net::awaitable<Answer> async_run_isolated(Action action) {
  if constexpr (detail::is_awaitable<std::invoke_result_t<Action&>>) {
    try {
      if constexpr (std::is_void_v<typename std::invoke_result_t<Action&>::value_type>) {
        co_await action();
      } else {
        const Result<void> answered = co_await action();
        if (!answered) co_return tl::unexpected(primitives::Failure{answered.error(), nullptr});
      }
      co_return Answer{};
    } catch (...) {
      co_return tl::unexpected(primitives::Failure{Errc::handler_threw, std::current_exception()});
    }
  } else {
    co_return primitives::run_isolated(action);
  }
}

}  // namespace stt::async

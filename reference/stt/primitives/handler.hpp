// Handlers of the application: what they take, what they answer, and what becomes of one that
// fails.
#pragma once

#include <exception>
#include <functional>

#include <stt/base/result.hpp>

namespace stt::primitives {

namespace detail {

template <class Signature>
struct SignatureOf;
template <class R>
struct SignatureOf<std::function<R()>> {
  using Answer = R;
  using Argument = void;
};
template <class R, class A>
struct SignatureOf<std::function<R(A)>> {
  using Answer = R;
  using Argument = A;
};

}  // namespace detail

// What a handler takes (void if nothing) and answers. A generic lambda has no one type to take:
// name it.
template <class Handler>
using ArgumentOf =
    typename detail::SignatureOf<decltype(std::function{std::declval<Handler>()})>::Argument;
template <class Handler>
using AnswerOf =
    typename detail::SignatureOf<decltype(std::function{std::declval<Handler>()})>::Answer;

// Why a handler failed: what it answered, or primitives.handler_threw with what it threw.
struct Failure {
  Errc error{};
  std::exception_ptr exception;  // of the application; none if it answered an error
};

// Runs `action`, which answers nothing or a Result, and turns what it throws into a Failure.
template <class Action>
tl::expected<void, Failure> run_isolated(Action&& action) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Action>>) {
      std::forward<Action>(action)();
    } else {
      const Result<void> answered = std::forward<Action>(action)();
      if (!answered) return tl::unexpected(Failure{answered.error(), nullptr});
    }
    return {};
  } catch (...) {
    return tl::unexpected(Failure{Errc::handler_threw, std::current_exception()});
  }
}

}  // namespace stt::primitives

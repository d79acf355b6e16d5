// How a refused call and a peer's fault are told: never by an exception.
#pragma once

#include <utility>

#include <tl/expected.hpp>

#include <stt/base/errc.hpp>

namespace stt {

template <class T>
using Result = tl::expected<T, Errc>;

// `return fail(Errc::x);` in any function that returns a Result.
inline tl::unexpected<Errc> fail(Errc code) {
  return tl::unexpected<Errc>(code);
}

}  // namespace stt

// Returns the failure of `expression` (a Result) to the caller; goes on otherwise.
#define STT_TRY(expression)                                         \
  do {                                                              \
    if (auto stt_try_result = (expression); !stt_try_result) {      \
      return ::tl::unexpected<::stt::Errc>(stt_try_result.error()); \
    }                                                               \
  } while (false)

// Declares `name` as the value of `expression` (a Result), or returns its failure.
#define STT_TRY_ASSIGN(name, expression)                                           \
  auto name##_result = (expression);                                               \
  if (!name##_result) return ::tl::unexpected<::stt::Errc>(name##_result.error()); \
  auto& name = *name##_result

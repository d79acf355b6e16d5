// What came of a case.
#pragma once

#include <string_view>

namespace stt::conform {

enum class Verdict {
  pass,
  deviation,  // a SHOULD was not followed
  choice,     // one of the options that the specification leaves
  fail,
  wrong_reason,   // refused, but not for the reason that the case is about
  not_exercised,  // its base did not pass, so it says nothing
  overclaim,      // "unsupported", of a kind that the adapter says it answers
  unsupported,
  crash,  // of the adapter; it was started again
  hang,   // no reply in time, and none when the case ran alone
  livelock,
  nondeterministic,  // the same question got two answers
  adapter_error,     // what the adapter wrote is no reply
};

inline constexpr Verdict last_verdict = Verdict::adapter_error;

std::string_view name(Verdict verdict);
// Throws std::invalid_argument for a name that no verdict has.
Verdict verdict_named(std::string_view name);

// How a verdict counts.
enum class Standing { expected, unexpected, unsupported, not_exercised };

Standing standing(Verdict verdict);
// Whether the verdict is what a conforming implementation gives.
inline bool is_expected(Verdict verdict) {
  return standing(verdict) == Standing::expected;
}

}  // namespace stt::conform

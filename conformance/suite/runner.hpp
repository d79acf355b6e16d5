// Runs the cases of a suite against an adapter and says what came of each.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/adapter.hpp>
#include <conformance/suite/case.hpp>

namespace stt::conform {

enum class Verdict {
  pass,
  deviation,  // a SHOULD was not followed
  fail,
  wrong_reason,   // refused, but not for the reason that the case is about
  not_exercised,  // its base did not pass, so it says nothing
  unsupported,
  adapter_error,
};

std::string_view name(Verdict verdict);
// Whether the verdict is what a conforming implementation gives.
bool is_expected(Verdict verdict);

struct Judgement {
  const Case* the_case = nullptr;
  Verdict verdict{};
  nlohmann::json actual;  // the adapter's reply; a string if there was none
};

struct Totals {
  std::size_t expected = 0;
  std::size_t unexpected = 0;
  std::size_t unsupported = 0;
  std::size_t not_exercised = 0;
  std::size_t total = 0;
};

// Judges `selected` cases of the suite, in their order. A negative is judged only if its base
// passed, so a base is asked whether it is selected or not. Each case is asked once.
std::vector<Judgement> run(const Suite& suite, const std::vector<const Case*>& selected,
                           Adapter& adapter);
// The verdict on one reply, without regard to the base.
Verdict judge(const Case& one, const nlohmann::json& reply);
Totals total(const std::vector<Judgement>& judgements);

// "conform: N expected, N unexpected, N unsupported, N not-exercised of N; suite V"
std::string summary(const Totals& totals, const Suite& suite);

}  // namespace stt::conform

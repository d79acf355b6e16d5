// Puts the questions of cases to adapters, and judges each answer by itself.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <conformance/suite/adapter.hpp>
#include <conformance/suite/case.hpp>
#include <conformance/suite/verdict.hpp>

namespace stt::conform {

// What an adapter says of itself, in its answer to "hello".
struct Claims {
  std::string implementation;
  std::string version;
  std::set<std::string> kinds;  // of vectors
  bool peer = false;            // whether it answers the kinds that begin with "peer."

  bool covers(const std::string& kind) const;
};

// Throws AdapterError if the adapter does not say who it is.
Claims ask_claims(Adapter& adapter);

// What came of asking one case.
struct Answer {
  Verdict verdict = Verdict::adapter_error;
  nlohmann::json actual;  // the reply; null if there is none
  std::string note;       // what the reply does not show: why there is none, what it contradicts
};

struct AskPlan {
  std::size_t jobs = 1;  // adapters at work at the same time
  // Each case is asked again, after a reset and in the other order.
  bool repeat = false;
};

// The answers to `cases`, which are in the order of their ids; they do not depend on `jobs`. What
// breaks an adapter costs the case in which it happens, and no other: the next one is asked of a
// new adapter. Silence is a hang if the case meets it again, alone; after three hangs nothing more
// is asked. What an adapter still says when it is told to end stands against its last case.
std::vector<Answer> ask_all(const std::vector<const Case*>& cases, const AskPlan& plan,
                            const AdapterFactory& factory);

}  // namespace stt::conform

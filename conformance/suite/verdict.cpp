#include <conformance/suite/verdict.hpp>

#include <stdexcept>
#include <string>

namespace stt::conform {

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::deviation: return "deviation";
    case Verdict::choice: return "choice";
    case Verdict::fail: return "fail";
    case Verdict::wrong_reason: return "wrong-reason";
    case Verdict::not_exercised: return "not-exercised";
    case Verdict::overclaim: return "overclaim";
    case Verdict::unsupported: return "unsupported";
    case Verdict::crash: return "crash";
    case Verdict::hang: return "hang";
    case Verdict::livelock: return "livelock";
    case Verdict::nondeterministic: return "nondeterministic";
    case Verdict::adapter_error: break;
  }
  return "adapter-error";
}

Verdict verdict_named(std::string_view wanted) {
  for (int i = 0; i <= static_cast<int>(last_verdict); ++i) {
    if (name(static_cast<Verdict>(i)) == wanted) return static_cast<Verdict>(i);
  }
  throw std::invalid_argument("there is no verdict \"" + std::string(wanted) + "\"");
}

Standing standing(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::deviation:
    case Verdict::choice: return Standing::expected;
    case Verdict::unsupported: return Standing::unsupported;
    case Verdict::not_exercised: return Standing::not_exercised;
    default: return Standing::unexpected;
  }
}

}  // namespace stt::conform

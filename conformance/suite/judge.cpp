#include <conformance/suite/judge.hpp>

#include <algorithm>

namespace stt::conform {
namespace {

using nlohmann::json;

enum class Match { yes, no, wrong_reason };

// `expect` is one of accept, reject, need_more; `reply` has the outcome `outcome`.
Match match(const json& expect, const std::string& outcome, const json& reply) {
  const auto expected = expect.find(outcome);
  if (expected == expect.end()) return Match::no;
  if (outcome == "accept") {
    return reply.value("out", json()) == *expected ? Match::yes : Match::no;
  }
  if (outcome == "need_more") {
    return reply.value("at_least", json()) == expected->at("at_least") ? Match::yes : Match::no;
  }
  const auto& reasons = expected->at("reason");
  const bool right_stage = reply.value("stage", json()) == expected->at("stage");
  const bool right_reason =
      std::ranges::find(reasons, reply.value("reason", json())) != reasons.end();
  return right_stage && right_reason ? Match::yes : Match::wrong_reason;
}

// The outcome that a reply claims; empty if it is none that a case can be about.
std::string outcome_of(const json& reply) {
  if (!reply.is_object()) return {};
  const auto found = reply.find("outcome");
  if (found == reply.end() || !found->is_string()) return {};
  const std::string outcome = *found;
  for (const char* known : {"accept", "reject", "need_more", "unsupported"}) {
    if (outcome == known) return outcome;
  }
  return {};
}

}  // namespace

//= STT-ERROR-007
Verdict judge(const Case& one, const json& reply) {
  const std::string outcome = outcome_of(reply);
  if (outcome.empty()) return Verdict::adapter_error;
  if (outcome == "unsupported") return Verdict::unsupported;
  if (one.expect.contains("choice")) {
    return option_taken(one, reply).empty() ? Verdict::fail : Verdict::choice;
  }
  const Match found = match(one.expect, outcome, reply);
  if (found == Match::yes) return Verdict::pass;
  if (one.level == "should") return Verdict::deviation;
  return found == Match::wrong_reason ? Verdict::wrong_reason : Verdict::fail;
}

std::string option_taken(const Case& one, const json& reply) {
  // A peer case is judged by more than one reply; its judge says which option they showed.
  if (one.kind.starts_with("peer.")) return reply.value("option", "");
  const std::string outcome = outcome_of(reply);
  for (const auto& [option, expect] : one.expect.at("choice").at("options").items()) {
    if (match(expect, outcome, reply) == Match::yes) return option;
  }
  return {};
}

}  // namespace stt::conform

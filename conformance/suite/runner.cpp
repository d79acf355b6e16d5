#include <conformance/suite/runner.hpp>

#include <map>

#include <fmt/format.h>

namespace stt::conform {

using nlohmann::json;

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::deviation: return "deviation";
    case Verdict::fail: return "fail";
    case Verdict::wrong_reason: return "wrong-reason";
    case Verdict::not_exercised: return "not-exercised";
    case Verdict::unsupported: return "unsupported";
    case Verdict::adapter_error: break;
  }
  return "adapter-error";
}

bool is_expected(Verdict verdict) {
  return verdict == Verdict::pass || verdict == Verdict::deviation;
}

namespace {

Verdict failure(const Case& one) { return one.level == "should" ? Verdict::deviation : Verdict::fail; }

Verdict judge_reject(const Case& one, const json& reply, const json& expected) {
  const auto& reasons = expected.at("reason");
  const bool right_stage = reply.value("stage", "") == expected.at("stage");
  const bool right_reason =
      std::ranges::find(reasons, reply.value("reason", "")) != reasons.end();
  if (right_stage && right_reason) return Verdict::pass;
  return one.level == "should" ? Verdict::deviation : Verdict::wrong_reason;
}

}  // namespace

Verdict judge(const Case& one, const json& reply) {
  const auto outcome_member = reply.find("outcome");
  if (outcome_member == reply.end() || !outcome_member->is_string()) return Verdict::adapter_error;
  const std::string outcome = *outcome_member;
  if (outcome == "unsupported") return Verdict::unsupported;
  if (outcome != "accept" && outcome != "reject" && outcome != "need_more") {
    return Verdict::adapter_error;
  }
  const auto expected = one.expect.find(outcome);
  if (expected == one.expect.end()) return failure(one);
  if (outcome == "reject") return judge_reject(one, reply, *expected);
  if (outcome == "need_more") {
    return reply.value("at_least", json()) == expected->at("at_least") ? Verdict::pass
                                                                       : failure(one);
  }
  return reply.value("out", json()) == *expected ? Verdict::pass : failure(one);
}

std::vector<Judgement> run(const Suite& suite, Adapter& adapter) {
  std::map<std::string, Verdict> verdicts;
  std::vector<Judgement> judgements;
  for (const Case& one : suite.cases) {
    Judgement judgement{&one, {}, adapter.request({{"op", "vector"}, {"kind", one.kind}, {"in", one.in}})};
    judgement.verdict = judge(one, judgement.actual);
    verdicts.emplace(one.id, judgement.verdict);
    judgements.push_back(std::move(judgement));
  }
  for (Judgement& judgement : judgements) {
    const std::string& base = judgement.the_case->base;
    if (base.empty() || judgement.verdict == Verdict::unsupported) continue;
    const auto found = verdicts.find(base);
    if (found == verdicts.end() || !is_expected(found->second)) {
      judgement.verdict = Verdict::not_exercised;
    }
  }
  return judgements;
}

Totals total(const std::vector<Judgement>& judgements) {
  Totals totals;
  for (const Judgement& judgement : judgements) {
    ++totals.total;
    if (is_expected(judgement.verdict)) {
      ++totals.expected;
    } else if (judgement.verdict == Verdict::unsupported) {
      ++totals.unsupported;
    } else if (judgement.verdict == Verdict::not_exercised) {
      ++totals.not_exercised;
    } else {
      ++totals.unexpected;
    }
  }
  return totals;
}

std::string summary(const Totals& totals, const Suite& suite) {
  return fmt::format(
      "conform: {} expected, {} unexpected, {} unsupported, {} not-exercised of {}; suite {}",
      totals.expected, totals.unexpected, totals.unsupported, totals.not_exercised, totals.total,
      suite.version);
}

}  // namespace stt::conform

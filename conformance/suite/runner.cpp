#include <conformance/suite/runner.hpp>

#include <algorithm>
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

Verdict failure(const Case& one) {
  return one.level == "should" ? Verdict::deviation : Verdict::fail;
}

Verdict judge_reject(const Case& one, const json& reply, const json& expected) {
  const auto& reasons = expected.at("reason");
  const bool right_stage = reply.value("stage", json()) == expected.at("stage");
  const bool right_reason =
      std::ranges::find(reasons, reply.value("reason", json())) != reasons.end();
  if (right_stage && right_reason) return Verdict::pass;
  return one.level == "should" ? Verdict::deviation : Verdict::wrong_reason;
}

}  // namespace

Verdict judge(const Case& one, const json& reply) {
  if (!reply.is_object()) return Verdict::adapter_error;
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

namespace {

// Asks each case once, whoever needs the answer.
class Session {
 public:
  Session(const Suite& suite, Adapter& adapter) : suite_(suite), adapter_(adapter) {}

  const Judgement& judgement(const Case& one) {
    const auto known = judgements_.find(one.id);
    if (known != judgements_.end()) return known->second;
    return judgements_.emplace(one.id, ask(one)).first->second;
  }

  bool base_passed(const Case& one) {
    if (one.base.empty()) return true;
    const auto base = std::ranges::find(suite_.cases, one.base, &Case::id);
    return base != suite_.cases.end() && is_expected(judgement(*base).verdict);
  }

 private:
  Judgement ask(const Case& one) {
    try {
      json actual = adapter_.request({{"op", "vector"}, {"kind", one.kind}, {"in", one.in}});
      const Verdict verdict = judge(one, actual);
      return {&one, verdict, std::move(actual)};
    } catch (const AdapterError& error) {
      return {&one, Verdict::adapter_error, error.what()};
    }
  }

  const Suite& suite_;
  Adapter& adapter_;
  std::map<std::string, Judgement> judgements_;
};

}  // namespace

std::vector<Judgement> run(const Suite& suite, const std::vector<const Case*>& selected,
                           Adapter& adapter) {
  Session session(suite, adapter);
  std::vector<Judgement> judgements;
  for (const Case* one : selected) {
    Judgement judgement = session.judgement(*one);
    if (judgement.verdict != Verdict::unsupported && !session.base_passed(*one)) {
      judgement.verdict = Verdict::not_exercised;
    }
    judgements.push_back(std::move(judgement));
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

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <sstream>

#include <conformance/suite/files.hpp>
#include <conformance/suite/judge.hpp>
#include <conformance/suite/results.hpp>
#include <conformance/suite/runner.hpp>
#include <conformance/suite/selection.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// An implementation that answers with what the test says, by the "name" in a question. The texts
// "crash", "hang" and "garbage" are what it does instead of replying.
struct Implementation {
  std::map<std::string, json> replies;
  std::set<std::string> kinds{"k"};
  bool starts = true;
  std::atomic<int> started = 0;
  std::atomic<int> asked = 0;

  AdapterFactory factory();
};

class ScriptedAdapter final : public Adapter {
 public:
  explicit ScriptedAdapter(Implementation& implementation) : implementation_(implementation) {
    ++implementation_.started;
  }

  json request(const json& message) override {
    if (message.at("op") == "hello") {
      return {{"implementation", "scripted"}, {"version", "1"}, {"kinds", implementation_.kinds}};
    }
    if (message.at("op") == "reset") return {{"outcome", "accept"}};
    ++implementation_.asked;
    EXPECT_FALSE(message.contains("expect"));
    const json& reply = implementation_.replies.at(message.at("in").at("name"));
    if (reply == "crash") throw AdapterError("it is gone", AdapterError::Kind::crash);
    if (reply == "hang") throw AdapterError("it is silent", AdapterError::Kind::hang);
    if (reply == "garbage") throw AdapterError("it wrote garbage");
    if (reply == "changes")
      return {{"outcome", "accept"}, {"out", {{"n", implementation_.asked.load()}}}};
    return reply;
  }

 private:
  Implementation& implementation_;
};

AdapterFactory Implementation::factory() {
  return [this]() -> std::unique_ptr<Adapter> {
    if (!starts) throw AdapterError("no such program");
    return std::make_unique<ScriptedAdapter>(*this);
  };
}

Case make_case(const std::string& name, json expect, const std::string& base = "") {
  Case one;
  one.id = "k/" + name;
  one.kind = "k";
  one.level = "must";
  one.in = {{"name", name}};
  one.expect = std::move(expect);
  one.base = base;
  return one;
}

const json good = {{"outcome", "accept"}, {"out", {{"a", 1}}}};
const json refused = {{"outcome", "reject"}, {"stage", "s"}, {"reason", "x.y"}};
const json unsupported = {{"outcome", "unsupported"}};
const json expect_good = {{"accept", {{"a", 1}}}};
const json expect_refused = {{"reject", {{"stage", "s"}, {"reason", {"x.y", "x.z"}}}}};
const json expect_either = {
    {"choice", {{"point", "p"}, {"options", {{"take", expect_good}, {"refuse", expect_refused}}}}}};

Suite suite_of(std::vector<Case> cases) {
  std::ranges::sort(cases, {}, &Case::id);
  return {.version = "9.9.9", .promised = cases.size(), .cases = std::move(cases)};
}

using Verdicts = std::map<std::string, std::string>;

Verdicts verdicts_of(const Suite& suite, Implementation& implementation, AskPlan plan = {}) {
  Verdicts verdicts;
  for (const auto& [one, answer] :
       run(suite, select(suite, {}), plan, implementation.factory()).judgements) {
    verdicts[one->id] = name(answer.verdict);
  }
  return verdicts;
}

TEST(Verdicts, HaveNames) {
  for (int i = 0; i <= static_cast<int>(last_verdict); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    EXPECT_EQ(verdict_named(name(verdict)), verdict);
  }
  EXPECT_THROW(verdict_named("perhaps"), std::invalid_argument);
}

//= STT-ERROR-007 test
TEST(Judge, OneReply) {
  const Case positive = make_case("p", expect_good);
  const Case negative = make_case("n", expect_refused);
  const Case prefix = make_case("m", {{"need_more", {{"at_least", 4}}}});
  EXPECT_EQ(judge(positive, good), Verdict::pass);
  EXPECT_EQ(judge(positive, {{"outcome", "accept"}, {"out", {{"a", 2}}}}), Verdict::fail);
  EXPECT_EQ(judge(positive, {{"outcome", "accept"}}), Verdict::fail);
  EXPECT_EQ(judge(positive, refused), Verdict::fail);
  EXPECT_EQ(judge(negative, refused), Verdict::pass);
  EXPECT_EQ(judge(negative, good), Verdict::fail);
  EXPECT_EQ(judge(negative, {{"outcome", "reject"}, {"stage", "s"}, {"reason", "x.w"}}),
            Verdict::wrong_reason);
  EXPECT_EQ(judge(negative, {{"outcome", "reject"}, {"stage", "t"}, {"reason", "x.y"}}),
            Verdict::wrong_reason);
  EXPECT_EQ(judge(negative, {{"outcome", "reject"}}), Verdict::wrong_reason);
  EXPECT_EQ(judge(prefix, {{"outcome", "need_more"}, {"at_least", 4}}), Verdict::pass);
  EXPECT_EQ(judge(prefix, {{"outcome", "need_more"}, {"at_least", 3}}), Verdict::fail);
  EXPECT_EQ(judge(positive, unsupported), Verdict::unsupported);
  EXPECT_EQ(judge(positive, {{"outcome", "perhaps"}}), Verdict::adapter_error);
  EXPECT_EQ(judge(positive, {{"outcome", "error"}}), Verdict::adapter_error);
  EXPECT_EQ(judge(positive, {{"outcome", 1}}), Verdict::adapter_error);
  EXPECT_EQ(judge(positive, json::array()), Verdict::adapter_error);
  EXPECT_EQ(judge(positive, json::object()), Verdict::adapter_error);
}

TEST(Judge, AShouldThatIsNotFollowedIsADeviation) {
  Case one = make_case("p", expect_good);
  one.level = "should";
  EXPECT_EQ(judge(one, refused), Verdict::deviation);
}

TEST(Judge, AnyOptionOfAChoice) {
  const Case one = make_case("c", expect_either);
  EXPECT_EQ(judge(one, good), Verdict::choice);
  EXPECT_EQ(option_taken(one, good), "take");
  EXPECT_EQ(judge(one, refused), Verdict::choice);
  EXPECT_EQ(option_taken(one, refused), "refuse");
  EXPECT_EQ(judge(one, {{"outcome", "need_more"}, {"at_least", 1}}), Verdict::fail);
}

TEST(Runner, ANegativeCountsOnlyIfItsBasePassed) {
  const Suite suite = suite_of({make_case("base", expect_good), make_case("broken", expect_good),
                                make_case("crash-of-broken", expect_refused, "k/broken"),
                                make_case("of-base", expect_refused, "k/base"),
                                make_case("of-broken", expect_refused, "k/broken"),
                                make_case("of-nothing", expect_refused, "k/nothing")});
  Implementation implementation;
  implementation.replies = {
      {"base", good},       {"broken", refused},    {"crash-of-broken", "crash"},
      {"of-base", refused}, {"of-broken", refused}, {"of-nothing", refused}};
  EXPECT_EQ(verdicts_of(suite, implementation), (Verdicts{{"k/base", "pass"},
                                                          {"k/broken", "fail"},
                                                          {"k/crash-of-broken", "crash"},
                                                          {"k/of-base", "pass"},
                                                          {"k/of-broken", "not-exercised"},
                                                          {"k/of-nothing", "not-exercised"}}));
  EXPECT_EQ(implementation.asked, 6);

  // A base that was not selected is asked all the same, and not reported.
  const auto alone = run(suite, {&suite.cases[4]}, {}, implementation.factory()).judgements;
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone[0].answer.verdict, Verdict::not_exercised);
}

TEST(Runner, WhatAnAdapterDoesNotClaimIsNotAsked) {
  const Suite suite = suite_of({make_case("claimed", expect_good)});
  Implementation implementation;
  implementation.replies = {{"claimed", unsupported}};
  EXPECT_EQ(verdicts_of(suite, implementation).at("k/claimed"), "overclaim");
  implementation.kinds.clear();
  EXPECT_EQ(verdicts_of(suite, implementation).at("k/claimed"), "unsupported");
  EXPECT_EQ(implementation.asked, 1);
}

TEST(Runner, PeersAreClaimedByThemselves) {
  Claims claims;
  EXPECT_FALSE(claims.covers("peer.handshake"));
  claims.peer = true;
  EXPECT_TRUE(claims.covers("peer.handshake"));
  EXPECT_FALSE(claims.covers("varint.decode"));
}

TEST(Runner, ABrokenCaseCostsNoOther) {
  const Suite suite = suite_of({make_case("a", expect_good), make_case("b", expect_good),
                                make_case("c", expect_good), make_case("d", expect_good),
                                make_case("e", expect_good)});
  Implementation implementation;
  implementation.replies = {
      {"a", "crash"}, {"b", good}, {"c", "garbage"}, {"d", "hang"}, {"e", good}};
  EXPECT_EQ(verdicts_of(suite, implementation), (Verdicts{{"k/a", "crash"},
                                                          {"k/b", "pass"},
                                                          {"k/c", "adapter-error"},
                                                          {"k/d", "hang"},
                                                          {"k/e", "pass"}}));
  // To say hello, at first, after a, after c, after d, and after d once more.
  EXPECT_EQ(implementation.started, 6);
  EXPECT_EQ(implementation.asked, 6);
}

TEST(Runner, AMuteAdapterIsGivenUp) {
  std::vector<Case> cases;
  Implementation implementation;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    cases.push_back(make_case(name, expect_good));
    implementation.replies[name] = "hang";
  }
  implementation.replies["b"] = good;
  const Suite suite = suite_of(cases);
  for (const std::size_t jobs : {1U, 3U}) {
    implementation.asked = 0;
    const auto judgements =
        run(suite, select(suite, {}), {.jobs = jobs}, implementation.factory()).judgements;
    EXPECT_LE(implementation.asked, 11);
    EXPECT_EQ(judgements[1].answer.verdict, Verdict::pass);
    EXPECT_EQ(judgements[3].answer.note, "it is silent");
    for (std::size_t i = 4; i < 8; ++i) {
      EXPECT_EQ(judgements[i].answer.verdict, Verdict::hang);
      EXPECT_EQ(judgements[i].answer.note, "not repeated: the adapter hung three times");
    }
  }
}

TEST(Runner, AnAdapterThatDoesNotStartIsNoVerdict) {
  const Suite suite = suite_of({make_case("a", expect_good)});
  Implementation implementation;
  implementation.starts = false;
  EXPECT_THROW(run(suite, select(suite, {}), {}, implementation.factory()), AdapterError);
}

TEST(Runner, AllCasesOfAChoicePointAgree) {
  const Suite suite = suite_of({make_case("a", expect_either), make_case("b", expect_either),
                                make_case("c", expect_either)});
  Implementation implementation;
  implementation.replies = {{"a", refused}, {"b", refused}, {"c", good}};
  EXPECT_EQ(verdicts_of(suite, implementation),
            (Verdicts{{"k/a", "choice"}, {"k/b", "choice"}, {"k/c", "fail"}}));
  // Also where only one of them was selected.
  const auto alone = run(suite, {&suite.cases[2]}, {}, implementation.factory()).judgements;
  EXPECT_EQ(alone[0].answer.verdict, Verdict::fail);
  EXPECT_EQ(alone[0].answer.note, "chooses take, and k/a showed refuse");
}

TEST(Runner, AnAnswerThatChangesIsNondeterministic) {
  const Suite suite = suite_of(
      {make_case("a", expect_good), make_case("b", expect_good), make_case("c", expect_good)});
  Implementation implementation;
  implementation.replies = {{"a", good}, {"b", "changes"}, {"c", "crash"}};
  EXPECT_EQ(verdicts_of(suite, implementation).at("k/b"), "fail");
  EXPECT_EQ(verdicts_of(suite, implementation, {.jobs = 2, .repeat = true}),
            (Verdicts{{"k/a", "pass"}, {"k/b", "nondeterministic"}, {"k/c", "crash"}}));
}

// --- results

ResultRow row(const std::string& id, Verdict verdict, const std::string& base = "") {
  ResultRow out;
  out.id = id;
  out.verdict = verdict;
  out.base = base;
  return out;
}

TEST(Results, AreCountedByStanding) {
  ResultRow waived = row("f", Verdict::fail);
  waived.waiver = "known";
  const Results results{
      .header = {.suite = "9.9.9"},
      .rows = {row("a", Verdict::pass), row("b", Verdict::deviation), row("c", Verdict::choice),
               row("d", Verdict::unsupported), row("e", Verdict::not_exercised, "g"), waived,
               row("g", Verdict::overclaim), row("h", Verdict::livelock)}};
  EXPECT_EQ(summary(results),
            "conform: 4 expected, 2 unexpected, 1 unsupported, 1 not-exercised of 8; suite 9.9.9");
}

TEST(Results, AmountToAnOutcome) {
  EXPECT_EQ(outcome({row("a", Verdict::pass)}, false), Outcome::as_expected);
  EXPECT_EQ(outcome({row("a", Verdict::unsupported)}, false), Outcome::as_expected);
  EXPECT_EQ(outcome({row("a", Verdict::pass)}, true), Outcome::too_few_cases);
  EXPECT_EQ(outcome({row("a", Verdict::crash)}, true), Outcome::unexpected);
  EXPECT_EQ(outcome({row("a", Verdict::fail), row("b", Verdict::nondeterministic)}, false),
            Outcome::nondeterministic);
  // What was not exercised is excused by its base, if that stands there.
  EXPECT_EQ(outcome({row("n", Verdict::not_exercised, "b")}, false), Outcome::unexpected);
  ResultRow waived = row("b", Verdict::fail);
  waived.waiver = "known";
  EXPECT_EQ(outcome({waived, row("n", Verdict::not_exercised, "b")}, false), Outcome::as_expected);
}

TEST(Results, ShardsMakeTheWhole) {
  const ResultHeader header{.suite = "9.9.9", .promised = 2, .implementation = "i", .version = "1"};
  const Results first{header, {row("a", Verdict::pass)}};
  const Results second{header, {row("b", Verdict::fail)}};
  EXPECT_EQ(to_lines(merge({second, first})), to_lines({header, {first.rows[0], second.rows[0]}}));
  EXPECT_EQ(merge({first, first}).rows.size(), 1U);
  EXPECT_THROW(merge({first, {header, {row("a", Verdict::fail)}}}), Contradiction);
  Results other = second;
  other.header.implementation = "j";
  EXPECT_THROW(merge({first, other}), SuiteError);
}

TEST(Results, FitTheirSchema) {
  const json schema_json =
      json::parse(read_file(STT_SOURCE_DIR "/conformance/schemas/results.schema.json"));
  valijson::Schema schema;
  const valijson::adapters::NlohmannJsonAdapter schema_adapter(schema_json);
  valijson::SchemaParser().populateSchema(schema_adapter, schema);
  const auto fits = [&](const json& document) {
    const valijson::adapters::NlohmannJsonAdapter adapter(document);
    return valijson::Validator().validate(schema, adapter, nullptr);
  };
  std::vector<Judgement> judgements;
  const Case one = make_case("one", expect_refused, "k/base");
  for (int i = 0; i <= static_cast<int>(last_verdict); ++i) {
    judgements.push_back({&one, {static_cast<Verdict>(i), good, "a note, and no UTF-8: \xFF"}});
  }
  Results results{.header = {.suite = "9.9.9", .promised = 1}, .rows = result_rows(judgements)};
  results.rows[3].waiver = "known";
  std::istringstream lines(to_lines(results));
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(fits(json::parse(line))) << line;
  json broken = json::parse(to_lines(results).substr(0, to_lines(results).find('\n')));
  broken.erase("suite");
  EXPECT_FALSE(fits(broken));
}

}  // namespace
}  // namespace stt::conform

#include <gtest/gtest.h>

#include <conformance/suite/lint.hpp>
#include <conformance/suite/numbers.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

Case make_case(const std::string& id, json in, json expect) {
  Case one;
  one.id = id;
  one.kind = id.substr(0, id.find('/'));
  one.level = "must";
  one.requirements = {"STT-FRAME-001"};
  one.in = std::move(in);
  one.expect = std::move(expect);
  return one;
}

const json accepted = {{"accept", {{"bytes", "ff"}}}};

Case negative(const std::string& id, const std::string& base, const std::string& edit, json in,
              const char* reason = "wire.truncated") {
  Case one = make_case(id, std::move(in), {{"reject", {{"stage", "s"}, {"reason", {reason}}}}});
  one.base = base;
  one.edit = edit;
  return one;
}

// What is wrong with a negative of this base.
std::string fault(const json& base, const std::string& edit, const json& in) {
  const Suite suite{
      "1.0.0", 2, {make_case("k/base", base, accepted), negative("k/n", "k/base", edit, in)}};
  const auto faults = lint(suite, {});
  return faults.empty() ? "" : faults.at(0);
}

TEST(Lint, DoesTheEditToTheBase) {
  const json base = {{"bytes", "0102ff"}, {"key", "aa"}};
  const auto edited = [&](const char* edit, const char* bytes) {
    return fault(base, edit, {{"bytes", bytes}, {"key", "aa"}});
  };
  EXPECT_EQ(edited("bytes, byte 1: 02 becomes 0304", "010304ff"), "");
  EXPECT_EQ(edited("bytes, byte 1: 02 becomes nothing", "01ff"), "");
  EXPECT_EQ(edited("bytes, byte 2: its lowest bit changes", "0102fe"), "");
  EXPECT_EQ(edited("bytes: the last 2 bytes go", "01"), "");
  EXPECT_EQ(edited("bytes: 00 is added at the end", "0102ff00"), "");
  EXPECT_EQ(edited("bytes: becomes \"77\"", "77"), "");
  EXPECT_EQ(edited("bytes: something in prose", "778899"), "");

  const std::string other = "k/n: its edit says another thing than its bytes";
  EXPECT_EQ(edited("bytes, byte 1: 02 becomes 0304", "010305ff"), other);
  EXPECT_EQ(edited("bytes, byte 1: 03 becomes 04", "0104ff"), other);
  EXPECT_EQ(edited("bytes, byte 2: its lowest bit changes", "0102fd"), other);
  EXPECT_EQ(edited("bytes: the last 1 bytes go", "01"), other);
  EXPECT_EQ(edited("bytes: 00 is added at the end", "0102ff01"), other);
  EXPECT_EQ(edited("bytes: becomes \"77\"", "78"), other);
  EXPECT_EQ(edited("bytes: something in prose", "0102ff"), "k/n: its edit changes nothing");
  EXPECT_EQ(edited("text: something", "00"),
            "k/n: its edit names no member of \"in\": text: something");
  EXPECT_EQ(fault(base, "bytes: the last 2 bytes go", {{"bytes", "01"}, {"key", "ab"}}),
            "k/n: its edit names bytes, and more differs from its base");
}

TEST(Lint, DoesTheEditToListsAndFrames) {
  const json base = {{"frames", {"01", "02"}}};
  EXPECT_EQ(fault(base, "frames: \"03\" is added at the end", {{"frames", {"01", "02", "03"}}}),
            "");
  EXPECT_NE(fault(base, "frames: \"03\" is added at the end", {{"frames", {"01", "03"}}}), "");
  EXPECT_EQ(fault(base, "frame 2, plaintext, byte 0: sealed again", {{"frames", {"01", "03"}}}),
            "");
  EXPECT_EQ(fault(base, "frame 2: another", {{"frames", {"00", "03"}}}),
            "k/n: an earlier frame differs from its base");
  EXPECT_EQ(fault(base, "frame 2: another", base), "k/n: its edit changes nothing");
  EXPECT_EQ(fault(base, "frame 3: another", base), "k/n: there is no such frame");
}

TEST(Lint, KnowsBasesReasonsAndRequirements) {
  const json in = {{"bytes", "01"}};
  const json shorter = {{"bytes", ""}};
  const std::string edit = "bytes: the last 1 bytes go";
  const auto faults_of = [](std::vector<Case> cases) {
    return lint({"1.0.0", 0, std::move(cases)}, {"STT-FRAME-001"});
  };
  EXPECT_EQ(faults_of({negative("k/n", "k/no", edit, shorter)}).at(0),
            "k/n: its base k/no does not exist");
  EXPECT_EQ(
      faults_of({make_case("j/b", in, accepted), negative("k/n", "j/b", edit, shorter)}).at(0),
      "k/n: its base j/b is of another kind");
  const Case base = make_case("k/b", in, accepted);
  EXPECT_EQ(
      faults_of({base, negative("k/n", "k/b", edit, shorter), negative("k/o", "k/n", edit, in)})
          .at(0),
      "k/o: its base k/n is a negative");
  EXPECT_EQ(faults_of({base, negative("k/n", "k/b", edit, shorter, "wire.strange")}).at(0),
            "k/n: there is no error wire.strange");
  Case strange = base;
  strange.requirements = {"STT-FRAME-999"};
  EXPECT_EQ(faults_of({strange}).at(0), "k/b: there is no requirement STT-FRAME-999");
}

TEST(Lint, AnEditOfAPeerChangesItsSteps) {
  const json steps = {{"steps", {{{"wait", 1}}}}};
  const json other = {{"steps", {{{"wait", 2}}}}};
  const Case base = make_case("peer.session/b", steps, {{"accept", json::object()}});
  const auto faults_of = [&](const json& in) {
    return lint({"1.0.0", 0, {base, negative("peer.session/n", base.id, "in prose", in)}}, {});
  };
  EXPECT_TRUE(faults_of(other).empty());
  EXPECT_EQ(faults_of(steps).at(0), "peer.session/n: its edit changes nothing");
}

std::size_t counted(std::vector<Case> cases) {
  return SuiteNumbers::sum(count({"1.0.0", 0, std::move(cases)}).vectors).counted;
}

TEST(Numbers, WhatOneRuleMakesOfOneBaseCountsOnce) {
  const json in = {{"bytes", "0102"}};
  const Case base = make_case("k/b", in, accepted);
  const Case other = make_case("k/c", {{"bytes", "0304"}}, accepted);
  const Case flip_0 = negative("k/1", "k/b", "bytes, byte 0: its lowest bit changes", in);
  const Case flip_1 = negative("k/2", "k/b", "bytes, byte 1: its lowest bit changes", in);
  const Case of_other = negative("k/3", "k/c", "bytes, byte 1: its lowest bit changes", in);
  const Case cut = negative("k/4", "k/b", "bytes: the last 1 bytes go", in);
  const Case reason =
      negative("k/5", "k/b", "bytes, byte 1: its lowest bit changes", in, "wire.data_empty");
  EXPECT_EQ(counted({base, other, flip_0}), 3U);
  EXPECT_EQ(counted({base, other, flip_0, flip_1}), 3U);
  EXPECT_EQ(counted({base, other, flip_0, flip_1, of_other, cut, reason}), 6U);
  const SuiteNumbers numbers = count({"1.0.0", 0, {base, flip_0, flip_1}});
  EXPECT_EQ(numbers.vectors.at("k").cases, 3U);
  EXPECT_EQ(numbers.vectors.at("k").negatives, 1U);
}

TEST(Numbers, WhatDiffersInNumbersOnlyCountsOnce) {
  const auto number = [](const char* id, const char* value, const char* bytes) {
    return make_case(id, {{"value", value}}, {{"accept", {{"bytes", bytes}}}});
  };
  EXPECT_EQ(counted({number("k/1", "1", "01"), number("k/2", "300", "ac02")}), 1U);
  // Where the answer is a number, the bytes of the question are one, too.
  const auto decoded = [](const char* id, const char* bytes, json out) {
    return make_case(id, {{"bytes", bytes}}, {{"accept", std::move(out)}});
  };
  EXPECT_EQ(
      counted({decoded("k/1", "01", {{"value", "1"}}), decoded("k/2", "02", {{"value", "2"}})}),
      1U);
  EXPECT_EQ(
      counted({decoded("k/1", "01", {{"value", "1"}}), decoded("k/2", "02", {{"code", "2"}})}), 2U);
  EXPECT_EQ(
      counted({decoded("k/1", "01", {{"text", "aa"}}), decoded("k/2", "02", {{"text", "bb"}})}),
      2U);
  EXPECT_EQ(counted({decoded("k/1", "01", {{"ranges", {{"1", "2"}}}}),
                     decoded("k/2", "02", {{"ranges", {{"1", "2"}, {"4", "5"}}}})}),
            2U);
}

TEST(Numbers, AnErrorIsExpectedByACaseOrAStepOfAPeer) {
  const auto missing = [](std::vector<Case> cases) {
    return count({"1.0.0", 0, std::move(cases)}).errors_missing;
  };
  const auto none = missing({});
  EXPECT_NE(std::ranges::find(none, "wire.truncated"), none.end());
  EXPECT_EQ(std::ranges::find(none, "node.config_invalid"), none.end());
  EXPECT_EQ(none.size(), missing({negative("k/n", "k/b", "", {})}).size() + 1);
  const json steps = {
      {"steps", {{{"expect", {{"event", "closed"}, {"reason", "session.closed"}}}}}}};
  EXPECT_EQ(none.size(),
            missing({make_case("peer.session/p", steps, {{"accept", json::object()}})}).size() + 1);
}

}  // namespace
}  // namespace stt::conform

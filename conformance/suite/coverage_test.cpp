#include <gtest/gtest.h>

#include <conformance/suite/coverage.hpp>
#include <conformance/suite/files.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

Case make_case(const char* requirement, json expect, const char* base = "") {
  Case one;
  one.requirements = {requirement};
  one.expect = std::move(expect);
  one.base = base;
  return one;
}

const json accepted = {{"accept", json::object()}};
const json refused = {{"reject", {{"stage", "s"}, {"reason", {"wire.truncated"}}}}};
const json needs_more = {{"need_more", {{"at_least", 1}}}};

TEST(Coverage, TellsWhatARuleLetsThroughFromWhatItStops) {
  const Suite suite{
      "1.0.0",
      0,
      {make_case("A", accepted), make_case("A", refused, "base"), make_case("B", accepted),
       make_case("B", needs_more, "base"), make_case("C", refused, "base"),
       make_case("D", accepted, "base"), make_case("D", accepted)}};
  const Coverage found = cover(suite, {"A", "B", "C", "D", "E", "F"}, {{"E", {"api", "why", ""}}});
  using Ids = std::vector<std::string>;
  EXPECT_EQ(found.both, (Ids{"A", "D"}));  // an edit without effect is a negative, too
  EXPECT_EQ(found.positive_only, (Ids{"B"}));
  EXPECT_EQ(found.negative_only, (Ids{"C"}));
  EXPECT_EQ(found.unobservable, (Ids{"E"}));
  EXPECT_EQ(found.uncovered, (Ids{"F"}));
  EXPECT_TRUE(found.faults.empty());
}

TEST(Coverage, AnExceptionMayBeOfOneSide) {
  const Suite suite{"1.0.0",
                    0,
                    {make_case("A", accepted), make_case("B", refused, "base"),
                     make_case("C", accepted), make_case("C", refused, "base")}};
  const Unobservables excepted{{"A", {"api", "why", "negative"}},
                               {"B", {"api", "why", "positive"}},
                               {"D", {"api", "why", "negative"}}};
  const Coverage found = cover(suite, {"A", "B", "C", "D"}, excepted);
  using Ids = std::vector<std::string>;
  EXPECT_EQ(found.one_sided, (Ids{"A", "B"}));
  EXPECT_EQ(found.both, (Ids{"C"}));
  EXPECT_EQ(found.uncovered, (Ids{"D"}));  // the other side is still asked for
  EXPECT_TRUE(found.faults.empty());
  // The side that is excepted is the one that is shown.
  const Unobservables changed_about{{"A", {"api", "why", "positive"}},
                                    {"B", {"api", "why", "negative"}}};
  const Coverage wrong = cover(suite, {"A", "B"}, changed_about);
  EXPECT_EQ(wrong.positive_only, (Ids{"A"}));
  EXPECT_EQ(wrong.negative_only, (Ids{"B"}));
  EXPECT_EQ(wrong.faults,
            (Ids{"A: is excepted, and a case shows it", "B: is excepted, and a case shows it"}));
}

TEST(Coverage, AnExceptionIsOfAMustThatNoCaseCites) {
  const Suite suite{"1.0.0", 0, {make_case("A", accepted)}};
  const Unobservables excepted{{"A", {"api", "why", ""}}, {"B", {"api", "why", ""}}};
  EXPECT_EQ(cover(suite, {"A"}, excepted).faults,
            (std::vector<std::string>{"A: is excepted, and a case shows it",
                                      "B: is excepted, and there is no such MUST"}));
}

// What reading this text as a list of exceptions complains about.
std::string complaint(const std::string& text) {
  const auto file = std::filesystem::path(testing::TempDir()) / "unobservable.json";
  write_file(file, text);
  try {
    read_unobservables(file);
  } catch (const SuiteError& error) {
    return std::string(error.what()).substr(file.string().size());
  }
  return "";
}

TEST(Coverage, AnExceptionHasAClassAndAReason) {
  const auto with = [](const char* entry) {
    return std::string(R"({"classes":{"api":"words"},"requirements":{"A":)") + entry + "}}";
  };
  EXPECT_EQ(complaint(with(R"(["api","why"])")), "");
  EXPECT_EQ(complaint(with(R"(["api",""])")), ": A: is a class and a reason");
  EXPECT_EQ(complaint(with(R"(["api"])")), ": A: is a class and a reason");
  EXPECT_EQ(complaint(with(R"(["wish","why"])")), ": A: there is no class \"wish\"");
  EXPECT_EQ(complaint(with(R"(["api","why","negative"])")), "");
  EXPECT_EQ(complaint(with(R"(["api","why","left"])")), ": A: there is no side \"left\"");
  EXPECT_EQ(complaint(with(R"(["api","why",1])")), ": A: is a class and a reason");
  EXPECT_EQ(complaint("[]"), ": has the members \"classes\" and \"requirements\"");
  EXPECT_TRUE(read_unobservables("no/such/file").empty());
}

}  // namespace
}  // namespace stt::conform

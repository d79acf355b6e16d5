#include <gtest/gtest.h>

#include <conformance/suite/authoring/promote.hpp>
#include <conformance/suite/case_file.hpp>
#include <conformance/suite/files.hpp>
#include <conformance/suite/lint.hpp>
#include <conformance/suite/shipped_vectors.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

Case draft_of(const FoundInput& found, const Suite& suite = shipped(),
              const std::string& lock = "") {
  const auto reference = make_reference_adapter();
  return draft_case(suite, lock, *reference, found);
}

TEST(DraftCase, ExpectsWhatTheReferenceAnswers) {
  const Case accepted = draft_of({"varint.decode", {{"bytes", "b96e"}}});
  EXPECT_EQ(accepted.id, "varint.decode/found-1");
  EXPECT_EQ(accepted.expect, (json{{"accept", {{"value", "14137"}, {"consumed", 2}}}}));
  EXPECT_TRUE(accepted.base.empty());
  EXPECT_TRUE(
      draft_of({"frame.stream", {{"bytes", "5354"}, {"cuts", {1}}}}).expect.contains("accept"));
}

TEST(DraftCase, FindsABaseAndWordsThatLintBelieves) {
  Suite suite = shipped();
  const Case draft = draft_of({"varint.decode", {{"bytes", "b96e80808080808080808000"}}});
  const Case negative = draft_of({"varint.decode", {{"bytes", "b9ee80"}}});
  EXPECT_TRUE(draft.expect.contains("accept"));
  ASSERT_TRUE(negative.expect.contains("reject"));
  EXPECT_FALSE(negative.base.empty());
  EXPECT_FALSE(negative.edit.empty());
  suite.cases.push_back(negative);
  EXPECT_EQ(lint(suite, {}), std::vector<std::string>{});
  // Another member than bytes, too.
  const Case other = draft_of({"handshake.decode", {{"message", "final"}, {"bytes", "0102"}}});
  EXPECT_TRUE(other.expect.contains("reject"));
}

TEST(DraftCase, TakesTheNextIdThatNobodyEverHad) {
  Suite suite = shipped();
  suite.cases.push_back(shipped_case("varint.decode/zero"));
  suite.cases.back().id = "varint.decode/crash-1";
  const FoundInput found{"varint.decode", {{"bytes", "b96e"}}, "crash"};
  EXPECT_EQ(
      draft_of(found, suite, "varint.decode/crash-2 aa\nvarint.decode/crash-3 bb retired\n").id,
      "varint.decode/crash-4");
}

TEST(DraftCase, RefusesWhatIsNoQuestionAndWhatIsAskedAlready) {
  EXPECT_THROW(draft_of({"no.such", {{"bytes", "00"}}}), SuiteError);
  EXPECT_THROW(draft_of({"varint.decode", {{"octets", "00"}}}), SuiteError);
  EXPECT_THROW(draft_of({"varint.decode", json::array()}), SuiteError);
  EXPECT_THROW(draft_of({"varint.decode", shipped_case("varint.decode/zero").in}), SuiteError);
}

TEST(DraftFile, IsNoPartOfASuiteBeforeSomebodyHasConfirmedIt) {
  const std::filesystem::path file = std::filesystem::path(::testing::TempDir()) / "draft.json";
  const std::string text = draft_file(draft_of({"varint.decode", {{"bytes", "b96e"}}}));
  write_file(file, text);
  EXPECT_THROW(load_cases(file), SuiteError);
  json confirmed = json::parse(text);
  confirmed.erase("draft");
  write_file(file, confirmed.dump());
  EXPECT_EQ(load_cases(file).size(), 1U);
  // The schema wants words and requirements.
  EXPECT_FALSE(fits_schema(confirmed, "cases.schema.json"));
  confirmed["cases"][0]["why"] = "Two bytes.";
  confirmed["cases"][0]["requirements"] = {"STT-VARINT-001"};
  EXPECT_TRUE(fits_schema(confirmed, "cases.schema.json"));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace stt::conform

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <conformance/requirements/requirements.hpp>

namespace stt::requirements {
namespace {

Requirement requirement(const std::string& id) {
  return {id, Level::must, "design", "A thing MUST be.", {"page.md", 1}};
}

TEST(ParsePage, TakesOneRequirementWithItsContinuedLines) {
  const auto found = parse_page(
      "# Title\n"
      "\n"
      "- **STT-FRAME-004** (seed, RFC 9002 §6.1) A frame MUST NOT\n"
      "  be empty.\n"
      "  | not a table |\n"
      "\n"
      "  Indented, but after an empty line.\n",
      "wire.md");
  ASSERT_EQ(found.items.size(), 1U);
  EXPECT_TRUE(found.problems.empty());
  EXPECT_EQ(found.items[0].id, "STT-FRAME-004");
  EXPECT_EQ(found.items[0].level, Level::must);
  EXPECT_EQ(found.items[0].sources, "seed, RFC 9002 §6.1");
  EXPECT_EQ(found.items[0].text, "A frame MUST NOT be empty. | not a table |");
  EXPECT_EQ(found.items[0].place, (Place{"wire.md", 3}));
}

TEST(ParsePage, KnowsTheThreeLevels) {
  const auto found = parse_page(
      "- **STT-A-001** (seed) It MAY be.\n"
      "- **STT-A-002** (seed) It SHOULD NOT be.\n"
      "- **STT-A-003** (seed) It MUST, (whatever) be.\n",
      "page.md");
  ASSERT_EQ(found.items.size(), 3U);
  EXPECT_EQ(found.items[0].level, Level::may);
  EXPECT_EQ(found.items[1].level, Level::should);
  EXPECT_EQ(found.items[2].level, Level::must);
}

TEST(ParsePage, RefusesTwoKeyWordsNoneAndABrokenForm) {
  EXPECT_EQ(parse_page("- **STT-A-001** (seed) It MUST and MAY be.\n", "p").problems.size(), 1U);
  EXPECT_EQ(parse_page("- **STT-A-001** (seed) It is MUSTARD.\n", "p").problems.size(), 1U);
  EXPECT_EQ(parse_page("- **STT-A-001** It MUST be.\n", "p").problems.size(), 1U);
  EXPECT_EQ(parse_page("- **STT-A-01** (seed) It MUST be.\n", "p").problems.size(), 1U);
  EXPECT_EQ(parse_page("- **STT-A-0011** (seed) It MUST be.\n", "p").problems.size(), 1U);
}

TEST(ParseSource, TakesCitationsOfCodeAndOfTests) {
  const auto found = parse_source(
      "int x;\n"
      "  //= STT-A-001\n"
      "//= STT-A-002 test\n"
      "#= STT-A-003 test\n"
      "// STT-A-004 is only mentioned\n",
      "a_test.cpp", true);
  EXPECT_TRUE(found.problems.empty());
  ASSERT_EQ(found.items.size(), 3U);
  EXPECT_FALSE(found.items[0].is_test);
  EXPECT_EQ(found.items[0].place, (Place{"a_test.cpp", 2}));
  EXPECT_TRUE(found.items[1].is_test);
  EXPECT_EQ(found.items[2].id, "STT-A-003");
}

TEST(ParseSource, RefusesOtherWordsAndTestsOutsideTests) {
  EXPECT_EQ(parse_source("//= STT-A-001 tested\n", "a_test.cpp", true).problems.size(), 1U);
  EXPECT_EQ(parse_source("//= STT-A-001, STT-A-002\n", "a_test.cpp", true).problems.size(), 1U);
  EXPECT_EQ(parse_source("//= STT-A-001 test\n", "a.cpp", false).problems.size(), 1U);
}

TEST(ParseVectors, FindsListsOnOneLineAndOnSeveral) {
  const auto found = parse_vectors(
      "{\"id\": \"a\", \"requirements\": [\"STT-A-001\", \"STT-A-002\"], \"why\": \"STT-A-009\"}\n"
      "\"requirements\":[\n"
      "  \"STT-B-001\"\n"
      "], \"other\": [\"STT-B-002\"]\n"
      "\"requirements\": {\"type\": \"array\"}\n",
      "v.json");
  EXPECT_TRUE(found.problems.empty());
  ASSERT_EQ(found.items.size(), 3U);
  EXPECT_EQ(found.items[1].id, "STT-A-002");
  EXPECT_EQ(found.items[2].id, "STT-B-001");
  EXPECT_EQ(found.items[2].place.line, 3U);
  EXPECT_EQ(parse_vectors("\"requirements\": [\"STT-a-1\"]", "v.json").problems.size(), 1U);
}

TEST(ParseExceptions, NeedsAReasonAndAnEnd) {
  const auto good = parse_exceptions(
      R"({"exceptions":[{"requirements":["STT-A-*","STT-B-001"],"because":"b","until":"u"}]})",
      "e");
  EXPECT_TRUE(good.problems.empty());
  ASSERT_EQ(good.items.size(), 2U);
  EXPECT_EQ(good.items[0].pattern, "STT-A-*");
  EXPECT_EQ(good.items[1].until, "u");
  const auto bad = parse_exceptions(R"({"exceptions":[{"requirements":["STT-A-*"]}]})", "e");
  EXPECT_EQ(bad.problems.size(), 1U);
  EXPECT_EQ(parse_exceptions("[", "e").problems.size(), 1U);
}

TEST(Matches, TreatsOnlyTheStarAsSpecial) {
  EXPECT_TRUE(matches("STT-A-001", "STT-A-001"));
  EXPECT_FALSE(matches("STT-A-001", "STT-A-002"));
  EXPECT_TRUE(matches("STT-A-*", "STT-A-002"));
  EXPECT_TRUE(matches("*-00*", "STT-A-002"));
  EXPECT_FALSE(matches("STT-A-*", "STT-AB-002"));
  EXPECT_FALSE(matches("STT-A-?01", "STT-A-001"));
}

TEST(MakeMatrix, CountsTestsAndExceptionsAsCoverButNotCode) {
  const Matrix matrix =
      make_matrix({requirement("STT-A-001"), requirement("STT-A-002"), requirement("STT-A-003")},
                  {{"STT-A-001", {"a_test.cpp", 3}, true}, {"STT-A-003", {"a.cpp", 4}, false}},
                  {{"STT-A-002", "why", "when"}});
  EXPECT_TRUE(matrix.problems.empty());
  EXPECT_EQ(matrix.uncovered(), 1U);
  EXPECT_EQ(to_line(matrix.rows[0]), "STT-A-001 MUST a_test.cpp:3");
  EXPECT_EQ(to_line(matrix.rows[1]), "STT-A-002 MUST excepted");
  EXPECT_EQ(to_line(matrix.rows[2]), "STT-A-003 MUST a.cpp:4 uncovered");
  EXPECT_EQ(summary(matrix), "requirements: 3, uncovered 1");
}

TEST(MakeMatrix, RefusesWhatContradictsItself) {
  EXPECT_EQ(
      make_matrix({requirement("STT-A-001"), requirement("STT-A-001")}, {}, {}).problems.size(),
      1U);
  EXPECT_EQ(make_matrix({requirement("STT-A-001")}, {{"STT-A-002", {"a.cpp", 1}, false}}, {})
                .problems.size(),
            1U);
  EXPECT_EQ(
      make_matrix({requirement("STT-A-001")}, {}, {{"STT-B-*", "why", "when"}}).problems.size(),
      1U);
  EXPECT_EQ(make_matrix({requirement("STT-A-001")}, {{"STT-A-001", {"a_test.cpp", 1}, true}},
                        {{"STT-A-*", "why", "when"}})
                .problems.size(),
            1U);
}

// The specification of this repository, and every citation of it.
TEST(Scan, FindsTheSpecificationSoundAndEveryCitationReal) {
  const Matrix matrix = scan(STT_SOURCE_DIR);
  EXPECT_GT(matrix.rows.size(), 400U);
  for (const Problem& problem : matrix.problems) ADD_FAILURE() << to_line(problem);
}

// The ids that a page names, wherever it does.
std::set<std::string> ids_in_page(const std::filesystem::path& page) {
  std::ifstream in(page);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  static const std::regex id("STT-[A-Z]+-[0-9]{3}");
  const std::sregex_token_iterator first(text.begin(), text.end(), id);
  return {first, std::sregex_token_iterator()};
}

TEST(Specification, NamesOnlyRequirementsThatExist) {
  std::set<std::string> known;
  for (const Row& row : scan(STT_SOURCE_DIR).rows) known.insert(row.requirement.id);
  for (const auto& entry : std::filesystem::directory_iterator(STT_SOURCE_DIR "/docs/spec")) {
    if (entry.path().extension() != ".md") continue;
    for (const std::string& id : ids_in_page(entry.path())) {
      EXPECT_TRUE(known.contains(id)) << entry.path().filename() << " names " << id;
    }
  }
}

// What claims to come from the seed stands beside the statement that it comes from.
TEST(Specification, CoversTheSeedWithEveryRequirementOfTheSeed) {
  const auto covering = ids_in_page(STT_SOURCE_DIR "/docs/spec/seed-coverage.md");
  for (const Row& row : scan(STT_SOURCE_DIR).rows) {
    if (!row.requirement.sources.starts_with("seed")) continue;
    EXPECT_TRUE(covering.contains(row.requirement.id)) << row.requirement.id;
  }
}

}  // namespace
}  // namespace stt::requirements

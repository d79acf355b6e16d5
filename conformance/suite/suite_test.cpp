#include <gtest/gtest.h>

#include <set>

#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/vector_files.hpp>
#include <conformance/suite/files.hpp>
#include <conformance/suite/runner.hpp>
#include <conformance/suite/shipped_vectors.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;
const std::filesystem::path& vectors = vectors_folder();

std::vector<const Case*> all_of(const Suite& suite) {
  std::vector<const Case*> cases;
  for (const Case& one : suite.cases) cases.push_back(&one);
  return cases;
}

TEST(Vectors, AreMadeAgainWithoutDifference) {
  const VectorFiles made = make_vector_files(author_all_cases(), read_file(vectors / "ids.lock"),
                                             {}, read_hand_written(vectors));
  for (const auto& [path, text] : made) {
    EXPECT_TRUE(text == read_file(vectors / path)) << path << ": run stt conform vectors generate";
  }
  EXPECT_EQ(check_vector_files(vectors), std::vector<std::string>{});
}

TEST(Vectors, TheReferenceAnswersAllAsExpected) {
  const auto judgements =
      run(shipped(), all_of(shipped()), {.jobs = 2, .repeat = true}, make_reference_adapter)
          .judgements;
  for (const auto& [one, answer] : judgements) {
    EXPECT_TRUE(is_expected(answer.verdict)) << one->id << ": " << answer.actual.dump();
  }
  EXPECT_EQ(judgements.size(), shipped().promised);
}

TEST(Vectors, FitTheirSchema) {
  const json manifest = json::parse(read_file(vectors / "manifest.json"));
  EXPECT_TRUE(fits_schema(manifest, "manifest.schema.json"));
  json broken;
  for (const auto& [path, ignored] : manifest.at("sha3_256").items()) {
    if (!path.ends_with(".json")) continue;
    const json document = json::parse(read_file(vectors / path));
    EXPECT_TRUE(fits_schema(document, "cases.schema.json")) << path;
    broken = document;
  }
  broken["cases"][0].erase("why");
  EXPECT_FALSE(fits_schema(broken, "cases.schema.json"));
}

TEST(Vectors, ChoicesAreThoseOfTheSpecification) {
  const std::string page = read_file(vectors / ".." / "docs" / "spec" / "choice-points.md");
  std::set<std::string> points;
  for (const Case& one : shipped().cases) {
    if (!one.expect.contains("choice")) continue;
    const std::string point = one.expect["choice"].at("point");
    EXPECT_NE(page.find("| " + point + " |"), std::string::npos) << one.id;
    points.insert(point);
  }
  EXPECT_GE(points.size(), 8U);
}

TEST(Vectors, AnIdIsForEver) {
  std::vector<Case> cases{shipped().cases[0], shipped().cases[1]};
  const std::string lock = make_vector_files(cases, "").at("ids.lock");
  EXPECT_EQ(make_vector_files(cases, lock).at("ids.lock"), lock);
  cases[0].why = "Better words.";
  EXPECT_EQ(make_vector_files(cases, lock).at("ids.lock"), lock);

  cases[0].in["bytes"] = "00ff";
  EXPECT_THROW(make_vector_files(cases, lock), SuiteError);
  EXPECT_NO_THROW(make_vector_files(cases, lock, {cases[0].id}));

  const std::vector<Case> fewer{cases[1]};
  EXPECT_THROW(make_vector_files(fewer, lock), SuiteError);
  const std::string retired = make_vector_files(fewer, lock, {cases[0].id}).at("ids.lock");
  EXPECT_NO_THROW(make_vector_files(fewer, retired));
  EXPECT_THROW(make_vector_files(cases, retired), SuiteError);
}

// --- the reference as an adapter
// ------------------------------------------------------------------

TEST(ReferenceAdapter, KnowsWhatItDoesNotKnow) {
  const auto reference = make_reference_adapter();
  const json unsupported = {{"outcome", "unsupported"}};
  EXPECT_EQ(reference->request({{"op", "vector"}, {"kind", "no.such"}, {"in", json::object()}}),
            unsupported);
  EXPECT_EQ(reference->request({{"op", "dance"}}), unsupported);
  EXPECT_THROW(reference->request({{"kind", "kdf"}}), AdapterError);
  EXPECT_THROW(reference->request(json::array()), AdapterError);
}

TEST(ReferenceAdapter, EveryKindHasVectorsAndRefusesAMalformedRequest) {
  const auto reference = make_reference_adapter();
  const json kinds = reference->request({{"op", "hello"}}).at("kinds");
  std::set<std::string> tried;
  for (const Case& one : shipped().cases) tried.insert(one.kind);
  for (const std::string kind : kinds) {
    EXPECT_TRUE(tried.contains(kind)) << kind;
    EXPECT_THROW(reference->request({{"op", "vector"}, {"kind", kind}, {"in", json::object()}}),
                 AdapterError)
        << kind;
  }
  // Every member of every question: missing, of another type, and not hexadecimal.
  for (const Case& one : shipped().cases) {
    for (const auto& [member, value] : one.in.items()) {
      for (const json& wrong : {json(nullptr), json("xyz"), json(-1), json::array({json()})}) {
        json in = one.in;
        in[member] = wrong;
        try {
          reference->request({{"op", "vector"}, {"kind", one.kind}, {"in", in}});
        } catch (const AdapterError&) {
        }
      }
    }
  }
}

}  // namespace
}  // namespace stt::conform

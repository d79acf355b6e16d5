#include <simulator/scenario/recipe.hpp>

#include <gtest/gtest.h>

#include <simulator/scenario/catalogue.hpp>

namespace stt::sim {
namespace {

TEST(Recipe, ATokenLeadsBackToItself) {
  for (const char* token : {"seed:0", "seed:18446744073709551615", "scenario:drop-rate:9"}) {
    const RecipeResult recipe = recipe_of_token(token);
    ASSERT_TRUE(recipe) << recipe.error();
    EXPECT_EQ(recipe->token, token);
  }
  EXPECT_EQ(recipe_of_token("scenario:drop-rate:9")->scenario.seed, 9U);
}

TEST(Recipe, AFileOfTheUsersTravelsInItsToken) {
  const RecipeResult original = recipe_of_json(shipped_scenarios()[0].json, 77);
  ASSERT_TRUE(original);
  const RecipeResult again = recipe_of_token(original->token);
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->token, original->token);
  EXPECT_EQ(again->scenario.seed, 77U);
  EXPECT_EQ(again->scenario.name, original->scenario.name);
  EXPECT_EQ(again->token.find_first_of(" \"'/+="), std::string::npos);
}

TEST(Recipe, RemembersWhichFileWasMoved) {
  Recipe recipe = recipe_of_seed(1);
  add_file(recipe, as_bytes("contents"));
  const RecipeResult again = recipe_of_token(recipe.token);
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->file_digest, recipe.file_digest);
  Recipe other = *again;
  add_file(other, as_bytes("other contents"));
  EXPECT_NE(other.file_digest, recipe.file_digest);
}

TEST(Recipe, RefusesWhatIsNoToken) {
  for (const char* token :
       {"", "seed:", "seed:-1", "seed:1x", "seed:18446744073709551616", "scenario:drop-rate",
        "scenario:no-such:1", "json:!", "json:e30", "seed:1+file:00"}) {
    EXPECT_FALSE(recipe_of_token(token)) << token;
  }
}

}  // namespace
}  // namespace stt::sim

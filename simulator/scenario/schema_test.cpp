// What the schema says to editors is what the parser takes.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

#include <simulator/scenario/catalogue.hpp>
#include <simulator/scenario/scenario_json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace stt::sim {
namespace {

using Json = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

class ScenarioSchema : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(STT_SOURCE_DIR "/simulator/scenarios/schema.json");
    ASSERT_TRUE(in);
    document = Json::parse(in);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(Adapter(document), schema);
  }
  bool takes(const Json& json) {
    return valijson::Validator().validate(schema, Adapter(json), nullptr);
  }

  Json document;
  valijson::Schema schema;
};

TEST_F(ScenarioSchema, TakesEveryScenarioThatShips) {
  for (const ShippedScenario& shipped : shipped_scenarios()) {
    EXPECT_TRUE(takes(Json::parse(shipped.json))) << shipped.name;
  }
}

// A value of a wrong kind at each place of a scenario: the schema and the parser refuse alike.
TEST_F(ScenarioSchema, RefusesWithTheParser) {
  const Json original = Json::parse(shipped_scenarios()[0].json);
  const Json flat = original.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    if (pointer == "/$schema" || pointer == "/name" || pointer == "/purpose") continue;
    Json changed = original;
    changed[Json::json_pointer(pointer)] = Json::array({false});
    EXPECT_FALSE(takes(changed)) << pointer;
    EXPECT_FALSE(parse_scenario(changed.dump())) << pointer;
  }
  for (const char* place :
       {"", "/hosts/0", "/links/0", "/links/0/both", "/conversations/0", "/expect"}) {
    Json changed = original;
    Json& object = changed[Json::json_pointer(place)];
    if (object.is_null()) continue;
    object["surprise"] = 1;
    EXPECT_FALSE(takes(changed)) << place;
    EXPECT_FALSE(parse_scenario(changed.dump())) << place;
  }
}

}  // namespace
}  // namespace stt::sim

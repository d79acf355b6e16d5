#include <simulator/scenario/scenario_json.hpp>

#include <gtest/gtest.h>

#include <simulator/scenario/catalogue.hpp>

namespace stt::sim {
namespace {

// A scenario in which each test replaces one thing.
std::string with(std::string_view place, std::string_view replacement) {
  std::string json = R"({"name": "test", "purpose": "none", "seed": 7,
    "hosts": [{"name": "a", "node": {"max_streams": 3}, "rebinds": [{"at": "1s", "what": "port"}]},
              {"name": "b"}],
    "links": [{"between": ["a", "b"], "both": {"rate": "10mbit", "loss": "10%"},
               "back": {"loss": "0.5%"},
               "changes": [{"at": "2s", "direction": "forward", "set": {"mtu": 1300}}]}],
    "conversations": [{"from": "b", "to": "a", "streams": 2, "bytes": [5, 10], "read": "whole"}],
    "expect": {"outcome": "completes", "within": "9s", "occurs": {"lost": 1}}})";
  if (place.empty()) return json;
  const std::size_t at = json.find(place);
  EXPECT_NE(at, std::string::npos) << place;
  return json.replace(at, place.size(), replacement);
}

void expect_refused(std::string_view place, std::string_view replacement, std::string_view pointer,
                    std::string_view says) {
  const auto parsed = parse_scenario(with(place, replacement));
  ASSERT_FALSE(parsed) << replacement;
  EXPECT_EQ(parsed.error().pointer, pointer);
  EXPECT_NE(parsed.error().what.find(says), std::string::npos) << parsed.error().what;
}

TEST(ParseScenario, ReadsEveryPart) {
  const auto scenario = parse_scenario(with("", ""));
  ASSERT_TRUE(scenario) << scenario.error().text();
  EXPECT_EQ(scenario->seed, 7U);
  EXPECT_EQ(scenario->hosts[0].config.parameters.max_streams, 3U);
  EXPECT_EQ(scenario->hosts[0].rebinds.at(0).at, 1s);
  EXPECT_FALSE(scenario->hosts[0].rebinds.at(0).new_ip);
  const LinkBetween& link = scenario->links.at(0);
  EXPECT_EQ(link.forward.initial.rate_bits_per_second, 10'000'000U);
  EXPECT_EQ(link.forward.initial.loss, 100'000U);
  EXPECT_EQ(link.back.initial.loss, 5'000U);
  ASSERT_EQ(link.forward.changes.size(), 1U);
  EXPECT_TRUE(link.forward.changes[0].sets(&LinkConditions::mtu_bytes));
  EXPECT_EQ(link.forward.changes[0].values().mtu_bytes, 1'300U);
  EXPECT_TRUE(link.back.changes.empty());
  const Conversation& talk = scenario->conversations.at(0);
  EXPECT_EQ(talk.from, 1U);
  EXPECT_EQ(talk.bytes_max, 10U);
  EXPECT_TRUE(talk.whole);
  EXPECT_EQ(scenario->expectation.within, 9s);
  EXPECT_EQ(scenario->expectation.occurs.at(0).kind, Kind::lost);
}

TEST(ParseScenario, NamesThePlaceAndWhatIsAllowed) {
  expect_refused("\"loss\": \"10%\"", "\"los\": \"10%\"", "/links/0/both/los",
                 "loss, gilbert_enter");
  expect_refused("\"10%\"", "\"ten\"", "/links/0/both/loss", "a share like");
  expect_refused("\"10mbit\"", "10", "/links/0/both/rate", "a rate like");
  expect_refused("\"9s\"", "\"9\"", "/expect/within", "a time like");
  expect_refused("\"whole\"", "\"all\"", "/conversations/0/read", "\"parts\", \"whole\"");
  expect_refused("\"from\": \"b\"", "\"from\": \"c\"", "/conversations/0/from", "\"a\", \"b\"");
  expect_refused("\"max_streams\": 3", "\"max_streams\": 0", "/hosts/0/node/max_streams",
                 "from 1 to 65535");
  expect_refused("\"port\"", "\"ports\"", "/hosts/0/rebinds/0/what", "\"port\", \"address\"");
  expect_refused("\"lost\": 1", "\"tripped\": 1", "/expect/occurs/tripped", "\"lost\"");
  expect_refused("{\"name\": \"b\"}", "{\"name\": \"a\"}", "/hosts/1/name", "a new name");
}

TEST(ParseScenario, WantsWhatIsRequired) {
  expect_refused("\"purpose\": \"none\",", "", "", "lacks \"purpose\"");
  expect_refused("\"completes\"", "\"fails\"", "/expect", "needs \"with\"");
  expect_refused("\"what\": \"port\"", "\"what\": \"port\", \"when\": 1", "/hosts/0/rebinds/0/when",
                 "at, what");
}

TEST(ParseScenario, LetsTheNodeJudgeItsSettings) {
  expect_refused("\"max_streams\": 3", "\"receive_budget_bytes\": 5", "/hosts/0/node",
                 "node.config_invalid");
}

// A larger one, with the rest of the words.
std::string crowded(std::string_view place = "", std::string_view replacement = "") {
  std::string json = R"({"name": "test", "purpose": "none", "traces": {"t": [0, 3, "4.5ms"]},
    "hosts": [{"name": "s", "count": 3, "nat": {"timeout": "2s", "filters": true}},
              {"name": "hub", "clock": {"offset": "5s", "drift_ppm": -7,
                                        "wall_steps": [{"at": "1s", "by_ms": -2000}]},
               "outages": [{"what": "crash", "at": "3s", "for": "1s"}]}],
    "routers": ["r"],
    "links": [{"between": ["s-*", "r"],
               "both": {"rate_trace": "t", "drop_nth": [{"type": "auth", "nth": 2}]},
               "back": {"swallow": ["custom"], "jitter_kind": "trace", "jitter_trace": "t"}},
              {"between": ["r", "hub"], "both": {"queue": "codel", "drop_packets": [1, 4]}}],
    "conversations": [{"from": "s-*", "to": "hub", "messages": 3, "every": "1s",
                       "bitrate": "8kbit", "custom_type": 200, "datagrams": true},
                      {"from": "hub", "to": "s-2", "read_rate": 5, "retry": true}],
    "attacks": [{"what": "replay", "target": "hub", "spoofs": "s-1", "from": "1s", "until": "2s"}],
    "expect": {"outcome": "completes"}})";
  if (place.empty()) return json;
  const std::size_t at = json.find(place);
  EXPECT_NE(at, std::string::npos) << place;
  return json.replace(at, place.size(), replacement);
}

TEST(ParseScenario, ReadsGroupsRoutersAndAttacks) {
  const auto scenario = parse_scenario(crowded());
  ASSERT_TRUE(scenario) << scenario.error().text();
  ASSERT_EQ(scenario->hosts.size(), 4U);
  EXPECT_EQ(scenario->hosts[2].name, "s-3");
  EXPECT_EQ(scenario->hosts[2].nat.timeout, 2s);
  EXPECT_EQ(scenario->hosts[3].clock.drift_ppm, -7);
  EXPECT_EQ(scenario->hosts[3].clock.wall_steps.at(0).by, -2s);
  EXPECT_EQ(scenario->hosts[3].outages.at(0).what, Outage::What::crash);
  ASSERT_EQ(scenario->links.size(), 4U);
  EXPECT_EQ(scenario->links[1].a, 1U);
  EXPECT_EQ(scenario->links[1].b, 4U);  // the router comes after the hosts
  const LinkConditions& back = scenario->links[1].back.initial;
  EXPECT_EQ(back.rate_trace->times, (std::vector<Duration>{0ms, 3ms, 4500us}));
  EXPECT_EQ(back.drop_nth.at(0).nth, 2U);
  EXPECT_EQ(back.swallow.at(0), wire::FrameType::custom_first);
  EXPECT_EQ(scenario->links[3].forward.initial.drop_packets, (std::vector<std::uint64_t>{1, 4}));
  ASSERT_EQ(scenario->conversations.size(), 4U);
  EXPECT_EQ(scenario->conversations[2].from, 2U);
  EXPECT_EQ(scenario->conversations[2].bytes_max, 1'000U);
  EXPECT_TRUE(scenario->conversations[3].retry);
  EXPECT_EQ(scenario->attacks.at(0).spoofs, HostIndex{0});
}

TEST(ParseScenario, NamesThePlaceInGroupsAndTraces) {
  const auto expect_crowded = [](std::string_view place, std::string_view replacement,
                                 std::string_view pointer, std::string_view says) {
    const auto parsed = parse_scenario(crowded(place, replacement));
    ASSERT_FALSE(parsed) << replacement;
    EXPECT_EQ(parsed.error().pointer, pointer);
    EXPECT_NE(parsed.error().what.find(says), std::string::npos) << parsed.error().what;
  };
  expect_crowded("[\"s-*\", \"r\"]", "[\"x-*\", \"r\"]", "/links/0/between/0", "\"s-1\"");
  expect_crowded("\"to\": \"hub\"", "\"to\": \"r\"", "/conversations/0/to", "\"hub\"");
  expect_crowded("[\"r\"]", "[\"hub\"]", "/routers/0", "a new name");
  expect_crowded("[0, 3,", "[0, 9,", "/links/0/both/rate_trace", "times rise");
  expect_crowded("\"t\": [0, 3, \"4.5ms\"]", "\"t\": []", "/traces/t", "one time or more");
  expect_crowded("\"auth\", \"nth\": 2", "\"auth\", \"nth\": 0", "/links/0/both/drop_nth/0/nth",
                 "from 1");
  expect_crowded("\"codel\"", "\"red\"", "/links/1/both/queue", "\"drop_tail\", \"codel\"");
  expect_crowded(", \"jitter_trace\": \"t\"", "", "/links/0/back", "needs \"jitter_trace\"");
  expect_crowded(", \"custom_type\": 200", "", "/conversations/0", "they need \"custom_type\"");
  expect_crowded("\"drift_ppm\": -7", "\"drift_ppm\": -200000", "/hosts/1/clock/drift_ppm",
                 "from -100000 to 100000");
  expect_crowded("\"replay\"", "\"listen\"", "/attacks/0/what", "\"flood\", \"forge\"");
}

TEST(ParseScenario, RefusesWhatIsNotJson) {
  const auto parsed = parse_scenario("{");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().text(), "the scenario is not JSON");
}

TEST(ShippedScenarios, AreNamedAsTheirFilesAndSayWhatTheyAreFor) {
  EXPECT_GE(shipped_scenarios().size(), 30U);
  for (const ShippedScenario& shipped : shipped_scenarios()) {
    const auto scenario = parse_scenario(shipped.json);
    ASSERT_TRUE(scenario) << shipped.name << ": " << scenario.error().text();
    EXPECT_EQ(scenario->name, shipped.name);
    EXPECT_GE(scenario->purpose.size(), 20U);
  }
}

}  // namespace
}  // namespace stt::sim

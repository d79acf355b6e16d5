// The moves alone: instead of a world, a predicate over the file says what "fails".
#include <simulator/shrink/moves.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace stt::sim {
namespace {

using Fails = std::function<bool(const ScenarioJson&)>;

ScenarioJson shrunk(ScenarioJson scenario, const Fails& fails) {
  ScenarioJson last;
  while (scenario != last) {
    last = scenario;
    try_all_moves(scenario, [&](const ScenarioJson& candidate, Gain gain) -> Attempt {
      if (gain == Gain::luck || !fails(candidate)) return {};
      scenario = candidate;
      return {true, true};
    });
  }
  return scenario;
}

ScenarioJson large() {
  ScenarioJson scenario = ScenarioJson::parse(R"({
    "name": "large", "purpose": "to be shrunk", "seed": 9,
    "hosts": [], "routers": ["r"], "links": [], "conversations": [],
    "expect": {"outcome": "completes", "within": "100s"}})");
  for (int i = 0; i < 9; ++i) {
    const std::string name = "h" + std::to_string(i);
    scenario["hosts"].push_back({{"name", name}, {"rebinds", {{{"at", "2s"}, {"what", "port"}}}}});
    scenario["links"].push_back(
        {{"between", {name, "r"}}, {"both", {{"loss", "12.5%"}, {"delay", "64ms"}}}});
    if (i > 0) {
      scenario["conversations"].push_back(
          {{"from", "h0"}, {"to", name}, {"bytes", {100U, 5'000U}}});
    }
  }
  return scenario;
}

bool has_conversation(const ScenarioJson& scenario, const char* to) {
  for (const ScenarioJson& talk : scenario.value("conversations", ScenarioJson::array())) {
    if (talk.value("to", "") == to) return true;
  }
  return false;
}

TEST(Moves, KeepOnlyTheHostsThatMatter) {
  const ScenarioJson small =
      shrunk(large(), [](const ScenarioJson& each) { return has_conversation(each, "h5"); });
  EXPECT_EQ(small["conversations"].size(), 1U);
  EXPECT_EQ(small["conversations"][0], (ScenarioJson{{"to", "h5"}}));
  EXPECT_TRUE(small.value("hosts", ScenarioJson::array()).empty());
}

TEST(Moves, WhatNamesAHostGoesWithIt) {
  const ScenarioJson small = shrunk(large(), [](const ScenarioJson& each) {
    const std::string hosts = each.value("hosts", ScenarioJson::array()).dump();
    const ScenarioJson links = each.value("links", ScenarioJson::array());
    const auto is_known = [&](const ScenarioJson& link) {
      const ScenarioJson ends = link.value("between", ScenarioJson::array());
      return ends.size() == 2 && hosts.find(ends[0].dump()) != std::string::npos;
    };
    return links.size() >= 2 && std::ranges::all_of(links, is_known);
  });
  EXPECT_EQ(small["hosts"].size(), 2U);
  EXPECT_EQ(small["links"].size(), 2U);
}

TEST(Moves, ARouterWithTwoLinksBecomesOne) {
  const ScenarioJson small = shrunk(large(), [](const ScenarioJson& each) {
    // Connected: a link between h0 and h3, or both of them to the router.
    int reached = 0;
    for (const ScenarioJson& link : each.value("links", ScenarioJson::array())) {
      const std::string ends = link.value("between", ScenarioJson::array()).dump();
      const bool from = ends.find("h0") != std::string::npos;
      const bool to = ends.find("h3") != std::string::npos;
      reached += from && to ? 2 : (from || to) && ends.find("\"r\"") != std::string::npos;
    }
    return reached >= 2;
  });
  ASSERT_EQ(small["links"].size(), 1U);
  EXPECT_EQ(small["links"][0]["between"].size(), 2U);
  EXPECT_EQ(small["links"][0]["between"].dump().find("\"r\""), std::string::npos);
}

TEST(Moves, NumbersBecomeAsSmallAsTheyMay) {
  const ScenarioJson small = shrunk(large(), [](const ScenarioJson& each) {
    const ScenarioJson talks = each.value("conversations", ScenarioJson::array());
    return !talks.empty() && talks[0].contains("bytes") && talks[0]["bytes"].is_array() &&
           talks[0]["bytes"].size() == 2 && talks[0]["bytes"][1] >= 1'000;
  });
  EXPECT_EQ(small["conversations"][0]["bytes"][0], 0U);
  EXPECT_GE(small["conversations"][0]["bytes"][1], 1'000U);
  EXPECT_LE(small["conversations"][0]["bytes"][1], 1'100U);
}

TEST(Moves, LeaveAloneWhatSaysWhatAFailureIs) {
  const ScenarioJson small = shrunk(large(), [](const ScenarioJson& each) {
    return each.contains("name") && each.contains("purpose") && each.contains("expect");
  });
  EXPECT_EQ(small["name"], "large");
  EXPECT_EQ(small["expect"], large()["expect"]);
}

TEST(Moves, StopWhenTheyAreTold) {
  ScenarioJson scenario = large();
  int tried = 0;
  try_all_moves(scenario,
                [&](const ScenarioJson&, Gain) -> Attempt { return {false, ++tried < 5}; });
  EXPECT_EQ(tried, 5);
}

}  // namespace
}  // namespace stt::sim

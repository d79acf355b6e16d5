#include <simulator/inspect/netem.hpp>

#include <gtest/gtest.h>

#include <simulator/scenario/scenario_json.hpp>

namespace stt::sim {
namespace {

TEST(Netem, SaysTheSameLinkInItsWords) {
  const auto scenario = parse_scenario(R"({
    "name": "test", "purpose": "none",
    "hosts": [{"name": "client-1"}, {"name": "b"}],
    "links": [{"between": ["client-1", "b"],
               "forward": {"rate": "10mbit", "delay": "20ms", "loss": "1.5%", "limit": 15000,
                           "duplicate": "2%", "corrupt": "0.1%", "reorder": "5%", "truncate": "3%"},
               "back": {"jitter": "10ms"},
               "changes": [{"at": "1.5s", "direction": "forward", "set": {"blocked": true, "mtu": 1300}}]}],
    "conversations": [], "expect": {"outcome": "completes"}})");
  ASSERT_TRUE(scenario) << scenario.error().text();
  EXPECT_EQ(netem_script(*scenario), R"(#!/bin/sh
# test: none
# Each variable names the interface that those packets leave by.
set -eu

# client-1 to b
# left out: 3% of the packets are cut short
tc qdisc add dev "$DEV_client_1_b" root netem limit 10 delay 20000us loss 1.5% duplicate 2% corrupt 0.1% reorder 5% rate 10000000bit
(
sleep 1.500
# left out: 3% of the packets are cut short
ip link set dev "$DEV_client_1_b" mtu 1328
tc qdisc change dev "$DEV_client_1_b" root netem limit 10 delay 20000us loss 100% duplicate 2% corrupt 0.1% reorder 5% rate 10000000bit
) &

# b to client-1
# netem's jitter lets packets overtake each other; here they keep their order
tc qdisc add dev "$DEV_b_client_1" root netem limit 699 delay 5000us 5000us
wait
)");
}

TEST(Netem, HasWordsForTwoStatesAndForUnevenDelays) {
  const auto scenario = parse_scenario(R"({
    "name": "test", "purpose": "none", "hosts": [{"name": "a"}], "routers": ["r"],
    "links": [{"between": ["a", "r"],
               "forward": {"gilbert_enter": "1%", "gilbert_leave": "20%", "limit_packets": 50},
               "back": {"delay": "10ms", "jitter": "3ms", "jitter_kind": "normal", "jitter_reorders": true}}],
    "conversations": [], "expect": {"outcome": "completes"}})");
  ASSERT_TRUE(scenario) << scenario.error().text();
  const std::string script = netem_script(*scenario);
  EXPECT_NE(script.find("\"$DEV_a_r\" root netem limit 50 loss gemodel 1% 20% 100% 0%\n"),
            std::string::npos)
      << script;
  EXPECT_NE(script.find("delay 13000us 1000us distribution normal\n"), std::string::npos) << script;
}

}  // namespace
}  // namespace stt::sim

#include <simulator/inspect/explain.hpp>

#include <gtest/gtest.h>

#include <simulator/scenario/catalogue.hpp>

namespace stt::sim {
namespace {

constexpr const char* scenario = R"({
  "name": "test", "purpose": "Shows words.", "seed": 7, "shuffle_ties": true,
  "hosts": [{"name": "a", "rebinds": [{"at": "1s", "what": "port"}]}, {"name": "b"}],
  "links": [{"between": ["a", "b"], "both": {"rate": "10mbit", "loss": "10%"},
             "back": {"jitter_reorders": false, "mtu": 1300},
             "changes": [{"at": "2s", "direction": "forward", "set": {"blocked": true}},
                         {"at": "3500250001ns", "set": {"blocked": false, "loss": "0%"}}]}],
  "conversations": [{"from": "b", "to": "a", "bytes": [5, 10], "echo": true}],
  "expect": {"outcome": "completes", "within": "9s", "occurs": {"lost": 1}}})";

TEST(Explain, SaysWhatHappensAndWhen) {
  EXPECT_EQ(explain(scenario), R"(test: Shows words.
Seed 7; everything random follows from it. Simultaneous events come in any order.
Hosts
  a: is given another address by its NAT: at 1s, what port
  b
Links
  a and b: carries 10mbit (of UDP payload); loses 10% of the packets
  b to a: swallows packets of more than 1300 bytes
    at 2s, a to b: carries nothing at all
    at 3.500s, a and b: no blocked, loss
Conversations
  b connects to a: sends messages of 5 to 10 bytes; gets each message back
Expected
  every conversation completes, within 9s of the last thing that the scenario does
  at least: lost 1
)");
}

// A field without a phrase is shown as it stands: "x is y". None that ships needs that.
TEST(Explain, HasAPhraseForEverythingThatShips) {
  for (const ShippedScenario& shipped : shipped_scenarios()) {
    const std::string text = explain(shipped.json);
    for (std::size_t at = 0; (at = text.find('_', at)) != std::string::npos; ++at) {
      const std::size_t begin = text.rfind('\n', at) + 1;
      const std::string line = text.substr(begin, text.find('\n', at) - begin);
      // Settings of a node are words of its own.
      EXPECT_TRUE(line.find("is set to") != std::string::npos ||
                  line.find("_ is ") == std::string::npos)
          << shipped.name << ": " << line;
    }
  }
}

}  // namespace
}  // namespace stt::sim

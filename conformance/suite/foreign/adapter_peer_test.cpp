// The reference behind an adapter, in worlds of the simulator: it does there what it does without.
#include <conformance/suite/foreign/adapter_peer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <conformance/suite/foreign/meddler.hpp>
#include <conformance/suite/foreign/pairs.hpp>
#include <simulator/scenario/recipe.hpp>
#include <simulator/world.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

// With less to say: these worlds have to be quick where everything is checked.
sim::Scenario shipped(const std::string& name) {
  sim::Scenario scenario = sim::recipe_of_shipped(name)->scenario;
  scenario.expectation.occurs.clear();
  for (sim::Conversation& each : scenario.conversations) {
    each.bytes_max = std::min<std::uint64_t>(each.bytes_max, 70'000);
    each.bytes_min = std::min(each.bytes_min, each.bytes_max);
    each.messages = std::min(each.messages, 6U);
  }
  return scenario;
}

sim::Outcome run_with(const sim::Scenario& scenario, const std::vector<std::string>& hosts,
                      const AdapterFactory& start = make_reference_adapter) {
  sim::RunOptions options;
  for (const std::string& host : hosts) options.foreign[host] = foreign_peer(start(), host);
  return sim::run(scenario, options);
}

const std::vector<std::vector<std::string>> who_is_foreign{
    {"client"}, {"server"}, {"client", "server"}};

TEST(AdapterPeer, DeliversWhatTheNodeItselfDelivers) {
  for (const char* name : {"drop-rate", "chat", "duplicate-rate", "reorder-rate"}) {
    const sim::Scenario scenario = shipped(name);
    const sim::Outcome plain = sim::run(scenario);
    for (const auto& hosts : who_is_foreign) {
      const sim::Outcome outcome = run_with(scenario, hosts);
      EXPECT_THAT(outcome.problems, ElementsAre()) << name << " " << hosts.front();
      EXPECT_EQ(outcome.tally.messages_delivered, plain.tally.messages_delivered) << name;
      EXPECT_EQ(outcome.tally.bytes_delivered, plain.tally.bytes_delivered) << name;
    }
  }
}

TEST(AdapterPeer, EndsAreToldAfterASlowApplicationHasRead) {
  EXPECT_THAT(run_with(shipped("slow-reader"), {"server"}).problems, ElementsAre());
}

TEST(AdapterPeer, TheSameWorldTwiceIsTheSame) {
  const sim::Scenario scenario = shipped("duplicate-rate");
  const auto trace = [&] { return run_with(scenario, {"client", "server"}).trace; };
  EXPECT_EQ(trace(), trace());
}

TEST(AdapterPeer, LivesThroughRotationsCrashesAndDatagrams) {
  for (const char* name : {"key-rotation-under-reordering", "crash-and-restart", "datagrams"}) {
    sim::Scenario scenario = shipped(name);
    scenario.expectation.rotations_at_least /= 2;
    for (const auto& hosts : who_is_foreign) {
      EXPECT_THAT(run_with(scenario, hosts).problems, ElementsAre()) << name;
    }
  }
}

// What a foreign server makes of a transfer if its replies are meddled with.
std::vector<std::string> problems_if(const Meddler::Meddle& meddle) {
  return run_with(shipped("simple-p2p"), {"server"},
                  [&] { return std::make_unique<Meddler>(meddle); })
      .problems;
}

// Calls `change` with the first effect of that name.
Meddler::Meddle first(const char* effect,
                      const std::function<void(json& effects, std::size_t at)>& change) {
  auto done = std::make_shared<bool>(false);
  return [=](const json&, json& reply) {
    if (*done || !reply.contains("effects")) return;
    for (std::size_t i = 0; i < reply["effects"].size(); ++i) {
      if (reply["effects"][i]["effect"] != effect) continue;
      *done = true;
      return change(reply["effects"], i);
    }
  };
}

TEST(AdapterPeer, CheckersSeeWhatItDoesWrong) {
  EXPECT_THAT(problems_if(first("data",
                                [](json& effects, std::size_t at) {
                                  std::string bytes = effects[at]["bytes"];
                                  bytes[0] = bytes[0] == '0' ? '1' : '0';
                                  effects[at]["bytes"] = bytes;
                                })),
              ElementsAre(HasSubstr("host 1")));
  EXPECT_THAT(problems_if(first("data", [](json& effects, std::size_t at) { effects.erase(at); })),
              ElementsAre(HasSubstr("host 1")));
  EXPECT_THAT(problems_if(first("connected",
                                [](json& effects, std::size_t at) {
                                  effects.insert(effects.begin() + static_cast<int>(at),
                                                 effects[at]);
                                })),
              testing::Not(ElementsAre()));
  // In a frame that the keys of the handshake do not open, and that has an old sequence.
  EXPECT_THAT(problems_if(first("transmit",
                                [](json& effects, std::size_t at) {
                                  std::string bytes = effects[at]["bytes"];
                                  bytes.back() = bytes.back() == '0' ? '1' : '0';
                                  effects[at]["bytes"] = bytes;
                                })),
              ElementsAre(HasSubstr("a handshake frame that its sender cannot have made")));
}

TEST(AdapterPeer, ATimerThatIsAlwaysDueIsNoticed) {
  const auto problems = problems_if([](const json& request, json& reply) {
    if (reply.contains("timer")) reply["timer"] = request["now"];
  });
  EXPECT_THAT(problems, ElementsAre(HasSubstr("timer")));
}

std::string thrown_if(const Meddler::Meddle& meddle) {
  try {
    problems_if(meddle);
  } catch (const AdapterError& error) {
    return error.what();
  }
  return "nothing";
}

TEST(AdapterPeer, WhatItSaysIsReadWithCare) {
  const auto with_effect = [](const json& effect) {
    return thrown_if([effect](const json&, json& reply) {
      if (reply.contains("effects")) reply["effects"].push_back(effect);
    });
  };
  EXPECT_EQ(with_effect({{"effect", "dance"}}), "server: there is no effect \"dance\"");
  EXPECT_EQ(with_effect({{"effect", "data"}, {"session", 1}}),
            "server: effect data: stream: is missing");
  EXPECT_EQ(with_effect({{"effect", "closed"}, {"session", 1}, {"reason", "tired"}}),
            "server: effect closed: reason: there is no error \"tired\"");
  EXPECT_THAT(with_effect({{"effect", "transmit"}, {"to", "nowhere"}, {"bytes", "00"}}),
              HasSubstr("nobody has the address \"nowhere\""));
  EXPECT_EQ(with_effect(7), "server: an object is needed");
  EXPECT_EQ(thrown_if([](const json&, json& reply) { reply.erase("timer"); }),
            "server: timer: is missing");
  EXPECT_EQ(thrown_if([](const json& request, json& reply) {
              if (request["op"] == "peer.receive") reply = {{"outcome", "unsupported"}};
            }),
            "server: peer.receive is unsupported");
  EXPECT_EQ(thrown_if([](const json& request, json& reply) {
              if (request["op"] == "peer.new") reply = {{"outcome", "error"}, {"message", "why?"}};
            }),
            "server: peer.new: why?");
}

TEST(AdapterPeer, WhoOwnsItsRandomnessIsNotOpenedAndStillJudged) {
  const Meddler::Meddle own = [](const json& request, json& reply) {
    if (request["op"] == "hello") reply["entropy"] = "own";
  };
  const auto start = [&] { return std::make_unique<Meddler>(own); };
  EXPECT_THAT(run_with(shipped("drop-rate"), {"server"}, start).problems, ElementsAre());
  const auto is_lossy = first("data", [](json& effects, std::size_t at) { effects.erase(at); });
  EXPECT_THAT(run_with(shipped("drop-rate"), {"server"},
                       [&] {
                         return std::make_unique<Meddler>([&](const json& request, json& reply) {
                           own(request, reply);
                           is_lossy(request, reply);
                         });
                       })
                  .problems,
              ElementsAre(HasSubstr("host 1")));
}

TEST(Pairs, EachPairHasItsVerdict) {
  const std::vector<Player> players{
      {"reference", {}},
      {"behind", make_reference_adapter},
      {"vectors-only",
       [] {
         return std::make_unique<Meddler>([](const json& request, json& reply) {
           if (request["op"] == "hello") reply["peer"] = false;
         });
       }},
      {"gone", []() -> std::unique_ptr<Adapter> {
         throw AdapterError("gone", AdapterError::Kind::crash);
       }}};
  const auto pairings = play_all({shipped("simple-p2p")}, players);
  ASSERT_EQ(pairings.size(), 16U);
  std::map<std::string, int> count;
  for (const Pairing& each : pairings) ++count[std::string(name(each.verdict))];
  EXPECT_EQ(count, (std::map<std::string, int>{{"pass", 4}, {"unsupported", 6}, {"crash", 6}}));
  EXPECT_EQ(pairings[1].client, "reference");
  EXPECT_EQ(pairings[1].server, "behind");
  EXPECT_EQ(pairings[1].trace.size(), 64U);
}

}  // namespace
}  // namespace stt::conform

// A scenario of two hosts, as a start for a property that changes what it is about.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include <simulator/world.hpp>
#include <stt/base/drawn_test.hpp>

namespace stt::properties {

using testing::any_between;

inline sim::Scenario two_hosts(std::uint64_t seed) {
  sim::Scenario scenario;
  scenario.name = "property";
  scenario.seed = seed;
  scenario.hosts.resize(2);
  scenario.hosts[0].name = "a";
  scenario.hosts[1].name = "b";
  // Handshakes have to outlive the faults of a property.
  for (sim::HostPlan& host : scenario.hosts) host.config.handshake_deadline = 60s;
  sim::LinkBetween link;
  link.b = 1;
  link.forward.initial.rate_bits_per_second = 20'000'000;
  link.forward.initial.delay = 10ms;
  link.forward.initial.limit_bytes = 100'000;
  link.back = link.forward;
  scenario.links = {link};
  scenario.expectation.within = 300s;
  return scenario;
}

inline sim::Conversation talk(std::uint64_t bytes, std::uint32_t streams = 1,
                              std::uint32_t messages = 1) {
  sim::Conversation conversation;
  conversation.to = 1;
  conversation.streams = streams;
  conversation.messages = messages;
  conversation.bytes_max = bytes;
  return conversation;
}

// Runs it, and lets the property fail with what went wrong and where to look.
inline sim::Outcome expect_as_told(const sim::Scenario& scenario) {
  sim::Outcome outcome = sim::run(scenario);
  for (const std::string& problem : outcome.problems)
    RC_FAIL("seed " + std::to_string(scenario.seed) + ": " + problem);
  return outcome;
}

inline std::uint64_t any_seed() {
  return *rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>());
}

}  // namespace stt::properties

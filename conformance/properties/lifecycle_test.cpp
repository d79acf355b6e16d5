// Sessions come and go, and leave nothing behind but what they delivered.
#include <conformance/properties/two_hosts.hpp>

namespace stt::properties {
namespace {

void make_hostile(sim::Scenario& scenario, sim::Ppm most) {
  for (sim::LinkPlan* plan : {&scenario.links[0].forward, &scenario.links[0].back}) {
    plan->initial.loss = any_between<sim::Ppm>(0, most);
    plan->initial.duplicate = any_between<sim::Ppm>(0, most);
    plan->initial.reorder = any_between<sim::Ppm>(0, most);
  }
}

// Goal: without the seed there is no answer, whatever arrives and how often.
RC_GTEST_PROP(WrongSeed, IsMetWithSilence, ()) {
  sim::Scenario scenario = two_hosts(any_seed());
  make_hostile(scenario, 300'000);
  scenario.hosts[0].shared_seed = "another";
  scenario.hosts[0].config.handshake_deadline = 5s;
  scenario.conversations = {talk(10)};
  scenario.expectation.failure = Errc::handshake_timeout;
  const sim::Outcome outcome = expect_as_told(scenario);
  RC_ASSERT(outcome.nodes.at(1).datagrams_sent == 0U);
}

// Goal: both call at about the same moment: two sessions, and both do their work.
RC_GTEST_PROP(SimultaneousConnects, AreTwoSessions, ()) {
  sim::Scenario scenario = two_hosts(any_seed());
  make_hostile(scenario, 100'000);
  sim::Conversation there = talk(5'000, 2, 2);
  sim::Conversation back = there;
  std::swap(back.from, back.to);
  back.at = 1ms * any_between<int>(0, 30);
  scenario.conversations = {there, back};
  const sim::Outcome outcome = expect_as_told(scenario);
  RC_ASSERT(outcome.nodes.at(0).handshakes_completed == 2U);
}

// Goal: after a close the same two nodes accept sessions as before, in either direction.
RC_GTEST_PROP(AfterClose, NodesAcceptNewSessions, ()) {
  sim::Scenario scenario = two_hosts(any_seed());
  make_hostile(scenario, 100'000);
  for (int i = 0; i < 4; ++i) {
    sim::Conversation conversation = talk(3'000, 2, 2);
    if (any_between<int>(0, 1) == 1) std::swap(conversation.from, conversation.to);
    conversation.at = 1ms * any_between<int>(0, 10'000);
    scenario.conversations.push_back(conversation);
  }
  expect_as_told(scenario);
}

// What one host sees and does: when, what, and how large; not the bytes, in which the randomness of
// the node that it shares with others shows.
class Diary final : public sim::Observer {
 public:
  explicit Diary(sim::EntityId host) : host_(host) {}
  void observe(const sim::Observation& observation) override {
    if (observation.entity != host_ || observation.kind == sim::Kind::timer) return;
    std::string line = std::to_string(observation.at.time_since_epoch().count());
    line += " " + std::string(sim::name(observation.kind));
    if (observation.kind == sim::Kind::sent) line += " " + std::to_string(observation.bytes.size());
    if (observation.kind == sim::Kind::node_event) line += " " + std::to_string(observation.number);
    lines.push_back(line);
  }
  std::vector<std::string> lines;

 private:
  sim::EntityId host_;
};

enum class Neighbour : std::uint8_t { absent, busy, broken, cut_off, flooding };

// Host 0 talks to host 1; host 2 is a neighbour with a session of its own to host 1.
std::vector<std::string> diary_beside(Neighbour neighbour, std::uint64_t seed) {
  sim::Scenario scenario = two_hosts(seed);
  scenario.hosts.push_back(scenario.hosts[0]);
  scenario.hosts[2].name = "c";
  scenario.links[0].forward.initial.loss = 20'000;
  scenario.links[0].back.initial.loss = 20'000;
  sim::LinkBetween other = scenario.links[0];
  other.a = 2;
  if (neighbour == Neighbour::broken) other.forward.initial.corrupt = 500'000;
  if (neighbour == Neighbour::flooding) other.forward.initial.duplicate = sim::ppm_always;
  if (neighbour == Neighbour::cut_off) {
    sim::LinkChange cut;
    cut.at = 200ms;
    cut.set(&sim::LinkConditions::blocked, true);
    other.forward.changes = {cut};
    other.back.changes = {cut};
  }
  scenario.links.push_back(other);
  scenario.conversations = {talk(40'000, 3, 2)};
  sim::Conversation theirs = talk(neighbour == Neighbour::flooding ? 150'000 : 50'000, 4);
  theirs.from = 2;
  theirs.at = 100ms;
  if (neighbour != Neighbour::absent) scenario.conversations.push_back(theirs);
  scenario.expectation.within = 30s;
  Diary diary{sim::EntityId(1)};  // host 0: entity 0 is the network
  sim::RunOptions options;
  options.observers = {&diary};
  sim::run(scenario, options);  // how it ends for the neighbour is not the question
  return diary.lines;
}

TEST(Isolation, AnotherSessionChangesNothing) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const std::vector<std::string> alone = diary_beside(Neighbour::absent, seed);
    EXPECT_GT(alone.size(), 100U);
    for (const Neighbour neighbour :
         {Neighbour::busy, Neighbour::broken, Neighbour::cut_off, Neighbour::flooding}) {
      std::vector<std::string> beside = diary_beside(neighbour, seed);
      EXPECT_EQ(beside, alone) << "neighbour " << static_cast<int>(neighbour) << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace stt::properties

#include <simulator/exhaustive.hpp>

#include <algorithm>

#include <simulator/checkers/eavesdropper.hpp>
#include <simulator/world.hpp>
#include <stt/base/assert.hpp>

namespace stt::sim {
namespace {

constexpr std::uint64_t seed_of_all = 1;
constexpr auto losses_that_end_nothing = 4;

Scenario quiet_world() {
  Scenario scenario;
  scenario.name = "small world";
  scenario.purpose = "One of all ways in which a few packets can be treated.";
  scenario.seed = seed_of_all;
  for (const char* name : {"a", "b"}) {
    HostPlan& host = scenario.hosts.emplace_back();
    host.name = name;
  }
  LinkBetween link{0, 1, {}, {}};
  link.forward.initial.delay = link.back.initial.delay = 5ms;
  scenario.links = {link};
  Conversation& talk = scenario.conversations.emplace_back();
  talk.from = 0;
  talk.to = 1;
  talk.bytes_min = talk.bytes_max = 200;
  talk.echo = true;
  // Twelve losses in a row outlast any deadline; then a session may be given up and made anew.
  talk.retry = true;
  scenario.expectation.within = 600s;
  return scenario;
}

// Counts what is sent until a stream ends.
class EndFinder final : public Observer {
 public:
  explicit EndFinder(const Eavesdropper& eavesdropper) : eavesdropper_(eavesdropper) {}
  void observe(const Observation& observation) override {
    if (observation.kind != Kind::sent) return;
    ++sent_;
    const bool ends = eavesdropper_.last_state() == ProtocolState::ending;
    if (first_ == 0 && ends) first_ = sent_;
  }
  std::uint64_t first() const { return first_; }

 private:
  const Eavesdropper& eavesdropper_;
  std::uint64_t sent_ = 0;
  std::uint64_t first_ = 0;
};

}  // namespace

std::uint64_t world_count(const Enumeration& enumeration) {
  std::uint64_t count = 1;
  for (std::size_t i = 0; i < enumeration.packets; ++i) count *= enumeration.choices.size();
  return count;
}

std::uint64_t first_packet(Moment moment) {
  if (moment == Moment::handshake) return 1;
  Violations violations;
  Secrets secrets;
  Eavesdropper eavesdropper(seed_of_all, violations, secrets);
  // The entities of a world: its network, then its hosts.
  for (std::uint32_t host : {0U, 1U}) eavesdropper.add_host({EntityId(host + 1), host, "pair"});
  EndFinder finder(eavesdropper);
  RunOptions options;
  options.observers = {&eavesdropper, &finder};
  run(quiet_world(), options);
  STT_ASSERT(!violations.any() && finder.first() > 0);
  return finder.first();
}

Scenario small_world(const Enumeration& enumeration, std::uint64_t number, std::uint64_t first) {
  Scenario scenario = quiet_world();
  FatePlan plan{first, {}};
  for (std::size_t i = 0; i < enumeration.packets; ++i) {
    plan.fates.push_back(enumeration.choices[number % enumeration.choices.size()]);
    number /= enumeration.choices.size();
  }
  scenario.fates = std::move(plan);
  return scenario;
}

std::vector<std::string> run_small_worlds(const Enumeration& enumeration, std::uint64_t begin,
                                          std::uint64_t end) {
  const std::uint64_t first = first_packet(enumeration.moment);
  std::vector<std::string> problems;
  for (std::uint64_t number = begin; number < end; ++number) {
    const Scenario scenario = small_world(enumeration, number, first);
    const Outcome outcome = run(scenario);
    if (std::ranges::count(scenario.fates->fates, Fate::drop) <= losses_that_end_nothing &&
        outcome.tally.reconnects > 0) {
      problems.push_back(std::to_string(number) + ": a few losses ended a session");
    }
    for (const std::string& problem : outcome.problems) {
      problems.push_back(std::to_string(number) + ": " + problem);
    }
  }
  return problems;
}

}  // namespace stt::sim

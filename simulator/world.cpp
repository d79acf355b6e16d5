#include <simulator/world.hpp>

#include <algorithm>

#include <simulator/checkers/authenticity.hpp>
#include <simulator/checkers/bounds.hpp>
#include <simulator/checkers/checkers.hpp>
#include <simulator/checkers/life.hpp>
#include <simulator/hosts/talker.hpp>
#include <simulator/network/off_path.hpp>
#include <simulator/trace/trace.hpp>

namespace stt::sim {
namespace {

// Whatever a scenario expects, a world has an end.
constexpr std::uint64_t events_max = 200'000'000;
// Nodes that are done have this long to forget each other.
constexpr Duration quiet_within = 60s;

class World {
 public:
  World(const Scenario& scenario, const RunOptions& options);

  Outcome run();

 private:
  void build(const RunOptions& options);
  void watch(Host& host, const HostPlan& plan);
  void show_to(Onlooker& onlooker);
  bool everyone_is_done();
  bool is_forgotten(const Host& host) const;
  bool everything_is_forgotten();
  void live();
  void judge(Outcome& outcome) const;
  void judge_ends(Outcome& outcome) const;

  const Scenario& scenario_;
  bool opens_ = true;  // what hosts send, to see what they say
  Engine engine_;
  Network network_{engine_};
  Trace trace_;
  Stage stage_;
  Secrets secrets_;
  WireChecker wire_{stage_.violations, secrets_};
  TimerChecker timers_{stage_.violations};
  Eavesdropper eavesdropper_{scenario_.seed, stage_.violations, secrets_};
  MatrixObserver matrix_{eavesdropper_};
  LifeChecker life_{stage_.violations, opens_ ? &eavesdropper_ : nullptr};
  AuthenticityChecker authenticity_{stage_.violations, eavesdropper_};
  BoundsChecker bounds_{stage_.violations};
  std::vector<std::unique_ptr<Talker>> talkers_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::unique_ptr<OffPathAttacker>> attackers_;
  std::optional<FateScript> fates_;
  // Asked after every event, so what was found is kept: those before are done; those before had
  // forgotten everything when they were last looked at.
  std::size_t first_busy_ = 0;
  std::size_t first_remembering_ = 0;
};

bool all_repeatable(const RunOptions& options) {
  return std::ranges::all_of(options.foreign,
                             [](const auto& each) { return each.second.is_repeatable; });
}

World::World(const Scenario& scenario, const RunOptions& options)
    : scenario_(scenario),
      opens_(all_repeatable(options)),
      engine_(scenario.seed, scenario.shuffle_ties) {
  if (options.trace) engine_.watch(trace_);
  stage_.file = options.file;
  Draws(scenario.seed, 0, "world.marker").fill(stage_.marker);
  if (options.checks) {
    engine_.watch(wire_);
    engine_.watch(timers_);
    if (opens_) {
      engine_.watch(eavesdropper_);
      engine_.watch(matrix_);
    }
    secrets_.add(to_bytes(stage_.marker), "plaintext");
  }
  for (Observer* observer : options.observers) engine_.watch(*observer);
  build(options);
  if (options.onlooker != nullptr) show_to(*options.onlooker);
}

void World::build(const RunOptions& options) {
  for (HostIndex i = 0; i < scenario_.hosts.size(); ++i) {
    const HostPlan& plan = scenario_.hosts[i];
    talkers_.push_back(std::make_unique<Talker>(stage_, scenario_.seed));
    hosts_.push_back(std::make_unique<Host>(engine_, network_, i, plan, *talkers_[i]));
    const auto foreign = options.foreign.find(plan.name);
    if (foreign != options.foreign.end()) hosts_[i]->house(foreign->second);
    network_.add_host(hosts_[i]->id(), *hosts_[i], plan.rebinds, plan.nat);
    if (options.checks) watch(*hosts_[i], plan);
  }
  for (std::size_t i = 0; i < scenario_.routers.size(); ++i) network_.add_router();
  for (const LinkBetween& link : scenario_.links) network_.add_link(link);
  for (std::size_t i = 0; i < scenario_.conversations.size(); ++i) {
    talkers_[scenario_.conversations[i].from]->add(scenario_.conversations[i], i);
  }
  if (scenario_.fates) network_.obey(fates_.emplace(engine_, network_, *scenario_.fates));
  for (const AttackPlan& attack : scenario_.attacks) {
    attackers_.push_back(std::make_unique<OffPathAttacker>(engine_, network_, attack));
    engine_.watch(*attackers_.back());
  }
}

void World::watch(Host& host, const HostPlan& plan) {
  secrets_.add(node_seed(scenario_.seed, host.index()), "a node seed");
  secrets_.add(shared_seed(scenario_.seed, plan.shared_seed), "a shared seed");
  eavesdropper_.add_host({host.id(), host.index(), plan.shared_seed, host.is_foreign()});
  host.watch(life_);
  if (host.is_foreign()) return;
  if (opens_) host.watch(authenticity_);
  host.watch(bounds_);
}

void World::show_to(Onlooker& onlooker) {
  engine_.watch(onlooker);
  engine_.watch_packets(onlooker);
  Cast cast;
  cast.network = &network_;
  for (const auto& host : hosts_) {
    host->watch(onlooker);
    cast.hosts.push_back(host.get());
  }
  const auto name_of = [&](PlaceIndex place) {
    const std::size_t hosts = scenario_.hosts.size();
    return place < hosts ? scenario_.hosts[place].name : scenario_.routers[place - hosts];
  };
  for (std::size_t i = 0; i < scenario_.links.size(); ++i) {
    const std::string a = name_of(scenario_.links[i].a);
    const std::string b = name_of(scenario_.links[i].b);
    cast.links.push_back({network_.links()[2 * i].get(), a + " > " + b});
    cast.links.push_back({network_.links()[2 * i + 1].get(), b + " > " + a});
  }
  onlooker.begin(cast);
}

bool World::everyone_is_done() {
  while (first_busy_ < talkers_.size() && talkers_[first_busy_]->over()) ++first_busy_;
  return first_busy_ == talkers_.size();
}

bool World::is_forgotten(const Host& host) const {
  return !host.is_up() || host.peer().has_forgotten_all();
}

bool World::everything_is_forgotten() {
  const auto skip = [&] {
    while (first_remembering_ < hosts_.size() && is_forgotten(*hosts_[first_remembering_])) {
      ++first_remembering_;
    }
    return first_remembering_ == hosts_.size();
  };
  if (!skip()) return false;
  // A straggler may have begun something at a host that was passed.
  first_remembering_ = 0;
  return skip();
}

void World::live() {
  const Instant deadline(last_disturbance(scenario_) + scenario_.expectation.within);
  std::optional<Instant> done_at;
  for (const auto& host : hosts_) host->start();
  while (engine_.queue().popped() < events_max && !stage_.violations.any()) {
    if (!done_at && everyone_is_done()) done_at = engine_.now();
    if (done_at && everything_is_forgotten()) return;
    if (!done_at && engine_.now() > deadline) {
      return stage_.violations.add(engine_.now(), "liveness: not done in time");
    }
    if (done_at && engine_.now() > *done_at + quiet_within) {
      return stage_.violations.add(engine_.now(), "leak: a session or a handshake is left");
    }
    if (!engine_.step()) {
      return stage_.violations.add(engine_.now(), "liveness: nothing is left to happen");
    }
    check_conservation(engine_, stage_.violations);
  }
  if (!stage_.violations.any()) stage_.violations.add(engine_.now(), "liveness: too many events");
}

void World::judge_ends(Outcome& outcome) const {
  for (const auto& talker : talkers_) {
    for (const Talker::Talk& talk : talker->talks()) {
      if (!talk.over || talk.failure == scenario_.expectation.failure) continue;
      const auto text = [](const std::optional<Errc>& failure) {
        return failure ? "fails with " + std::string(name(*failure)) : std::string("completes");
      };
      outcome.problems.push_back("conversation " + std::to_string(talk.number) + " " +
                                 text(talk.failure) +
                                 "; expected: " + text(scenario_.expectation.failure));
    }
  }
}

void World::judge(Outcome& outcome) const {
  for (const Violation& violation : stage_.violations.found()) {
    const auto us = violation.at.time_since_epoch().count() / 1'000;
    outcome.problems.push_back("at " + std::to_string(us) + " us: " + violation.what);
  }
  judge_ends(outcome);
  if (!outcome.problems.empty()) return;
  for (const Occurrence& occurrence : scenario_.expectation.occurs) {
    const std::uint64_t count = outcome.counters.count(occurrence.kind);
    if (count >= occurrence.at_least) continue;
    outcome.problems.push_back(std::string(name(occurrence.kind)) + " happened " +
                               std::to_string(count) + " times; expected at least " +
                               std::to_string(occurrence.at_least));
  }
  if (outcome.rotations < scenario_.expectation.rotations_at_least) {
    outcome.problems.push_back("keys rotated " + std::to_string(outcome.rotations) + " times");
  }
}

Outcome World::run() {
  live();
  Outcome outcome;
  outcome.trace = trace_.digest();
  outcome.simulated = engine_.now().time_since_epoch();
  outcome.events = engine_.queue().popped();
  outcome.counters = engine_.counters();
  outcome.matrix = matrix_.matrix();
  const Tally& tally = outcome.tally = stage_.tally;
  outcome.rotations = wire_.highest_epoch();
  if (tally.first_connected && tally.last_delivered > *tally.first_connected) {
    const auto us = (tally.last_delivered - *tally.first_connected).count() / 1'000;
    outcome.goodput_bits_per_second = tally.bytes_delivered * 8 * 1'000'000 /
                                      static_cast<std::uint64_t>(std::max<std::int64_t>(us, 1));
  }
  for (const auto& talker : talkers_) outcome.retransmissions += talker->retransmissions();
  for (const auto& host : hosts_) {
    const Node* const node = host->is_up() ? host->peer().node() : nullptr;
    outcome.nodes.push_back(node == nullptr ? NodeStatistics{} : node->statistics());
  }
  judge(outcome);
  return outcome;
}

}  // namespace

Duration last_disturbance(const Scenario& scenario) {
  Duration last{};
  for (const LinkBetween& link : scenario.links) {
    for (const LinkChange& change : link.forward.changes) last = std::max(last, change.at);
    for (const LinkChange& change : link.back.changes) last = std::max(last, change.at);
  }
  for (const HostPlan& host : scenario.hosts) {
    for (const Rebind& rebind : host.rebinds) last = std::max(last, rebind.at);
    for (const Outage& outage : host.outages) last = std::max(last, outage.at + outage.lasts);
  }
  for (const AttackPlan& attack : scenario.attacks) last = std::max(last, attack.until);
  for (const Conversation& each : scenario.conversations) {
    last = std::max(last, each.at + each.every * static_cast<Duration::rep>(each.messages));
  }
  return last;
}

Outcome run(const Scenario& scenario, const RunOptions& options) {
  return World(scenario, options).run();
}

}  // namespace stt::sim

#include <simulator/swarm.hpp>

#include <array>
#include <string>

namespace stt::sim {
namespace {

// Bytes that all conversations of a world move together: a world costs some milliseconds.
constexpr std::uint64_t budget_bytes = 300'000;

Duration between(Draws& draws, Duration low, Duration high) {
  return Duration(static_cast<Duration::rep>(draws.between(
      static_cast<std::uint64_t>(low.count()), static_cast<std::uint64_t>(high.count()))));
}

// Each fault is on in a share of the worlds, so that many worlds show few of them at once.
Ppm maybe(Draws& draws, Ppm most) {
  const bool on = draws.chance(400'000);
  const auto share = static_cast<Ppm>(draws.between(1, most));
  return on ? share : 0;
}

LinkConditions draw_conditions(Draws& draws) {
  constexpr std::array<std::uint64_t, 6> rates{0,          1'000'000,   5'000'000,
                                               20'000'000, 100'000'000, 1'000'000'000};
  LinkConditions link;
  link.rate_bits_per_second = rates[draws.below(rates.size())];
  link.delay = between(draws, 100us, 80ms);
  link.limit_bytes = draws.between(30'000, 500'000);
  const bool jitters = draws.chance(400'000);
  const Duration jitter = between(draws, 1us, 30ms);
  if (jitters) link.jitter = jitter;
  link.jitter_reorders = draws.chance(500'000);
  link.loss = maybe(draws, 250'000);
  link.duplicate = maybe(draws, 200'000);
  link.reorder = maybe(draws, 300'000);
  link.corrupt = maybe(draws, 50'000);
  link.truncate = maybe(draws, 50'000);
  return link;
}

// The network heals: what is left is a plain link.
LinkChange healed(Duration at) {
  using L = LinkConditions;
  LinkChange change(at);
  change.set(&L::loss, 0).set(&L::duplicate, 0).set(&L::reorder, 0);
  change.set(&L::corrupt, 0).set(&L::truncate, 0).set(&L::jitter, {}).set(&L::blocked, false);
  return change;
}

void draw_plan(Draws& draws, LinkPlan& plan, Duration heals_at) {
  plan.initial = draw_conditions(draws);
  const bool parted = draws.chance(200'000);
  const Duration parts_at = between(draws, 0s, 3s);
  const Duration joins_after = between(draws, 10ms, 2s);
  if (parted) {
    plan.add(LinkChange(parts_at).set(&LinkConditions::blocked, true));
    plan.add(LinkChange(parts_at + joins_after).set(&LinkConditions::blocked, false));
  }
  const bool shrinks = draws.chance(250'000);
  LinkChange shrink(between(draws, 0s, 3s));
  shrink.set(&LinkConditions::mtu_bytes, draws.between(1'200, 1'440));
  if (shrinks) plan.add(shrink);
  plan.add(healed(heals_at));
}

Config draw_config(Draws& draws) {
  Config config;
  config.congestion_control =
      draws.chance(500'000) ? CongestionControl::new_reno : CongestionControl::cubic;
  // A handshake has to outlive every fault; its peer's answer too.
  config.handshake_deadline = 60s;
  const bool rotates = draws.chance(500'000);
  const std::uint64_t after_bytes = draws.between(5'000, 100'000);
  if (rotates) config.rotate_after_bytes = after_bytes;
  constexpr std::array<std::uint64_t, 3> credits{4'096, 16'384, 65'536};
  config.parameters.initial_stream_credit = credits[draws.below(credits.size())];
  config.parameters.max_ack_delay_ms = draws.between(0, 50);
  config.send_buffer_bytes = draws.between(2'000, 200'000);
  config.parameters.max_streams = draws.between(8, 64);
  config.parameters.max_message_bytes = 1U << 20;
  return config;
}

Conversation draw_conversation(Draws& draws, std::uint64_t bytes) {
  Conversation talk;
  talk.from = draws.below(2);
  talk.to = 1 - talk.from;
  talk.at = between(draws, 0s, 1s);
  talk.streams = static_cast<std::uint32_t>(draws.between(1, 12));
  talk.messages = static_cast<std::uint32_t>(draws.between(0, 5));
  talk.echo = draws.chance(300'000);
  talk.whole = draws.chance(500'000);
  const std::uint64_t parts =
      std::uint64_t{talk.streams} * (talk.messages + 1) * (talk.echo ? 2 : 1);
  talk.bytes_max = bytes / parts;
  talk.bytes_min = draws.between(0, talk.bytes_max);
  return talk;
}

}  // namespace

Scenario draw_scenario(std::uint64_t seed) {
  Draws links(seed, 0, "swarm.links");
  Draws talks(seed, 0, "swarm.conversations");
  Draws hosts(seed, 0, "swarm.hosts");
  Scenario scenario;
  scenario.name = "swarm " + std::to_string(seed);
  scenario.purpose = "Drawn from a seed: faults, then none, and everything completes.";
  scenario.seed = seed;
  scenario.shuffle_ties = hosts.chance(300'000);
  for (const char* name : {"a", "b"}) {
    HostPlan& host = scenario.hosts.emplace_back();
    host.name = name;
    host.config = draw_config(hosts);
  }

  const Duration heals_at = between(links, 3s, 8s);
  LinkBetween link{0, 1, {}, {}};
  draw_plan(links, link.forward, heals_at);
  draw_plan(links, link.back, heals_at);
  scenario.links = {link};

  const std::uint64_t count = talks.between(1, 3);
  const std::uint64_t bytes = talks.between(0, budget_bytes);
  for (std::uint64_t i = 0; i < count; ++i) {
    scenario.conversations.push_back(draw_conversation(talks, bytes / count));
  }
  // A host whose address changes is found again only if it speaks: it must be the one who called,
  // and it keeps its sessions alive.
  const bool rebinds = hosts.chance(300'000);
  const Rebind rebind{between(hosts, 100ms, 3s), hosts.chance(500'000)};
  if (rebinds) {
    scenario.hosts[0].rebinds = {rebind};
    scenario.hosts[0].config.parameters.keep_alive_ms = 1'000;
    for (Conversation& talk : scenario.conversations) {
      talk.from = 0;
      talk.to = 1;
    }
  }
  scenario.expectation.within = 120s;
  return scenario;
}

}  // namespace stt::sim

#include <simulator/scenario/swarm.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace stt::sim {
namespace {

using L = LinkConditions;

// Bytes that all conversations of a world move together: a world costs some milliseconds.
constexpr std::uint64_t budget_bytes = 200'000;

Duration between(Draws& draws, Duration low, Duration high) {
  return Duration(static_cast<Duration::rep>(draws.between(
      static_cast<std::uint64_t>(low.count()), static_cast<std::uint64_t>(high.count()))));
}

// What a world suffers from. Each world draws some of these, so that many show few at once.
enum class Fault : std::uint8_t {
  loss,
  gilbert,
  burst,
  listed,
  by_type,
  duplicate,
  reorder,
  jitter,
  corrupt,
  truncate,
  partition,
  mtu,
  codel,
  rate_steps,
  tamper,
  hold,
  reflect,
  swallow,
  nat,
  rebind,
  crash,
  pause,
  clocks,
  attack,
};
constexpr std::size_t fault_count = 24;

class Drawer {
 public:
  explicit Drawer(std::uint64_t seed)
      : faults_(seed, 0, "swarm.faults"),
        links_(seed, 0, "swarm.links"),
        talks_(seed, 0, "swarm.conversations"),
        hosts_(seed, 0, "swarm.hosts") {
    scenario_.seed = seed;
  }
  Scenario draw();

 private:
  bool has(Fault fault) const { return has_[static_cast<std::size_t>(fault)]; }
  void draw_faults();
  void draw_hosts();
  void draw_config(Config& config);
  void draw_mishaps(HostIndex host);
  void draw_links();
  void add_link(PlaceIndex a, PlaceIndex b);
  LinkPlan draw_plan();
  void draw_losses(L& link);
  void draw_changes(L& link);
  void draw_attacker(L& link);
  void draw_schedule(LinkPlan& plan);
  void draw_talks();
  void draw_talk(std::uint64_t bytes);
  void draw_attacks();
  // A share of packets, on with even odds, where the world has that fault.
  Ppm share(Fault fault, Ppm most);

  Draws faults_;
  Draws links_;
  Draws talks_;
  Draws hosts_;
  std::array<bool, fault_count> has_{};
  Duration heals_at_{};
  std::size_t host_count_ = 2;
  Scenario scenario_;
};

void Drawer::draw_faults() {
  // Each with its own odds: together about four in a world.
  constexpr std::array<Ppm, fault_count> odds{300'000, 170'000, 200'000, 100'000, 150'000, 250'000,
                                              250'000, 250'000, 150'000, 150'000, 200'000, 180'000,
                                              250'000, 120'000, 120'000, 120'000, 120'000, 120'000,
                                              340'000, 300'000, 160'000, 130'000, 200'000, 350'000};
  for (std::size_t i = 0; i < fault_count; ++i) has_[i] = faults_.chance(odds[i]);
  heals_at_ = between(faults_, 2s, 5s);
}

Ppm Drawer::share(Fault fault, Ppm most) {
  const auto drawn = static_cast<Ppm>(links_.between(most / 10, most));
  const bool here = links_.chance(750'000);  // on this direction of this link
  return has(fault) && here ? drawn : 0;
}

void Drawer::draw_losses(L& link) {
  link.loss = share(Fault::loss, 200'000);
  link.gilbert_enter = share(Fault::gilbert, 30'000);
  link.gilbert_leave = static_cast<Ppm>(links_.between(150'000, 600'000));
  link.gilbert_loss_bad = static_cast<Ppm>(links_.between(500'000, ppm_always));
  link.burst = share(Fault::burst, 30'000);
  link.burst_packets = links_.between(2, 15);
  for (int i = 0; i < 5; ++i) {
    const std::uint64_t number = links_.between(1, 30);
    if (has(Fault::listed)) link.drop_packets.push_back(number);
  }
  constexpr std::array types{wire::FrameType::handshake, wire::FrameType::data,
                             wire::FrameType::control, wire::FrameType::stream_control,
                             wire::FrameType::auth};
  for (int i = 0; i < 3; ++i) {
    const TypedDrop drop{types[links_.below(types.size())], links_.between(1, 3)};
    if (has(Fault::by_type)) link.drop_nth.push_back(drop);
  }
}

void Drawer::draw_changes(L& link) {
  link.duplicate = share(Fault::duplicate, 200'000);
  link.reorder = share(Fault::reorder, 300'000);
  link.corrupt = share(Fault::corrupt, 60'000);
  link.truncate = share(Fault::truncate, 60'000);
  const Duration jitter = between(links_, 100us, 30ms);
  if (has(Fault::jitter)) link.jitter = jitter;
  constexpr std::array kinds{JitterKind::uniform, JitterKind::normal, JitterKind::correlated};
  link.jitter_kind = kinds[links_.below(kinds.size())];
  link.jitter_reorders = links_.chance(500'000);
  const bool small = links_.chance(500'000);
  const std::uint64_t mtu = links_.between(1'200, 1'440);
  if (has(Fault::mtu) && small) link.mtu_bytes = mtu;
}

void Drawer::draw_attacker(L& link) {
  link.tamper = share(Fault::tamper, 100'000);
  link.hold = share(Fault::hold, 60'000);
  link.hold_for = between(links_, 50ms, 1500ms);
  link.reflect = share(Fault::reflect, 150'000);
  constexpr std::array types{wire::FrameType::handshake, wire::FrameType::control,
                             wire::FrameType::stream_control, wire::FrameType::auth};
  const wire::FrameType type = types[links_.below(types.size())];
  if (has(Fault::swallow)) link.swallow = {type};
}

// What the plan has of its own time; and at the end the network heals, and a plain link is left.
void Drawer::draw_schedule(LinkPlan& plan) {
  const Duration parts_at = between(links_, 0s, heals_at_ / 2);
  const Duration joins_after = between(links_, 10ms, heals_at_ / 2);
  const bool parts = links_.chance(700'000);
  if (has(Fault::partition) && parts) {
    plan.add(LinkChange(parts_at).set(&L::blocked, true));
    plan.add(LinkChange(parts_at + joins_after).set(&L::blocked, false));
  }
  const Duration swallows_for = between(links_, 100ms, heals_at_ / 2);
  if (has(Fault::swallow)) plan.add(LinkChange(swallows_for).set(&L::swallow, {}));
  const Duration shrinks_at = between(links_, 100ms, heals_at_);
  const std::uint64_t mtu = links_.between(1'200, 1'300);
  if (has(Fault::mtu)) plan.add(LinkChange(shrinks_at).set(&L::mtu_bytes, mtu));
  for (int i = 0; i < 3; ++i) {
    const Duration at = between(links_, 100ms, heals_at_);
    const std::uint64_t rate = links_.between(500'000, 30'000'000);
    if (has(Fault::rate_steps)) plan.add(LinkChange(at).set(&L::rate_bits_per_second, rate));
  }
  LinkChange healed(heals_at_);
  healed.set(&L::loss, 0).set(&L::gilbert_enter, 0).set(&L::burst, 0);
  healed.set(&L::drop_packets, {}).set(&L::drop_nth, {}).set(&L::duplicate, 0);
  healed.set(&L::reorder, 0).set(&L::corrupt, 0).set(&L::truncate, 0).set(&L::jitter, {});
  healed.set(&L::tamper, 0).set(&L::hold, 0).set(&L::reflect, 0).set(&L::blocked, false);
  plan.add(healed);
}

LinkPlan Drawer::draw_plan() {
  constexpr std::array<std::uint64_t, 6> rates{0,          2'000'000,   5'000'000,
                                               20'000'000, 100'000'000, 1'000'000'000};
  LinkPlan plan;
  L& link = plan.initial;
  link.rate_bits_per_second = rates[links_.below(rates.size())];
  link.delay = between(links_, 100us, 60ms);
  link.limit_bytes = links_.between(5'000, 60'000);
  // A queue must stand for CoDel to act on it.
  const std::uint64_t slow = links_.between(400'000, 2'000'000);
  if (has(Fault::codel)) {
    link.queue = QueueKind::codel;
    link.limit_bytes *= 10;
    link.rate_bits_per_second = slow;
  }
  draw_losses(link);
  draw_changes(link);
  draw_attacker(link);
  draw_schedule(plan);
  return plan;
}

void Drawer::add_link(PlaceIndex a, PlaceIndex b) {
  LinkBetween link{a, b, {}, {}};
  link.forward = draw_plan();
  link.back = draw_plan();
  scenario_.links.push_back(std::move(link));
}

// A pair, or three to five hosts: around a router, along routers in a row, on both sides of a
// bottleneck, or each with each.
void Drawer::draw_links() {
  const std::size_t n = host_count_;
  if (n == 2 && links_.chance(800'000)) return add_link(0, 1);
  switch (links_.below(4)) {
    case 0:  // star
      scenario_.routers = {"hub"};
      for (HostIndex i = 0; i < n; ++i) add_link(i, n);
      return;
    case 1:  // chain
      for (HostIndex i = 0; i < n; ++i) {
        scenario_.routers.push_back("r" + std::to_string(i));
        add_link(i, n + i);
        if (i > 0) add_link(n + i - 1, n + i);
      }
      return;
    case 2:  // dumbbell
      scenario_.routers = {"west", "east"};
      for (HostIndex i = 0; i < n; ++i) add_link(i, n + i % 2);
      return add_link(n, n + 1);
    default:  // mesh
      for (HostIndex a = 0; a < n; ++a) {
        for (HostIndex b = a + 1; b < n; ++b) add_link(a, b);
      }
  }
}

void Drawer::draw_config(Config& config) {
  constexpr std::array controllers{CongestionControl::new_reno, CongestionControl::cubic,
                                   CongestionControl::bbr};
  config.congestion_control = controllers[hosts_.below(controllers.size())];
  // A handshake has to outlive every fault; its peer's answer too.
  config.handshake_deadline = 60s;
  const bool rotates = hosts_.chance(400'000);
  const std::uint64_t after_bytes = hosts_.between(3'000, 60'000);
  if (rotates) config.rotate_after_bytes = after_bytes;
  constexpr std::array<std::uint64_t, 3> credits{4'096, 16'384, 65'536};
  config.parameters.initial_stream_credit = credits[hosts_.below(credits.size())];
  config.parameters.max_ack_delay_ms = hosts_.between(0, 50);
  config.send_buffer_bytes = hosts_.between(2'000, 200'000);
  config.parameters.max_streams = hosts_.between(8, 64);
  config.parameters.max_message_bytes = 1U << 20;
}

// What happens to a host itself. It is found again after a change of address only if it speaks.
void Drawer::draw_mishaps(HostIndex index) {
  HostPlan& host = scenario_.hosts[index];
  const bool first = index == 0;
  const Rebind rebind{between(hosts_, 50ms, heals_at_), hosts_.chance(500'000)};
  if (has(Fault::rebind) && first) host.rebinds = {rebind};
  // Longer than a round trip of any path that is drawn, or no answer would ever come back.
  const Duration forgets_after = between(hosts_, 500ms, 1200ms);
  const bool filters = hosts_.chance(700'000);
  if (has(Fault::nat) && first) host.nat = {forgets_after, filters};
  const bool unlucky = hosts_.chance(600'000);
  Outage outage{between(hosts_, 50ms, 1s), between(hosts_, 100ms, 1s), Outage::What::pause};
  if (has(Fault::pause) && unlucky) host.outages.push_back(outage);
  outage.at = between(hosts_, 1s, heals_at_);
  outage.what = hosts_.chance(500'000) ? Outage::What::crash : Outage::What::crash_and_lose_storage;
  const bool crashes = index == 1 || hosts_.chance(300'000);
  if (has(Fault::crash) && crashes) host.outages.push_back(outage);
  const Duration offset = between(hosts_, 0s, 1000s);
  const auto drift = static_cast<std::int64_t>(hosts_.between(0, 2'000)) - 1'000;
  const ClockStep step{between(hosts_, 0s, heals_at_), between(hosts_, 1ms, 3600s)};
  if (has(Fault::clocks)) host.clock = {offset, drift, {step}};
}

void Drawer::draw_hosts() {
  constexpr std::array<std::size_t, 8> counts{2, 2, 2, 2, 3, 3, 4, 5};
  host_count_ = counts[hosts_.below(counts.size())];
  for (HostIndex i = 0; i < host_count_; ++i) {
    HostPlan& host = scenario_.hosts.emplace_back();
    host.name = std::string(1, static_cast<char>('a' + i));
    draw_config(host.config);
    draw_mishaps(i);
    // Who loses its peer finds out soon; whose address changes says so. A NAT's patience may be
    // shorter than that.
    if (has(Fault::crash)) host.config.parameters.idle_timeout_ms = 8'000;
    if (has(Fault::rebind) || has(Fault::crash)) host.config.parameters.keep_alive_ms = 400;
    if (has(Fault::nat)) host.config.parameters.keep_alive_ms = 2'500;
  }
}

void Drawer::draw_talk(std::uint64_t bytes) {
  Conversation talk;
  // The first host calls; it is the one behind a NAT, and nobody could call it.
  talk.from = scenario_.conversations.empty() ? 0 : talks_.below(host_count_);
  talk.to = (talk.from + talks_.between(1, host_count_ - 1)) % host_count_;
  if (talk.to == 0 && (has(Fault::rebind) || has(Fault::nat))) std::swap(talk.from, talk.to);
  talk.at = between(talks_, 0s, 1s);
  talk.retry = has(Fault::crash) || has(Fault::nat) || has(Fault::rebind);
  talk.streams = static_cast<std::uint32_t>(talks_.between(1, 8));
  talk.messages = static_cast<std::uint32_t>(talks_.between(0, 5));
  talk.echo = talks_.chance(300'000);
  talk.whole = talks_.chance(500'000);
  const Duration every = between(talks_, 5ms, 200ms);
  const bool live = talks_.chance(300'000);
  if (live) talk.every = every;
  const bool custom = talks_.chance(200'000);
  if (custom) talk.type = static_cast<wire::FrameType>(talks_.between(0x80, 0xFF));
  const std::uint64_t parts =
      std::uint64_t{talk.streams} * (talk.messages + 1) * (talk.echo ? 2 : 1);
  talk.bytes_max = bytes / parts;
  talk.bytes_min = talks_.between(0, talk.bytes_max);
  const std::uint64_t rate = talks_.between(20'000, 200'000);
  const bool slow = talks_.chance(150'000);
  if (slow && !talk.whole) talk.read_rate = rate;
  const bool datagrams = talks_.chance(300'000);
  if (custom && datagrams) {
    talk.datagrams = true;
    talk.echo = false;
    talk.every = every;
    talk.bytes_max = std::min<std::uint64_t>(talk.bytes_max, 900);
    talk.bytes_min = std::min(talk.bytes_min, talk.bytes_max);
  }
  scenario_.conversations.push_back(talk);
}

void Drawer::draw_talks() {
  const std::uint64_t count = talks_.between(1, 3);
  const std::uint64_t bytes = talks_.between(1'000, budget_bytes);
  for (std::uint64_t i = 0; i < count; ++i) draw_talk(bytes / count);
}

void Drawer::draw_attacks() {
  constexpr std::array kinds{Attack::flood, Attack::forge, Attack::replay};
  AttackPlan attack;
  attack.what = kinds[hosts_.below(kinds.size())];
  attack.target = hosts_.below(host_count_);
  const HostIndex spoofed = hosts_.below(host_count_);
  if (hosts_.chance(500'000)) attack.spoofs = spoofed;
  attack.from = between(hosts_, 0s, 1s);
  attack.until = attack.from + between(hosts_, 100ms, heals_at_ / 2);
  attack.every = between(hosts_, 2ms, 20ms);
  attack.bytes = hosts_.between(1, 1'400);
  if (has(Fault::attack)) scenario_.attacks = {attack};
  // Somebody knocks at a NAT that lets no stranger in.
  attack.target = 0;
  attack.spoofs.reset();
  if (scenario_.hosts[0].nat.filters) scenario_.attacks.push_back(attack);
}

Scenario Drawer::draw() {
  scenario_.name = "swarm " + std::to_string(scenario_.seed);
  scenario_.purpose = "Drawn from a seed: faults, then none, and everything completes.";
  scenario_.shuffle_ties = hosts_.chance(300'000);
  draw_faults();
  draw_hosts();
  draw_links();
  draw_talks();
  draw_attacks();
  scenario_.expectation.within = 180s;
  return std::move(scenario_);
}

}  // namespace

Scenario draw_scenario(std::uint64_t seed) {
  return Drawer(seed).draw();
}

}  // namespace stt::sim

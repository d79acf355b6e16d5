#include <simulator/link.hpp>

#include <algorithm>

namespace stt::sim {
namespace {

enum Code : std::uint32_t { arrive, change };

constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;

// The time that `bits` take at `rate`, rounded up. Packets are far below 2^34 bits, so nothing
// overflows.
Duration time_of(std::uint64_t bits, std::uint64_t rate) {
  return Duration(static_cast<Duration::rep>((bits * nanoseconds_per_second + rate - 1) / rate));
}

}  // namespace

void LinkChange::apply(LinkConditions& to) const {
  const auto set = [](auto& field, const auto& value) {
    if (value) field = *value;
  };
  set(to.rate_bits_per_second, rate_bits_per_second);
  set(to.delay, delay);
  set(to.jitter, jitter);
  set(to.jitter_reorders, jitter_reorders);
  set(to.limit_bytes, limit_bytes);
  set(to.mtu_bytes, mtu_bytes);
  set(to.loss, loss);
  set(to.duplicate, duplicate);
  set(to.reorder, reorder);
  set(to.reorder_hold, reorder_hold);
  set(to.corrupt, corrupt);
  set(to.truncate, truncate);
  set(to.blocked, blocked);
}

void LinkPlan::add(const LinkChange& change) {
  changes.insert(std::ranges::upper_bound(changes, change.at, {}, &LinkChange::at), change);
}

Link::Link(Engine& engine, LinkPlan plan, Port& next)
    : engine_(engine),
      plan_(std::move(plan)),
      conditions_(plan_.initial),
      next_(next),
      id_(engine.add(*this)),
      loss_(engine.seed(), id_.value(), "link.loss"),
      duplicate_(engine.seed(), id_.value(), "link.duplicate"),
      reorder_(engine.seed(), id_.value(), "link.reorder"),
      jitter_(engine.seed(), id_.value(), "link.jitter"),
      damage_(engine.seed(), id_.value(), "link.damage") {
  for (std::size_t i = 0; i < plan_.changes.size(); ++i) {
    engine_.queue().schedule(Instant(plan_.changes[i].at), id_, change, i);
  }
}

void Link::accept(PacketSlot packet) {
  // Every draw is made for every packet, whatever becomes of it.
  const bool is_lost = loss_.chance(conditions_.loss);
  const bool is_doubled = duplicate_.chance(conditions_.duplicate);
  const std::size_t size = engine_.packets().at(packet).bytes.size();
  if (conditions_.blocked) return drop(packet, Kind::blocked);
  if (size > conditions_.mtu_bytes) return drop(packet, Kind::too_big);
  const std::optional<Instant> left = transmitted_at(size);
  if (!left) return drop(packet, Kind::queue_full);
  if (is_lost) return drop(packet, Kind::lost);
  if (is_doubled) {
    const Packet original = engine_.packets().at(packet);
    const PacketSlot copy = engine_.packets().create(original.from, original.to, original.bytes);
    engine_.observe(id_, Kind::duplicated, engine_.packets().at(copy).number);
    carry(copy, *left);
  }
  carry(packet, *left);
}

void Link::handle(const Event& event) {
  if (event.code == change) {
    plan_.changes[event.argument].apply(conditions_);
    engine_.observe(id_, Kind::conditions_changed, event.argument);
    return;
  }
  next_.accept(PacketSlot(static_cast<std::uint32_t>(event.argument)));
}

void Link::drop(PacketSlot packet, Kind why) {
  const std::uint64_t number = engine_.packets().at(packet).number;
  engine_.packets().release(packet);
  engine_.observe(id_, why, number);
}

std::optional<Instant> Link::transmitted_at(std::size_t bytes) {
  const Instant now = engine_.now();
  if (conditions_.rate_bits_per_second == 0) return now;
  const std::uint64_t rate = conditions_.rate_bits_per_second;
  const Instant start = std::max(now, busy_until_);
  // What waits is what the wire needs that long for. A packet that finds it idle always fits.
  const auto waiting_ns = static_cast<std::uint64_t>((start - now).count());
  const std::uint64_t waiting_bytes = waiting_ns / 1'000 * (rate / 8) / 1'000'000;
  if (waiting_bytes > 0 && waiting_bytes + bytes > conditions_.limit_bytes) return std::nullopt;
  busy_until_ = start + time_of(std::uint64_t{bytes} * 8, rate);
  return busy_until_;
}

void Link::damage(PacketSlot slot) {
  const bool is_corrupted = damage_.chance(conditions_.corrupt);
  const bool is_truncated = damage_.chance(conditions_.truncate);
  Packet& packet = engine_.packets().at(slot);
  if (packet.bytes.empty()) return;
  if (is_corrupted) {
    const std::uint64_t bit = damage_.below(packet.bytes.size() * 8);
    packet.bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    engine_.observe(id_, Kind::corrupted, packet.number, packet.bytes);
  }
  if (is_truncated && packet.bytes.size() > 1) {
    packet.bytes.resize(damage_.between(1, packet.bytes.size() - 1));
    engine_.observe(id_, Kind::truncated, packet.number, packet.bytes);
  }
}

void Link::carry(PacketSlot packet, Instant left) {
  damage(packet);
  const std::uint64_t number = engine_.packets().at(packet).number;
  Instant arrival = left + conditions_.delay;
  if (conditions_.jitter > Duration{}) {
    const auto extra = jitter_.between(0, static_cast<std::uint64_t>(conditions_.jitter.count()));
    arrival += Duration(static_cast<Duration::rep>(extra));
    engine_.observe(id_, Kind::jittered, number);
  }
  if (!conditions_.jitter_reorders) arrival = std::max(arrival, last_arrival_);
  if (reorder_.chance(conditions_.reorder)) {
    Duration hold = conditions_.reorder_hold;
    if (hold == Duration{}) hold = std::max<Duration>(conditions_.delay, 1ms);
    const auto held = reorder_.between(1, static_cast<std::uint64_t>(hold.count()));
    arrival += Duration(static_cast<Duration::rep>(held));
    engine_.observe(id_, Kind::reordered, number);
  } else {
    last_arrival_ = std::max(last_arrival_, arrival);
  }
  engine_.queue().schedule(arrival, id_, arrive, packet.value());
}

}  // namespace stt::sim

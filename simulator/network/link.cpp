#include <simulator/network/link.hpp>

#include <algorithm>

namespace stt::sim {
namespace {

enum Code : std::uint32_t { arrive, change, wire_free };

}  // namespace

void drop(Engine& engine, EntityId where, PacketSlot packet, Kind why) {
  const std::uint64_t number = engine.packets().at(packet).number;
  engine.packets().release(packet);
  engine.observe(where, why, number);
}

Link::Link(Engine& engine, LinkPlan plan, Port& next)
    : engine_(engine),
      plan_(std::move(plan)),
      conditions_(plan_.initial),
      next_(next),
      id_(engine.add(*this)),
      loss_(engine.seed(), id_.value()),
      jitter_(engine.seed(), id_.value()),
      duplicate_(engine.seed(), id_.value(), "link.duplicate"),
      reorder_(engine.seed(), id_.value(), "link.reorder"),
      damage_(engine.seed(), id_.value(), "link.damage") {
  for (std::size_t i = 0; i < plan_.changes.size(); ++i) {
    engine_.queue().schedule(Instant(plan_.changes[i].at), id_, change, i);
  }
}

void Link::accept(PacketSlot packet) {
  engine_.show(id_, packet);
  const Bytes& bytes = engine_.packets().at(packet).bytes;
  QueuedPacket queued{packet, static_cast<std::uint32_t>(bytes.size()), ++accepted_, {}, {}, false};
  queued.since = engine_.now();
  queued.lost = loss_.judge(conditions_, queued.number, bytes);
  queued.doubled = duplicate_.chance_at(queued.number, conditions_.duplicate);
  if (conditions_.blocked) return drop(engine_, id_, packet, Kind::blocked);
  if (queued.bytes > conditions_.mtu_bytes) return drop(engine_, id_, packet, Kind::too_big);
  if (queue_.empty() && busy_until_ <= engine_.now()) return transmit(queued);
  if (!queue_.push(queued, conditions_)) return drop(engine_, id_, packet, Kind::queue_full);
  if (waits_) return;
  waits_ = true;
  engine_.queue().schedule(busy_until_, id_, wire_free, 0);
}

void Link::handle(const Event& event) {
  switch (event.code) {
    case change:
      plan_.changes[event.argument].apply(conditions_);
      engine_.observe(id_, Kind::conditions_changed, event.argument);
      return;
    case wire_free: waits_ = false; return transmit_next();
    default: next_.accept(PacketSlot(static_cast<std::uint32_t>(event.argument)));
  }
}

void Link::transmit_next() {
  // More than one, where the rate has become unlimited.
  while (!queue_.empty() && busy_until_ <= engine_.now()) {
    dropped_.clear();
    const std::optional<QueuedPacket> queued = queue_.pop(engine_.now(), conditions_, dropped_);
    for (const QueuedPacket& each : dropped_) {
      drop(engine_, id_, each.packet, Kind::codel_dropped);
    }
    if (queued) transmit(*queued);
  }
  if (queue_.empty()) return;
  waits_ = true;
  engine_.queue().schedule(busy_until_, id_, wire_free, 0);
}

void Link::transmit(const QueuedPacket& queued) {
  busy_until_ = transmission_.end(engine_.now(), queued.bytes, conditions_);
  if (queued.lost) return drop(engine_, id_, queued.packet, *queued.lost);
  if (queued.doubled) {
    const Packet original = engine_.packets().at(queued.packet);
    const PacketSlot copy = engine_.packets().create(original.from, original.to, original.bytes);
    engine_.show(id_, copy);
    engine_.observe(id_, Kind::duplicated, engine_.packets().at(copy).number, original.bytes);
    carry(copy, 2 * queued.number + 1);
  }
  carry(queued.packet, 2 * queued.number);
}

void Link::damage(PacketSlot slot, std::uint64_t place) {
  Packet& packet = engine_.packets().at(slot);
  if (packet.bytes.empty()) return;
  if (damage_.chance_at(2 * place, conditions_.corrupt)) {
    const std::uint64_t bit = damage_.between_at(2 * place, 0, packet.bytes.size() * 8 - 1);
    packet.bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    engine_.observe(id_, Kind::corrupted, packet.number, packet.bytes);
  }
  if (packet.bytes.size() > 1 && damage_.chance_at(2 * place + 1, conditions_.truncate)) {
    packet.bytes.resize(damage_.between_at(2 * place + 1, 1, packet.bytes.size() - 1));
    engine_.observe(id_, Kind::truncated, packet.number, packet.bytes);
  }
}

void Link::carry(PacketSlot packet, std::uint64_t place) {
  damage(packet, place);
  const std::uint64_t number = engine_.packets().at(packet).number;
  Instant arrival = busy_until_ + conditions_.delay;
  if (Jitter::is_on(conditions_)) {
    arrival += jitter_.next(conditions_, place);
    engine_.observe(id_, Kind::jittered, number);
  }
  if (!conditions_.jitter_reorders) arrival = std::max(arrival, last_arrival_);
  if (reorder_.chance_at(place, conditions_.reorder)) {
    Duration hold = conditions_.reorder_hold;
    if (hold == Duration{}) hold = std::max<Duration>(conditions_.delay, 1ms);
    const auto held = reorder_.between_at(place, 1, static_cast<std::uint64_t>(hold.count()));
    arrival += Duration(static_cast<Duration::rep>(held));
    engine_.observe(id_, Kind::reordered, number);
  } else {
    last_arrival_ = std::max(last_arrival_, arrival);
  }
  engine_.queue().schedule(arrival, id_, arrive, packet.value());
}

}  // namespace stt::sim

#include <simulator/network/on_path.hpp>

namespace stt::sim {
namespace {

constexpr std::uint64_t tampered_bytes_max = 8;

}  // namespace

OnPathAttacker::OnPathAttacker(Engine& engine, Port& next, Port& back)
    : engine_(engine),
      next_(next),
      back_(back),
      id_(engine.add(*this)),
      tamper_(engine.seed(), id_.value(), "on_path.tamper"),
      hold_(engine.seed(), id_.value(), "on_path.hold"),
      reflect_(engine.seed(), id_.value(), "on_path.reflect") {}

void OnPathAttacker::accept(PacketSlot packet) {
  const LinkConditions& conditions = link_->conditions();
  ++seen_;
  if (!conditions.swallow.empty()) {
    const FrameTypes types = frame_types(engine_.packets().at(packet).bytes);
    for (const wire::FrameType type : conditions.swallow) {
      if ((types & bit_of(type)) != 0) return drop(engine_, id_, packet, Kind::swallowed);
    }
  }
  if (reflect_.chance_at(seen_, conditions.reflect)) reflect(packet);
  if (tamper_.chance_at(seen_, conditions.tamper)) tamper(packet);
  if (!hold_.chance_at(seen_, conditions.hold)) return next_.accept(packet);
  engine_.observe(id_, Kind::held, engine_.packets().at(packet).number);
  engine_.queue().schedule(engine_.now() + conditions.hold_for, id_, 0, packet.value());
}

void OnPathAttacker::handle(const Event& event) {
  next_.accept(PacketSlot(static_cast<std::uint32_t>(event.argument)));
}

void OnPathAttacker::tamper(PacketSlot slot) {
  Packet& packet = engine_.packets().at(slot);
  if (packet.bytes.empty()) return;
  const std::uint64_t place = seen_ * (2 * tampered_bytes_max + 1);
  const std::uint64_t count = tamper_.between_at(place, 1, tampered_bytes_max);
  for (std::uint64_t i = 1; i <= count; ++i) {
    const std::uint64_t at = tamper_.between_at(place + 2 * i - 1, 0, packet.bytes.size() - 1);
    packet.bytes[at] ^= static_cast<std::byte>(tamper_.between_at(place + 2 * i, 1, 255));
  }
  engine_.observe(id_, Kind::tampered, packet.number, packet.bytes);
}

void OnPathAttacker::reflect(PacketSlot slot) {
  const Packet original = engine_.packets().at(slot);
  const PacketSlot copy = engine_.packets().create(original.to, original.from, original.bytes);
  engine_.show(id_, copy);
  engine_.observe(id_, Kind::reflected, engine_.packets().at(copy).number);
  back_.accept(copy);
}

}  // namespace stt::sim

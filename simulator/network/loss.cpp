#include <simulator/network/loss.hpp>

#include <algorithm>
#include <bit>

namespace stt::sim {

FrameTypes bit_of(wire::FrameType type) {
  // Handshake is 1, auth 5; every custom type is the bit 0.
  return wire::is_custom(type) ? 1U : FrameTypes{1} << static_cast<unsigned>(type);
}

FrameTypes frame_types(ByteView datagram) {
  FrameTypes types = 0;
  while (!datagram.empty()) {
    const wire::ParseResult parsed = wire::parse_frame(datagram);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) break;
    types |= bit_of(frame->header.type);
    datagram = datagram.subspan(frame->whole.size());
  }
  return types;
}

LossModel::LossModel(std::uint64_t seed, std::uint64_t entity)
    : loss_(seed, entity, "link.loss"),
      gilbert_(seed, entity, "link.gilbert"),
      burst_(seed, entity, "link.burst") {}

std::optional<Kind> LossModel::judge(const LinkConditions& conditions, std::uint64_t number,
                                     ByteView datagram) {
  // The models with a memory see every packet, whatever becomes of it.
  const bool in_bad_state = gilbert_loses(conditions, number);
  const bool in_burst = burst_loses(conditions, number);
  const bool is_nth = is_nth_of_type(conditions, datagram);
  if (std::ranges::find(conditions.drop_packets, number) != conditions.drop_packets.end()) {
    return Kind::lost_by_number;
  }
  if (is_nth) return Kind::lost_by_type;
  if (loss_.chance_at(number, conditions.loss)) return Kind::lost;
  if (in_bad_state) return Kind::lost_in_bad_state;
  if (in_burst) return Kind::lost_in_burst;
  return std::nullopt;
}

bool LossModel::gilbert_loses(const LinkConditions& conditions, std::uint64_t number) {
  if (conditions.gilbert_enter == 0) {
    bad_ = false;
    return false;
  }
  const Ppm moves = bad_ ? conditions.gilbert_leave : conditions.gilbert_enter;
  if (gilbert_.chance_at(2 * number, moves)) bad_ = !bad_;
  const Ppm loses = bad_ ? conditions.gilbert_loss_bad : conditions.gilbert_loss_good;
  return gilbert_.chance_at(2 * number + 1, loses);
}

bool LossModel::burst_loses(const LinkConditions& conditions, std::uint64_t number) {
  if (burst_left_ == 0 && burst_.chance_at(2 * number, conditions.burst)) {
    burst_left_ = burst_.between_at(2 * number + 1, 1, conditions.burst_packets);
  }
  if (conditions.burst == 0) burst_left_ = 0;
  if (burst_left_ == 0) return false;
  --burst_left_;
  return true;
}

bool LossModel::is_nth_of_type(const LinkConditions& conditions, ByteView datagram) {
  if (conditions.drop_nth.empty()) return false;
  const FrameTypes types = frame_types(datagram);
  for (std::size_t i = 0; i < of_type_.size(); ++i) of_type_[i] += types >> i & 1;
  return std::ranges::any_of(conditions.drop_nth, [&](const TypedDrop& drop) {
    const FrameTypes bit = bit_of(drop.type);
    const auto seen = of_type_[static_cast<std::size_t>(std::countr_zero(bit))];
    return (types & bit) != 0 && seen == drop.nth;
  });
}

}  // namespace stt::sim

// Which packets of one direction of a link are lost.
#pragma once

#include <array>
#include <optional>

#include <simulator/engine/observation.hpp>
#include <simulator/network/conditions.hpp>

namespace stt::sim {

// A bit for each frame type that the datagram carries, as far as it can be parsed.
using FrameTypes = std::uint32_t;
FrameTypes frame_types(ByteView datagram);
FrameTypes bit_of(wire::FrameType type);

class LossModel {
 public:
  LossModel(std::uint64_t seed, std::uint64_t entity);

  // Once for each packet, in their order. Nothing if it survives; else which model it fell to.
  std::optional<Kind> judge(const LinkConditions& conditions, std::uint64_t number,
                            ByteView datagram);

 private:
  bool gilbert_loses(const LinkConditions& conditions, std::uint64_t number);
  bool burst_loses(const LinkConditions& conditions, std::uint64_t number);
  bool is_nth_of_type(const LinkConditions& conditions, ByteView datagram);

  // A consumer each, so that turning one up does not move the others.
  Draws loss_;
  Draws gilbert_;
  Draws burst_;
  bool bad_ = false;
  std::uint64_t burst_left_ = 0;
  std::array<std::uint64_t, 6> of_type_{};  // packets seen, by frame_types()
};

}  // namespace stt::sim

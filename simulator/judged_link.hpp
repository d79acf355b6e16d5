// The link on which congestion control is judged: 100 Mbit/s counting UDP payload, 10 ms each way,
// a drop-tail queue of 30 ms, datagrams of 1,440 bytes.
#pragma once

#include <string>

#include <simulator/scenario/scenario.hpp>

namespace stt::sim::judged {

inline constexpr std::uint64_t rate_bits_per_second = 100'000'000;
inline constexpr Duration delay = 10ms;
inline constexpr std::uint64_t queue_bytes = rate_bits_per_second / 8 * 30 / 1'000;
inline constexpr std::size_t datagram_bytes = 1'440;
// What a datagram needs to the other side of it when no queue stands.
inline constexpr Duration unqueued =
    delay + Duration(datagram_bytes * 8 * 1'000'000'000 / rate_bits_per_second);

inline LinkConditions link() {
  LinkConditions conditions;
  conditions.rate_bits_per_second = rate_bits_per_second;
  conditions.delay = delay;
  conditions.limit_bytes = queue_bytes;
  return conditions;
}

inline HostPlan host(std::string name, CongestionControl controller) {
  HostPlan plan;
  plan.name = std::move(name);
  plan.config.congestion_control = controller;
  plan.config.datagram_bytes_initial = datagram_bytes;
  plan.config.datagram_bytes_max = datagram_bytes;
  return plan;
}

}  // namespace stt::sim::judged

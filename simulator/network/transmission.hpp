// How long a link takes to put a packet on the wire: at a rate, or as a trace of a real link says.
#pragma once

#include <simulator/network/conditions.hpp>

namespace stt::sim {

inline constexpr std::uint64_t opportunity_bytes = 1'500;  // of mahimahi

class Transmission {
 public:
  // When the last of `bytes` has left, if the wire is free from `now` on.
  Instant end(Instant now, std::uint64_t bytes, const LinkConditions& conditions);

 private:
  Instant end_by_trace(Instant now, std::uint64_t bytes, const TimeTrace& trace);

  std::uint64_t next_ = 0;        // opportunity, counted over all repetitions of the trace
  std::uint64_t left_bytes_ = 0;  // of the one before
};

}  // namespace stt::sim

// How much longer than its propagation delay a packet takes.
#pragma once

#include <simulator/network/conditions.hpp>

namespace stt::sim {

class Jitter {
 public:
  Jitter(std::uint64_t seed, std::uint64_t entity) : draws_(seed, entity, "link.jitter") {}

  // Whether the conditions add anything at all.
  static bool is_on(const LinkConditions& conditions);

  // Never negative. Once for each packet; `number` decides what is drawn.
  Duration next(const LinkConditions& conditions, std::uint64_t number);

 private:
  std::uint64_t uniform(std::uint64_t number, std::uint64_t most) const;
  std::uint64_t normal(std::uint64_t number, std::uint64_t mean) const;
  std::uint64_t correlated(const LinkConditions& conditions, std::uint64_t fresh);

  Draws draws_;
  std::uint64_t last_ns_ = 0;
  bool has_last_ = false;
};

}  // namespace stt::sim

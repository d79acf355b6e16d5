// What a link is like, in the words of tc-netem, and how that changes with time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <simulator/draws.hpp>
#include <stt/base/time.hpp>

namespace stt::sim {

// One direction of a link. The faults are drawn independently for each packet.
struct LinkConditions {
  std::uint64_t rate_bits_per_second = 0;  // 0: packets take no time to send. Counts UDP payload.
  Duration delay{};                        // propagation
  Duration jitter{};                       // added to the delay, uniform in [0, jitter]
  bool jitter_reorders = false;            // else packets wait for the one before them
  std::uint64_t limit_bytes = 1U << 20;    // of the queue before the sender; full: the tail drops
  std::uint64_t mtu_bytes = 65'535;        // of a UDP payload; larger ones vanish without a word
  Ppm loss = 0;
  Ppm duplicate = 0;
  Ppm reorder = 0;          // held back so that later packets overtake it
  Duration reorder_hold{};  // for how long, uniform in [1 ns, this]; 0: the delay, or 1 ms
  Ppm corrupt = 0;          // one bit is flipped
  Ppm truncate = 0;         // cut to a random length, not to nothing
  bool blocked = false;     // a partition: everything vanishes
};

// What a step of a schedule sets; all else stays.
struct LinkChange {
  Duration at{};  // since the world began
  std::optional<std::uint64_t> rate_bits_per_second{};
  std::optional<Duration> delay{};
  std::optional<Duration> jitter{};
  std::optional<bool> jitter_reorders{};
  std::optional<std::uint64_t> limit_bytes{};
  std::optional<std::uint64_t> mtu_bytes{};
  std::optional<Ppm> loss{};
  std::optional<Ppm> duplicate{};
  std::optional<Ppm> reorder{};
  std::optional<Duration> reorder_hold{};
  std::optional<Ppm> corrupt{};
  std::optional<Ppm> truncate{};
  std::optional<bool> blocked{};

  void apply(LinkConditions& to) const;
};

// One direction of a link through time.
struct LinkPlan {
  LinkConditions initial;
  std::vector<LinkChange> changes;  // in order of time

  // After all that happen at the same time.
  void add(const LinkChange& change);
};

}  // namespace stt::sim

// What BBR does at a time, as one table (draft-ietf-ccwg-bbr, section 4.3). What is not in the
// table does not happen.
//
//   startup -> drain -> down -> cruise -> refill -> up -> down ...     and to probe_rtt from each
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <stt/base/transitions.hpp>

namespace stt::recovery::bbr {

enum class Phase : std::uint8_t {
  startup,    // doubles each round trip, to find out what the path carries
  drain,      // lets the queue that startup made flow away
  down,       // sends less than the estimate, so that others get room and the queue empties
  cruise,     // sends what the path is known to carry
  refill,     // fills the path before the next look for more
  up,         // sends more than the estimate: is there more by now?
  probe_rtt,  // keeps little in flight, to see the round trip without a queue
};

enum class Input : std::uint8_t {
  pipe_full,               // the delivery rate has stopped growing, or loss says so
  drained,                 // no more is in flight than the path itself holds
  probe_due,               // long enough since the last look for more
  round_over,              // one round trip
  probe_over,              // more is in flight than the estimate explains, or loss says so
  minimum_stale,           // the least round-trip time was not seen again for long
  minimum_renewed,         // it has been measured
  minimum_renewed_unfull,  // it has been measured, and the pipe was never full yet
};

inline constexpr std::size_t phase_count = 7;

using Move = Transition<Phase, Input>;

//= STT-RECOVERY-034
inline constexpr std::array transitions{
    Move{Phase::startup, Input::pipe_full, Phase::drain},
    Move{Phase::drain, Input::drained, Phase::down},
    Move{Phase::down, Input::drained, Phase::cruise},
    Move{Phase::down, Input::probe_due, Phase::refill},
    Move{Phase::cruise, Input::probe_due, Phase::refill},
    Move{Phase::refill, Input::round_over, Phase::up},
    Move{Phase::refill, Input::probe_over, Phase::down},
    Move{Phase::up, Input::probe_over, Phase::down},

    Move{Phase::startup, Input::minimum_stale, Phase::probe_rtt},
    Move{Phase::drain, Input::minimum_stale, Phase::probe_rtt},
    Move{Phase::down, Input::minimum_stale, Phase::probe_rtt},
    Move{Phase::cruise, Input::minimum_stale, Phase::probe_rtt},
    Move{Phase::refill, Input::minimum_stale, Phase::probe_rtt},
    Move{Phase::up, Input::minimum_stale, Phase::probe_rtt},
    Move{Phase::probe_rtt, Input::minimum_renewed, Phase::down},
    Move{Phase::probe_rtt, Input::minimum_renewed_unfull, Phase::startup},
};

constexpr std::optional<Phase> next(Phase phase, Input input) {
  return find_next(transitions, phase, input);
}

// In percent: of the bandwidth, how fast to send; of the bandwidth-delay product, how much may be
// in flight. 277 = 4 ln 2 doubles the rate each round trip.
struct Gains {
  std::uint64_t pacing = 0;
  std::uint64_t window = 0;
};
inline constexpr std::array<Gains, phase_count> gains_of_phase{
    Gains{277, 200}, Gains{50, 200},  Gains{90, 200}, Gains{100, 200},
    Gains{100, 200}, Gains{125, 225}, Gains{100, 50},
};
constexpr const Gains& gains(Phase phase) {
  return gains_of_phase[static_cast<std::size_t>(phase)];
}

// The sender looks for more bandwidth; loss then bounds what it found.
constexpr bool is_probing(Phase phase) {
  return phase == Phase::refill || phase == Phase::up;
}

namespace detail {

// One answer per pair; every phase is reached and left, startup too, so is_sound() does not fit.
constexpr bool table_is_sound() {
  for (const Move& a : transitions) {
    const auto answers = std::ranges::count_if(
        transitions, [&](const Move& b) { return a.state == b.state && a.input == b.input; });
    if (answers != 1) return false;
  }
  for (std::size_t i = 0; i < phase_count; ++i) {
    const auto phase = static_cast<Phase>(i);
    if (std::ranges::none_of(transitions, [&](const auto& each) { return each.state == phase; }) ||
        std::ranges::none_of(transitions, [&](const auto& each) { return each.next == phase; })) {
      return false;
    }
  }
  return true;
}

}  // namespace detail

static_assert(detail::table_is_sound());

}  // namespace stt::recovery::bbr

#include <simulator/inspect/difference.hpp>

#include <algorithm>

namespace stt::sim {

std::optional<Difference> first_difference(const std::vector<Checkpoint>& a,
                                           const std::vector<Checkpoint>& b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a == a.end() && in_b == b.end()) return std::nullopt;
  const std::uint64_t agreed = in_a == a.begin() ? 0 : std::prev(in_a)->events;
  // Where the checkpoints lie apart, the nearer one bounds the difference; where one run has ended
  // it has no next event.
  std::uint64_t last =
      std::max(in_a == a.end() ? 0 : in_a->events, in_b == b.end() ? 0 : in_b->events);
  if (in_a != a.end() && in_b != b.end()) last = std::max(in_a->events, in_b->events);
  return Difference{{agreed + 1, last}, {}, {}};
}

std::optional<Difference> first_difference(const Scenario& a, const Scenario& b) {
  const auto rough = first_difference(checkpoints_of(a, checkpoint_interval),
                                      checkpoints_of(b, checkpoint_interval));
  if (!rough) return std::nullopt;
  const std::vector<std::string> in_a = events_of(a, rough->events);
  const std::vector<std::string> in_b = events_of(b, rough->events);
  const auto [at_a, at_b] = std::ranges::mismatch(in_a, in_b);
  const std::uint64_t event = rough->events.first + static_cast<std::uint64_t>(at_a - in_a.begin());
  return Difference{{event, event},
                    at_a == in_a.end() ? std::string() : *at_a,
                    at_b == in_b.end() ? std::string() : *at_b};
}

std::optional<Difference> first_difference(std::istream& a, std::istream& b) {
  for (std::uint64_t event = 1;; ++event) {
    std::string in_a;
    std::string in_b;
    const bool has_a = static_cast<bool>(std::getline(a, in_a));
    const bool has_b = static_cast<bool>(std::getline(b, in_b));
    if (!has_a && !has_b) return std::nullopt;
    if (has_a != has_b || in_a != in_b) return Difference{{event, event}, in_a, in_b};
  }
}

}  // namespace stt::sim

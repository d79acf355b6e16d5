#include <simulator/hosts/seeded_random.hpp>

namespace stt::sim {

Result<void> SeededRandom::fill(std::string_view label, MutableByteView out) {
  auto found = by_label_.find(label);
  if (found == by_label_.end()) {
    const std::string purpose = "node." + std::string(label);
    found = by_label_.emplace(std::string(label), Draws(seed_, entity_, purpose)).first;
  }
  found->second.fill(out);
  return {};
}

}  // namespace stt::sim

// What the checkers found. One is enough: the world ends at the first.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <stt/base/time.hpp>

namespace stt::sim {

struct Violation {
  Instant at{};
  std::string what;
};

// What is wrong, in words; nothing if all is well.
using Complaint = std::optional<std::string>;

class Violations {
 public:
  void add(Instant at, std::string what) { found_.push_back({at, std::move(what)}); }
  bool any() const { return !found_.empty(); }
  const std::vector<Violation>& found() const { return found_; }

 private:
  std::vector<Violation> found_;
};

}  // namespace stt::sim

// Everything that happens in a world, a line of JSON each, for people and scripts.
#pragma once

#include <ostream>

#include <simulator/engine/observation.hpp>

namespace stt::sim {

//   {"t_ns":1500000,"entity":0,"kind":"sent","number":1,"bytes":"5354..."}
class JsonTrace final : public Observer {
 public:
  // `out` outlives it.
  explicit JsonTrace(std::ostream& out) : out_(out) {}
  void observe(const Observation& observation) override;

 private:
  std::ostream& out_;
};

}  // namespace stt::sim

#include <simulator/trace/json_trace.hpp>

#include <stt/base/hex.hpp>

namespace stt::sim {

void JsonTrace::observe(const Observation& observation) {
  out_ << R"({"t_ns":)" << observation.at.time_since_epoch().count() << R"(,"entity":)"
       << observation.entity.value() << R"(,"kind":")" << name(observation.kind) << R"(","number":)"
       << observation.number;
  if (!observation.bytes.empty()) out_ << R"(,"bytes":")" << to_hex(observation.bytes) << '"';
  out_ << "}\n";
}

}  // namespace stt::sim

#include <simulator/trace/trace_hashes.hpp>

#include <simulator/scenario/swarm.hpp>
#include <simulator/world.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {

std::string trace_hash(std::uint64_t seed) {
  return to_hex(run(draw_scenario(seed)).trace);
}

std::string trace_hashes_json() {
  std::string json =
      "{\n  \"description\": \"Trace hashes of drawn worlds; written by `stt sim "
      "trace-hashes`.\",\n"
      "  \"seeds\": [\n";
  for (std::uint64_t seed = 1; seed <= trace_hash_seeds; ++seed) {
    json += "    {\"seed\": " + std::to_string(seed) + ", \"trace\": \"" + trace_hash(seed) + "\"}";
    json += seed < trace_hash_seeds ? ",\n" : "\n";
  }
  return json + "  ]\n}\n";
}

}  // namespace stt::sim

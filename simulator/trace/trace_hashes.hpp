// The trace hashes of a few seeds, as committed in vectors/trace-hashes.json: every compiler and
// every optimisation has to get the same ones.
#pragma once

#include <cstdint>
#include <string>

namespace stt::sim {

inline constexpr std::uint64_t trace_hash_seeds = 20;  // 1 to this

// The hash of the world of a seed, as 64 hexadecimal digits.
std::string trace_hash(std::uint64_t seed);

// The whole file, computed now.
std::string trace_hashes_json();

}  // namespace stt::sim

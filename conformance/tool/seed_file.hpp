// Seed files: what `stt keygen` writes and every --seed-file and --node-seed-file reads.
//
// A seed file is either text, exactly 64 lower- or upper-case hexadecimal digits and at most one
// newline (32 bytes, what keygen writes), or anything else of 32 bytes to 64 KiB, taken as it is.
// A file of 64 digits is therefore always read as hexadecimal.
#pragma once

#include <optional>
#include <string>

#include <stt/base/bytes.hpp>
#include <stt/base/secret.hpp>

namespace stt::tool {

inline constexpr std::size_t seed_file_bytes_max = 65'536;

// The bytes of a seed, wiped when destroyed.
struct Seed {
  Bytes bytes;

  Seed() = default;
  explicit Seed(Bytes taken) : bytes(std::move(taken)) {}
  Seed(Seed&&) = default;
  Seed& operator=(Seed&& other) noexcept {
    bytes.swap(other.bytes);
    return *this;
  }
  ~Seed() { wipe(bytes); }
};

// What the contents of a seed file mean; nothing if they are too short.
std::optional<Seed> parse_seed(ByteView contents);

struct SeedFile {
  std::optional<Seed> seed;
  std::string problem;  // what was wrong and what to do, if there is no seed
};

// Refuses a file that others than its owner may read, unless `allow_readable`.
SeedFile read_seed_file(const std::string& path, bool allow_readable);

}  // namespace stt::tool

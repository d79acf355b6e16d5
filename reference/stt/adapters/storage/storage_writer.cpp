// storage_writer FOLDER SEED: stores and removes for ever, and says on standard output what it is
// about to do and what was acknowledged, one line each, for storage_kills to compare:
//
//   S ADDRESS...   about to store these, in one call
//   R ADDRESS      about to remove this
//   A              acknowledged
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <stt/adapters/storage/disk_storage.hpp>
#include <stt/base/hex.hpp>
#include <stt/crypto/system_random.hpp>

namespace stt::adapters {
namespace {

using primitives::ObjectAddress;

constexpr std::array<std::uint64_t, 4> sizes_max{200, 5'000, 20'000, 150'000};
constexpr std::uint64_t batch_max = 6;
constexpr std::uint64_t kept_max = 20;  // of this run; older ones are removed

// Numbers that follow from the seed (splitmix64).
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  Bytes bytes() {
    Bytes out(below(sizes_max[below(sizes_max.size())]) + sizeof(std::uint64_t));
    for (std::byte& byte : out) byte = static_cast<std::byte>(next() & 0xFF);
    return out;
  }

 private:
  std::uint64_t state_;
};

// In one write, so that a kill leaves whole lines.
void say(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::exit(EXIT_FAILURE);
}

[[noreturn]] void give_up(Errc code) {
  std::fprintf(stderr, "storage_writer: %s\n", std::string(name(code)).c_str());
  std::exit(EXIT_FAILURE);
}

void store(DiskStorage& storage, Numbers& numbers, std::vector<ObjectAddress>& kept) {
  std::vector<Bytes> objects(numbers.below(batch_max) + 1);
  std::string line = "S";
  for (Bytes& object : objects) {
    object = numbers.bytes();
    kept.push_back(primitives::address_of(object));
    line += " " + to_hex(kept.back().bytes);
  }
  const std::vector<ByteView> views(objects.begin(), objects.end());
  say(line + "\n");
  if (const auto result = storage.store_all(views); !result) give_up(result.error());
  say("A\n");
}

void remove(DiskStorage& storage, const ObjectAddress& address) {
  say("R " + to_hex(address.bytes) + "\n");
  if (const auto result = storage.remove(address); !result) give_up(result.error());
  say("A\n");
}

int write_for_ever(const std::string& folder, std::uint64_t seed) {
  Numbers numbers(seed);
  crypto::SystemRandom random;
  const auto storage = DiskStorage::open({.folder = folder}, crypto::Key(), random);
  if (!storage) give_up(storage.error());
  std::vector<ObjectAddress> kept;
  for (;;) {
    store(**storage, numbers, kept);
    while (kept.size() > kept_max) {
      const auto at = kept.begin() + static_cast<std::ptrdiff_t>(numbers.below(kept.size()));
      remove(**storage, *at);
      kept.erase(at);
    }
  }
}

}  // namespace
}  // namespace stt::adapters

int main(int argc, char** argv) {
  if (argc != 3) return EXIT_FAILURE;
  return stt::adapters::write_for_ever(argv[1], std::strtoull(argv[2], nullptr, 10));
}

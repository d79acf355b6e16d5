#include <conformance/tool/seed_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <stt/crypto/identity.hpp>

namespace stt::tool {
namespace {

constexpr std::size_t hex_digits = 64;

std::optional<unsigned> digit(std::byte byte) {
  const auto c = std::to_integer<unsigned char>(byte);
  if (c >= '0' && c <= '9') return c - unsigned{'0'};
  if (c >= 'a' && c <= 'f') return c - unsigned{'a'} + 10;
  if (c >= 'A' && c <= 'F') return c - unsigned{'A'} + 10;
  return std::nullopt;
}

std::optional<Seed> parse_hex(ByteView text) {
  if (text.size() == hex_digits + 1 && text.back() == std::byte{'\n'}) {
    text = text.first<hex_digits>();
  }
  if (text.size() != hex_digits) return std::nullopt;
  Seed seed{Bytes(hex_digits / 2)};
  for (std::size_t i = 0; i < hex_digits; i += 2) {
    const auto high = digit(text[i]);
    const auto low = digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    seed.bytes[i / 2] = static_cast<std::byte>(*high << 4 | *low);
  }
  return seed;
}

SeedFile refused(const std::string& path, const std::string& problem) {
  return {std::nullopt, "seed file " + path + ": " + problem};
}

// Everything in `descriptor`, up to one byte over the limit; errno is set on failure.
std::optional<Seed> slurp(int descriptor) {
  Seed contents{Bytes(seed_file_bytes_max + 1)};
  std::size_t size = 0;
  while (size < contents.bytes.size()) {
    const ssize_t got =
        ::read(descriptor, contents.bytes.data() + size, contents.bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  contents.bytes.resize(size);
  return contents;
}

}  // namespace

std::optional<Seed> parse_seed(ByteView contents) {
  if (auto seed = parse_hex(contents)) return seed;
  if (contents.size() < crypto::seed_bytes_min) return std::nullopt;
  return Seed{to_bytes(contents)};
}

SeedFile read_seed_file(const std::string& path, bool allow_readable) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    std::string problem = std::string("cannot open it: ") + std::strerror(errno) + ".";
    if (errno == ENOENT) problem += " Make one with: stt keygen --out " + path;
    return refused(path, problem);
  }
  struct stat status{};
  const bool known = ::fstat(descriptor, &status) == 0;
  std::optional<Seed> contents;
  if (known && S_ISREG(status.st_mode)) contents = slurp(descriptor);
  const int read_error = errno;
  ::close(descriptor);
  if (!known || !S_ISREG(status.st_mode)) return refused(path, "it is not a regular file.");
  if (!contents) {
    return refused(path, std::string("cannot read it: ") + std::strerror(read_error) + ".");
  }
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0 && !allow_readable) {
    return refused(path, "others may read it, so it may not be secret. Repair: chmod 600 " + path +
                             " (or say --allow-readable-seed).");
  }
  if (contents->bytes.size() > seed_file_bytes_max) {
    return refused(path, "it is longer than 64 KiB: this is no seed.");
  }
  auto seed = parse_seed(contents->bytes);
  if (!seed) {
    return refused(path, "it has fewer than 32 bytes. Make one with: stt keygen --out FILE");
  }
  return {std::move(seed), {}};
}

}  // namespace stt::tool

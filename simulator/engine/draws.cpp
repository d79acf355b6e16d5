#include <simulator/engine/draws.hpp>

#include <Random123/philox.h>
#include <stt/base/assert.hpp>
#include <stt/crypto/kdf.hpp>

namespace stt::sim {
namespace {

constexpr std::size_t block_bytes = 16;

ByteArray<8> big_endian(std::uint64_t value) {
  ByteArray<8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(value >> (56 - 8 * i));
  return bytes;
}

std::byte byte_of(const std::array<std::uint64_t, 2>& block, std::size_t index) {
  return static_cast<std::byte>(block[index / 8] >> (8 * (index % 8)));
}

}  // namespace

Draws::Draws(std::uint64_t seed, std::uint64_t entity, std::string_view purpose) {
  const crypto::Digest digest = crypto::hash(
      {as_bytes("simulator draws"), big_endian(seed), big_endian(entity), as_bytes(purpose)});
  for (std::size_t i = 0; i < 8; ++i) key_ = key_ << 8 | std::to_integer<std::uint64_t>(digest[i]);
  for (std::size_t i = 8; i < 12; ++i) {
    stream_ = stream_ << 8 | std::to_integer<std::uint32_t>(digest[i]);
  }
}

// Counter words: 64 bits of position, 32 of the consumer (beyond the 64 of the key), and one that
// keeps next(), fill_at() and what is drawn for a place apart.
Draws::Block Draws::block(std::uint64_t counter, std::uint32_t half) const {
  const r123::Philox4x32::ctr_type words{{static_cast<std::uint32_t>(counter),
                                          static_cast<std::uint32_t>(counter >> 32), stream_,
                                          half}};
  const r123::Philox4x32::key_type key{
      {static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)}};
  const r123::Philox4x32::ctr_type out = r123::Philox4x32{}(words, key);
  return {std::uint64_t{out[1]} << 32 | out[0], std::uint64_t{out[3]} << 32 | out[2]};
}

std::uint64_t Draws::next() {
  if (second_half_) {
    second_half_ = false;
    return current_[1];
  }
  current_ = block(counter_++, 0);
  second_half_ = true;
  return current_[0];
}

std::uint64_t Draws::below(std::uint64_t bound) {
  STT_ASSERT(bound > 0);
  const std::uint64_t uneven = (0 - bound) % bound;  // 2^64 mod bound
  while (true) {
    const std::uint64_t value = next();
    if (value >= uneven) return value % bound;
  }
}

std::uint64_t Draws::between(std::uint64_t low, std::uint64_t high) {
  STT_ASSERT(low <= high);
  const std::uint64_t span = high - low + 1;
  return span == 0 ? next() : low + below(span);
}

bool Draws::chance(Ppm probability) {
  return below(ppm_always) < probability;
}

bool Draws::chance_at(std::uint64_t position, Ppm probability) const {
  if (probability == 0) return false;
  // The remainder favours small numbers by less than 2^-44.
  return block(position, 2)[0] % ppm_always < probability;
}

std::uint64_t Draws::between_at(std::uint64_t position, std::uint64_t low,
                                std::uint64_t high) const {
  STT_ASSERT(low <= high);
  const std::uint64_t value = block(position, 2)[1];
  const std::uint64_t span = high - low + 1;
  return span == 0 ? value : low + value % span;
}

void Draws::fill(MutableByteView out) {
  Block words{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) words[0] = next();
    out[i] = byte_of(words, i % 8);
  }
}

void Draws::fill_at(std::uint64_t position, MutableByteView out) const {
  std::uint64_t counter = position / block_bytes;
  std::size_t within = position % block_bytes;
  for (std::size_t i = 0; i < out.size();) {
    const Block words = block(counter++, 1);
    for (; within < block_bytes && i < out.size(); ++within, ++i) out[i] = byte_of(words, within);
    within = 0;
  }
}

}  // namespace stt::sim

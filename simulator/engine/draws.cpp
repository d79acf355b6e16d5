#include <simulator/engine/draws.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

#include <Random123/philox.h>
#include <stt/base/assert.hpp>
#include <stt/crypto/kdf.hpp>

namespace stt::sim {
namespace {

static_assert(std::endian::native == std::endian::little, "the same bytes on every machine");

constexpr std::size_t word_bytes = 8;
constexpr std::uint64_t golden_ratio = 0x9E37'79B9'7F4A'7C15;  // of 2^64

__extension__ using Wide = unsigned __int128;

// Wyrand's step: neighbouring numbers give words that have nothing in common. Costs a twentieth of
// Philox, and is good enough for what decides nothing.
std::uint64_t scattered(std::uint64_t number) {
  const Wide product = Wide{number} * (number ^ 0xE703'7ED1'A0B4'28DB);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

ByteArray<8> big_endian(std::uint64_t value) {
  ByteArray<8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(value >> (56 - 8 * i));
  return bytes;
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
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i, word >>= 8) {
    if (i % word_bytes == 0) word = next();
    out[i] = static_cast<std::byte>(word);
  }
}

void Draws::fill_at(std::uint64_t position, MutableByteView out) const {
  const std::uint64_t start = block(0, 1)[0];
  std::uint64_t number = position / word_bytes;
  const std::size_t skipped = position % word_bytes;
  std::size_t filled = 0;
  if (skipped != 0) {
    const std::uint64_t word = scattered(start + number++ * golden_ratio) >> (8 * skipped);
    filled = std::min(out.size(), word_bytes - skipped);
    for (std::size_t i = 0; i < filled; ++i) out[i] = static_cast<std::byte>(word >> (8 * i));
  }
  for (; out.size() - filled >= word_bytes; filled += word_bytes) {
    const std::uint64_t word = scattered(start + number++ * golden_ratio);
    std::memcpy(out.data() + filled, &word, word_bytes);
  }
  std::uint64_t last = scattered(start + number * golden_ratio);
  for (; filled < out.size(); ++filled, last >>= 8) out[filled] = static_cast<std::byte>(last);
}

}  // namespace stt::sim

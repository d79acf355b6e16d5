#include <simulator/trace/trace.hpp>

#include <bit>

#define XXH_INLINE_ALL  // at our own optimisation, which halves what it costs
#include <xxhash.h>

#include <stt/wire/writer.hpp>

namespace stt::sim {
namespace {

constexpr std::size_t record_bytes_max = 1 + 4 * 10 + sizeof(XXH128_canonical_t);
constexpr std::size_t waiting_bytes_max = 4'096;

ByteArray<sizeof(XXH128_canonical_t)> canonical(XXH128_hash_t hash) {
  XXH128_canonical_t bytes{};
  XXH128_canonicalFromHash(&bytes, hash);
  return std::bit_cast<ByteArray<sizeof bytes>>(bytes);
}

}  // namespace

struct Trace::State : XXH3_state_t {};

void Trace::Free::operator()(State* state) const {
  delete state;
}

Trace::Trace() : records_(new State), waiting_(waiting_bytes_max) {
  XXH3_128bits_reset(records_.get());
}

void Trace::observe(const Observation& observation) {
  if (waiting_.size() - waiting_bytes_ < record_bytes_max) hash_waiting();
  wire::Writer record(MutableByteView(waiting_).subspan(waiting_bytes_));
  record.u8(static_cast<std::uint8_t>(observation.kind));
  record.varint(static_cast<std::uint64_t>((observation.at - last_at_).count()));
  record.varint(observation.entity.value());
  record.varint(observation.number);
  record.varint(observation.bytes.size());
  if (!observation.bytes.empty()) {
    record.bytes(canonical(XXH3_128bits(observation.bytes.data(), observation.bytes.size())));
  }
  waiting_bytes_ += record.size();
  last_at_ = observation.at;
}

void Trace::hash_waiting() {
  XXH3_128bits_update(records_.get(), waiting_.data(), waiting_bytes_);
  waiting_bytes_ = 0;
}

crypto::Digest Trace::digest() {
  hash_waiting();
  return crypto::hash(
      {as_bytes("simulator trace"), canonical(XXH3_128bits_digest(records_.get()))});
}

}  // namespace stt::sim

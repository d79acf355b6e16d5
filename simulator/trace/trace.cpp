#include <simulator/trace/trace.hpp>

#include <bit>

#include <xxhash.h>

#include <stt/wire/writer.hpp>

namespace stt::sim {
namespace {

constexpr std::size_t buffer_bytes = 8U << 10;
constexpr std::size_t record_bytes_max = 1 + 4 * 10 + sizeof(XXH128_canonical_t);

ByteArray<sizeof(XXH128_canonical_t)> digest_of(ByteView bytes) {
  XXH128_canonical_t canonical{};
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return std::bit_cast<ByteArray<sizeof canonical>>(canonical);
}

}  // namespace

Trace::Trace() : pending_(buffer_bytes) {}

void Trace::observe(const Observation& observation) {
  if (buffer_bytes - pending_bytes_ < record_bytes_max) {
    chain_ = chained();
    pending_bytes_ = 0;
  }
  wire::Writer record(MutableByteView(pending_).subspan(pending_bytes_));
  record.u8(static_cast<std::uint8_t>(observation.kind));
  record.varint(static_cast<std::uint64_t>((observation.at - last_at_).count()));
  record.varint(observation.entity.value());
  record.varint(observation.number);
  record.varint(observation.bytes.size());
  if (!observation.bytes.empty()) {
    record.bytes(digest_of(observation.bytes));
  }
  pending_bytes_ += record.size();
  last_at_ = observation.at;
}

crypto::Digest Trace::digest() const {
  return chained();
}

crypto::Digest Trace::chained() const {
  return crypto::hash(
      {as_bytes("simulator trace"), chain_, ByteView(pending_).first(pending_bytes_)});
}

}  // namespace stt::sim

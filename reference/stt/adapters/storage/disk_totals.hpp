// What a storage on disk knows of itself: one record, written with each commit. It says whether the
// storage key is the right one, and what the leaves of the database must hold.
//
//   bytes | field
//   ------|--------------------------------------------------------------------------------
//   4     | "STTS"
//   1     | version of the layout: 1
//   24    | nonce, random
//   48    | sealed: objects u64, bytes of all records u64, exclusive or of all names
//   16    | its tag; key KDF(storage key, "totals"), associated data: the first 5 bytes
//   32    | SHA3-256 of all before: tells damage from another key
#pragma once

#include <stt/base/random.hpp>
#include <stt/crypto/kdf.hpp>
#include <stt/primitives/storage.hpp>

namespace stt::adapters {

inline constexpr std::size_t totals_bytes = 125;

struct DiskTotals {
  primitives::StorageTotals storage;
  primitives::RecordName names_xor{};

  void add(const primitives::RecordName& name, std::uint64_t record_bytes);
  void remove(const primitives::RecordName& name, std::uint64_t record_bytes);

  friend bool operator==(const DiskTotals&, const DiskTotals&) = default;
};

// Holds its key, wiped with it. Safe to use from several threads at a time.
class TotalsSealer {
 public:
  explicit TotalsSealer(const crypto::Key& storage_key)
      : key_(crypto::kdf(storage_key, "totals")) {}

  // base.random_failed.
  Result<ByteArray<totals_bytes>> seal(const DiskTotals& totals, Random& random) const;
  // storage.corrupt, storage.version_unknown, storage.wrong_key.
  Result<DiskTotals> open(ByteView record) const;

 private:
  crypto::Key key_;
};

}  // namespace stt::adapters

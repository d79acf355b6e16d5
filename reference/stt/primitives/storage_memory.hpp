// A BinaryStorage in memory: the same records as on disk, gone with the object.
#pragma once

#include <map>

#include <stt/primitives/storage_record.hpp>

namespace stt::primitives {

// For one thread at a time.
class MemoryStorage final : public BinaryStorage {
 public:
  // `capacity_bytes` bounds what all records take. `random` outlives the storage.
  MemoryStorage(const crypto::Key& storage_key, std::uint64_t capacity_bytes, Random& random)
      : sealer_(storage_key), capacity_bytes_(capacity_bytes), random_(random) {}

  // Also base.random_failed.
  Result<std::vector<ObjectAddress>> store_all(std::span<const ByteView> objects) override;
  Result<Bytes> retrieve(const ObjectAddress& address) override;
  Result<std::uint64_t> size_of(const ObjectAddress& address) override;
  Result<void> remove(const ObjectAddress& address) override;
  Result<Listing> list(std::optional<RecordName> after, std::size_t count_max) override;
  Result<StorageTotals> totals() override { return totals_; }

 private:
  using Records = std::map<RecordName, Bytes>;

  // The records of those objects that are not there yet.
  Result<Records> sealed(std::span<const NamedObject> objects);

  RecordSealer sealer_;
  std::uint64_t capacity_bytes_;
  Random& random_;
  Records records_;
  StorageTotals totals_;
};

}  // namespace stt::primitives

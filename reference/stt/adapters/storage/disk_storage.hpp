// A BinaryStorage on disk, in an LMDB database that survives the death of its process and the loss
// of power at any moment: what is acknowledged is synced.
#pragma once

#include <memory>
#include <string>

#include <stt/base/random.hpp>
#include <stt/crypto/kdf.hpp>
#include <stt/primitives/storage.hpp>

namespace stt::adapters {

struct DiskStorageConfig {
  std::string folder;  // made if it is missing; the folder above it is not. On a local disk.
  // Bounds what all records take (STT-STORAGE-016). The file may take four times that: records
  // fill whole pages, and a change needs pages before it frees others.
  std::uint64_t capacity_bytes = std::uint64_t{1} << 40;
};

// Safe to use from several threads at a time; several processes may have the same folder open, each
// once. Readers see whole commits and wait for nobody; writers take turns. A call blocks on the
// disk. Every call can fail with storage.disk_failed, and if the database had to be opened again
// after that, as open() can; a removal with storage.disk_full too, because it writes.
class DiskStorage final : public primitives::BinaryStorage {
 public:
  // Checks the structure of the database: takes time in proportion to the number of objects, some
  // tenth of a second for a million. `random` outlives the storage, and is safe to use from several
  // threads. storage.wrong_key, .corrupt, .version_unknown, .in_use, .no_access, .disk_full,
  // .disk_failed, base.random_failed.
  static Result<std::unique_ptr<DiskStorage>> open(const DiskStorageConfig& config,
                                                   const crypto::Key& storage_key, Random& random);
  ~DiskStorage() override;

  // Synced to the drive when it returns. Bytes that are there, but damaged, are stored again.
  // Also storage.disk_full, base.random_failed.
  Result<std::vector<primitives::ObjectAddress>> store_all(
      std::span<const ByteView> objects) override;
  // Also storage.too_many_readers, as all that only read.
  Result<Bytes> retrieve(const primitives::ObjectAddress& address) override;
  Result<std::uint64_t> size_of(const primitives::ObjectAddress& address) override;
  // What is removed stays on the disk, sealed, until its pages are used again.
  Result<void> remove(const primitives::ObjectAddress& address) override;
  Result<primitives::Listing> list(std::optional<primitives::RecordName> after,
                                   std::size_t count_max) override;
  Result<primitives::StorageTotals> totals() override;

 private:
  struct State;

  explicit DiskStorage(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace stt::adapters

// BinaryStorage: buckets of bytes, known by the hash of what is in them. It keeps the same bytes
// once, seals them, and knows neither names nor types (docs/spec/primitives.md).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <stt/base/bytes.hpp>
#include <stt/base/result.hpp>

namespace stt::primitives {

// SHA3-256 of the bytes of an object.
struct ObjectAddress {
  ByteArray<32> bytes{};

  friend auto operator<=>(const ObjectAddress&, const ObjectAddress&) = default;
};

//= STT-STORAGE-001
ObjectAddress address_of(ByteView object);

// What a record stands under; tells nothing to those without the storage key.
using RecordName = ByteArray<32>;

struct StoredObject {
  ObjectAddress address;
  std::uint64_t bytes = 0;

  friend bool operator==(const StoredObject&, const StoredObject&) = default;
};

// One piece of a listing.
struct Listing {
  std::vector<StoredObject> objects;
  std::uint64_t damaged = 0;       // records passed over, because they do not open
  std::optional<RecordName> last;  // where the next piece goes on; nothing at the end
};

struct StorageTotals {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;  // of all records: of the objects, and 88 for each

  friend bool operator==(const StorageTotals&, const StorageTotals&) = default;
};

// What fails changes nothing. The errors that every storage can answer stand here; one on disk
// adds those of its disk.
class BinaryStorage {
 public:
  virtual ~BinaryStorage() = default;

  // Stores all objects or none. When it returns they will outlive whatever the storage promises to
  // outlive. Addresses in the order of the objects. storage.too_large, storage.full.
  //= STT-STORAGE-014
  virtual Result<std::vector<ObjectAddress>> store_all(std::span<const ByteView> objects) = 0;
  Result<ObjectAddress> store(ByteView object);

  // The bytes, verified against their address. storage.not_found, storage.object_damaged.
  virtual Result<Bytes> retrieve(const ObjectAddress& address) = 0;

  // Size of the object in bytes, without opening it. storage.not_found, storage.object_damaged.
  virtual Result<std::uint64_t> size_of(const ObjectAddress& address) = 0;

  // Also of a damaged object. storage.not_found.
  virtual Result<void> remove(const ObjectAddress& address) = 0;

  // Up to `count_max` (at least 1) records, in an order that tells nothing, from behind `after` on.
  // An object that is stored or removed while a listing goes on may be in it or not.
  virtual Result<Listing> list(std::optional<RecordName> after, std::size_t count_max) = 0;

  virtual Result<StorageTotals> totals() = 0;
};

}  // namespace stt::primitives

// How an object stands in a storage: sealed, under a name that tells nothing.
//
//   bytes | field
//   ------|-----------------------------------------------------------------------------
//   24    | nonce, random
//   32    | the address, sealed with KDF(storage key, "address")
//   16    | its tag; associated data "STT-1 address" | name
//   n     | the object, sealed with KDF(storage key, "object")
//   16    | its tag; associated data "STT-1 object" | address
//
// The address is sealed apart, so that a listing need not open the objects.
#pragma once

#include <stt/base/random.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/primitives/storage.hpp>

namespace stt::primitives {

inline constexpr std::size_t record_overhead_bytes = 88;

constexpr std::uint64_t record_bytes(std::uint64_t object_bytes) {
  return object_bytes + record_overhead_bytes;
}

// An object on its way into a storage; borrows its bytes.
struct NamedObject {
  ByteView bytes;
  ObjectAddress address;
  RecordName name{};
};

// Seals and opens the records of one storage key. Holds its keys, wiped with it. Safe to use from
// several threads at a time.
class RecordSealer {
 public:
  explicit RecordSealer(const crypto::Key& storage_key);

  RecordName name_of(const ObjectAddress& address) const;
  NamedObject named(ByteView object) const;
  // storage.too_large for more than one call may store.
  Result<std::vector<NamedObject>> named(std::span<const ByteView> objects) const;

  // Fills `record`, of exactly record_bytes(object.bytes.size()).
  void seal(const NamedObject& object, crypto::Nonce nonce, MutableByteView record) const;

  // Whose record this is. storage.object_damaged.
  Result<StoredObject> identify(const RecordName& name, ByteView record) const;

  // The object of a record, of which the hash is verified. storage.object_damaged.
  Result<Bytes> open(const ObjectAddress& address, ByteView record) const;

  // Whether `record` is whole and the object's: what a second storing must know.
  bool holds(const NamedObject& object, ByteView record) const;

 private:
  crypto::Key storage_key_;
  crypto::Key address_key_;
  crypto::Key object_key_;
};

}  // namespace stt::primitives

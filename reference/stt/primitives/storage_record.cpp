#include <stt/primitives/storage_record.hpp>

#include <stt/base/assert.hpp>
#include <stt/crypto/sha3.hpp>
#include <stt/primitives/limits.hpp>
#include <stt/wire/writer.hpp>

namespace stt::primitives {
namespace {

constexpr std::size_t address_bytes = 32;
static_assert(record_overhead_bytes == crypto::nonce_bytes + address_bytes + 2 * crypto::tag_bytes);

constexpr std::string_view address_label = "STT-1 address";
constexpr std::string_view object_label = "STT-1 object";

// The parts of a record; View is ByteView or MutableByteView.
template <class View>
struct Parts {
  explicit Parts(View record)
      : nonce(record.subspan(0, crypto::nonce_bytes)),
        address(record.subspan(crypto::nonce_bytes, address_bytes)),
        address_tag(record.subspan(crypto::nonce_bytes + address_bytes, crypto::tag_bytes)),
        object(record.subspan(record_overhead_bytes - crypto::tag_bytes,
                              record.size() - record_overhead_bytes)),
        object_tag(record.last(crypto::tag_bytes)) {}

  View nonce;
  View address;
  View address_tag;
  View object;
  View object_tag;
};

// label | 32 bytes.
template <std::size_t N>
struct Associated {
  Associated(std::string_view label, const ByteArray<32>& bound) {
    STT_ASSERT(label.size() == N);
    wire::Writer writer(bytes);
    writer.bytes(as_bytes(label));
    writer.bytes(bound);
  }

  ByteArray<N + 32> bytes{};
};
using AssociatedWithName = Associated<address_label.size()>;
using AssociatedWithAddress = Associated<object_label.size()>;

}  // namespace

//= STT-STORAGE-010
RecordSealer::RecordSealer(const crypto::Key& storage_key)
    : storage_key_(storage_key),
      address_key_(crypto::kdf(storage_key, "address")),
      object_key_(crypto::kdf(storage_key, "object")) {}

//= STT-STORAGE-005
RecordName RecordSealer::name_of(const ObjectAddress& address) const {
  const crypto::Key derived = crypto::kdf(storage_key_, "index", {address.bytes});
  RecordName name{};
  std::ranges::copy(derived.view(), name.begin());
  return name;
}

NamedObject RecordSealer::named(ByteView object) const {
  const ObjectAddress address = address_of(object);
  return {object, address, name_of(address)};
}

//= STT-STORAGE-015
Result<std::vector<NamedObject>> RecordSealer::named(std::span<const ByteView> objects) const {
  if (objects.size() > store_objects_max) return fail(Errc::store_too_large);
  std::uint64_t room = store_bytes_max;
  for (const ByteView object : objects) {
    if (object.size() > room) return fail(Errc::store_too_large);
    room -= object.size();
  }
  std::vector<NamedObject> out;
  out.reserve(objects.size());
  for (const ByteView object : objects) out.push_back(named(object));
  return out;
}

//= STT-STORAGE-002
//= STT-STORAGE-011
void RecordSealer::seal(const NamedObject& object, crypto::Nonce nonce,
                        MutableByteView record) const {
  STT_ASSERT(record.size() == record_bytes(object.bytes.size()));
  const Parts<MutableByteView> parts(record);
  std::ranges::copy(nonce, parts.nonce.begin());
  std::ranges::copy(object.address.bytes, parts.address.begin());
  std::ranges::copy(object.bytes, parts.object.begin());
  crypto::Aead(address_key_)
      .seal(nonce, AssociatedWithName(address_label, object.name).bytes, parts.address,
            parts.address_tag);
  crypto::Aead(object_key_)
      .seal(nonce, AssociatedWithAddress(object_label, object.address.bytes).bytes, parts.object,
            parts.object_tag);
}

Result<StoredObject> RecordSealer::identify(const RecordName& name, ByteView record) const {
  if (record.size() < record_overhead_bytes) return fail(Errc::object_damaged);
  const Parts<ByteView> parts(record);
  StoredObject out{.address = {}, .bytes = parts.object.size()};
  std::ranges::copy(parts.address, out.address.bytes.begin());
  const auto opened = crypto::Aead(address_key_)
                          .open(parts.nonce.first<crypto::nonce_bytes>(),
                                AssociatedWithName(address_label, name).bytes, out.address.bytes,
                                parts.address_tag);
  if (!opened) return fail(Errc::object_damaged);
  return out;
}

//= STT-STORAGE-004
//= STT-STORAGE-012
Result<Bytes> RecordSealer::open(const ObjectAddress& address, ByteView record) const {
  if (record.size() < record_overhead_bytes) return fail(Errc::object_damaged);
  const Parts<ByteView> parts(record);
  Bytes object = to_bytes(parts.object);
  const auto opened =
      crypto::Aead(object_key_)
          .open(parts.nonce.first<crypto::nonce_bytes>(),
                AssociatedWithAddress(object_label, address.bytes).bytes, object, parts.object_tag);
  if (!opened || address_of(object) != address) return fail(Errc::object_damaged);
  return object;
}

bool RecordSealer::holds(const NamedObject& object, ByteView record) const {
  const auto owner = identify(object.name, record);
  if (!owner || owner->address != object.address) return false;
  const Parts<ByteView> parts(record);
  if (parts.object.size() != object.bytes.size()) return false;
  // The tag proves the bytes; comparing them with those in hand is cheaper than hashing again.
  Bytes held = to_bytes(parts.object);
  const auto opened = crypto::Aead(object_key_)
                          .open(parts.nonce.first<crypto::nonce_bytes>(),
                                AssociatedWithAddress(object_label, object.address.bytes).bytes,
                                held, parts.object_tag);
  return opened && equal(held, object.bytes);
}

}  // namespace stt::primitives

#include <stt/primitives/storage_memory.hpp>

#include <stt/base/assert.hpp>

namespace stt::primitives {

//= STT-STORAGE-003
Result<MemoryStorage::Records> MemoryStorage::sealed(std::span<const NamedObject> objects) {
  Records out;
  for (const NamedObject& object : objects) {
    if (records_.contains(object.name) || out.contains(object.name)) continue;
    ByteArray<crypto::nonce_bytes> nonce{};
    STT_TRY(random_.fill("storage.nonce", nonce));
    Bytes& record = out[object.name];
    record.resize(record_bytes(object.bytes.size()));
    sealer_.seal(object, nonce, record);
  }
  return out;
}

//= STT-STORAGE-016
Result<std::vector<ObjectAddress>> MemoryStorage::store_all(std::span<const ByteView> objects) {
  STT_TRY_ASSIGN(wanted, sealer_.named(objects));
  STT_TRY_ASSIGN(added, sealed(wanted));
  StorageTotals after = totals_;
  for (const auto& [name, record] : added) {
    ++after.objects;
    after.bytes += record.size();
  }
  if (!added.empty() && after.bytes > capacity_bytes_) return fail(Errc::storage_full);
  records_.merge(added);
  totals_ = after;
  std::vector<ObjectAddress> addresses;
  for (const NamedObject& object : wanted) addresses.push_back(object.address);
  return addresses;
}

//= STT-STORAGE-008
Result<Bytes> MemoryStorage::retrieve(const ObjectAddress& address) {
  const auto found = records_.find(sealer_.name_of(address));
  if (found == records_.end()) return fail(Errc::object_not_found);
  return sealer_.open(address, found->second);
}

Result<std::uint64_t> MemoryStorage::size_of(const ObjectAddress& address) {
  const auto found = records_.find(sealer_.name_of(address));
  if (found == records_.end()) return fail(Errc::object_not_found);
  STT_TRY_ASSIGN(object, sealer_.identify(found->first, found->second));
  return object.bytes;
}

//= STT-STORAGE-017
Result<void> MemoryStorage::remove(const ObjectAddress& address) {
  const auto found = records_.find(sealer_.name_of(address));
  if (found == records_.end()) return fail(Errc::object_not_found);
  --totals_.objects;
  totals_.bytes -= found->second.size();
  records_.erase(found);
  return {};
}

//= STT-STORAGE-018
Result<Listing> MemoryStorage::list(std::optional<RecordName> after, std::size_t count_max) {
  if (count_max == 0) return fail(Errc::invalid_argument);
  Listing out;
  auto at = after ? records_.upper_bound(*after) : records_.begin();
  for (; at != records_.end() && count_max > 0; ++at, --count_max) {
    STT_TRY_ASSIGN(object, sealer_.identify(at->first, at->second));
    out.objects.push_back(object);
    out.last = at->first;
  }
  if (at == records_.end()) out.last.reset();
  return out;
}

}  // namespace stt::primitives

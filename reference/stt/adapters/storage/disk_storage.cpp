#include <stt/adapters/storage/disk_storage.hpp>

#include <stt/adapters/storage/database.hpp>
#include <stt/adapters/storage/disk_totals.hpp>
#include <stt/primitives/storage_record.hpp>

namespace stt::adapters {
namespace {

using primitives::Listing;
using primitives::NamedObject;
using primitives::ObjectAddress;
using primitives::RecordName;
using primitives::RecordSealer;
using primitives::StorageTotals;

constexpr ByteArray<1> totals_key{};  // records have names of 32 bytes

// A record of little more than half a page takes a whole one, and one of little more than a page
// takes two; the trees take pages themselves, and so does every change before it frees others.
constexpr std::uint64_t file_bytes_per_record_byte = 4;
constexpr std::uint64_t file_bytes_spare = 64U << 20;
constexpr std::uint64_t capacity_bytes_max = std::uint64_t{1} << 44;  // by the address space

std::uint64_t file_bytes(std::uint64_t capacity_bytes) {
  return std::min(capacity_bytes, capacity_bytes_max) * file_bytes_per_record_byte +
         file_bytes_spare;
}

}  // namespace

struct DiskStorage::State {
  State(const crypto::Key& storage_key, std::uint64_t capacity, Random& source)
      : records(storage_key),
        totals_sealer(storage_key),
        capacity_bytes(capacity),
        random(source) {}

  // Makes the totals of a new database, or compares those of an old one with what it holds.
  Result<void> prepare(Transaction& transaction, const DatabaseContents& found) const;
  Result<DiskTotals> totals_in(Transaction& transaction) const;
  Result<void> write_totals(Transaction& transaction, const DiskTotals& totals) const;
  // storage.not_found.
  Result<ByteView> record_in(Transaction& transaction, const RecordName& name) const;
  Result<void> put(Transaction& transaction, const NamedObject& object, DiskTotals& totals) const;
  Result<void> put_all(Transaction& transaction, std::span<const NamedObject> objects) const;

  RecordSealer records;
  TotalsSealer totals_sealer;
  std::uint64_t capacity_bytes;
  Random& random;
  std::unique_ptr<Database> database;
};

//= STT-STORAGE-022
Result<void> DiskStorage::State::prepare(Transaction& transaction,
                                         const DatabaseContents& found) const {
  if (found.names == 0 && found.other_keys == 0) return write_totals(transaction, {});
  STT_TRY_ASSIGN(totals, totals_in(transaction));
  const DiskTotals counted{{found.names, found.bytes}, found.names_xor};
  if (totals != counted || found.other_keys != 1) return fail(Errc::storage_corrupt);
  return {};
}

Result<DiskTotals> DiskStorage::State::totals_in(Transaction& transaction) const {
  STT_TRY_ASSIGN(record, transaction.find(totals_key));
  if (!record) return fail(Errc::storage_corrupt);
  return totals_sealer.open(*record);
}

Result<void> DiskStorage::State::write_totals(Transaction& transaction,
                                              const DiskTotals& totals) const {
  STT_TRY_ASSIGN(sealed, totals_sealer.seal(totals, random));
  STT_TRY_ASSIGN(room, transaction.reserve(totals_key, sealed.size()));
  std::ranges::copy(sealed, room.begin());
  return {};
}

Result<ByteView> DiskStorage::State::record_in(Transaction& transaction,
                                               const RecordName& name) const {
  STT_TRY_ASSIGN(record, transaction.find(name));
  if (!record) return fail(Errc::object_not_found);
  return *record;
}

//= STT-STORAGE-013
Result<void> DiskStorage::State::put(Transaction& transaction, const NamedObject& object,
                                     DiskTotals& totals) const {
  STT_TRY_ASSIGN(present, transaction.find(object.name));
  if (present) {
    if (records.holds(object, *present)) return {};
    totals.remove(object.name, present->size());
  }
  const std::uint64_t bytes = primitives::record_bytes(object.bytes.size());
  totals.add(object.name, bytes);
  if (totals.storage.bytes > capacity_bytes) return fail(Errc::storage_full);
  ByteArray<crypto::nonce_bytes> nonce{};
  STT_TRY(random.fill("storage.nonce", nonce));
  STT_TRY_ASSIGN(room, transaction.reserve(object.name, bytes));
  records.seal(object, nonce, room);
  return {};
}

Result<void> DiskStorage::State::put_all(Transaction& transaction,
                                         std::span<const NamedObject> objects) const {
  STT_TRY_ASSIGN(before, totals_in(transaction));
  DiskTotals totals = before;
  for (const NamedObject& object : objects) STT_TRY(put(transaction, object, totals));
  if (totals == before) return {};
  return write_totals(transaction, totals);
}

DiskStorage::DiskStorage(std::unique_ptr<State> state) : state_(std::move(state)) {}
DiskStorage::~DiskStorage() = default;

Result<std::unique_ptr<DiskStorage>> DiskStorage::open(const DiskStorageConfig& config,
                                                       const crypto::Key& storage_key,
                                                       Random& random) {
  auto state = std::make_unique<State>(storage_key, config.capacity_bytes, random);
  const DatabaseConfig database_config{.folder = config.folder,
                                       .file_bytes_max = file_bytes(config.capacity_bytes)};
  const auto prepare = [&made = *state](Transaction& transaction, const DatabaseContents& found) {
    return made.prepare(transaction, found);
  };
  STT_TRY_ASSIGN(database, Database::open(database_config, prepare));
  state->database = std::move(database);
  return std::unique_ptr<DiskStorage>(new DiskStorage(std::move(state)));
}

//= STT-STORAGE-003
//= STT-STORAGE-006
//= STT-STORAGE-016
Result<std::vector<ObjectAddress>> DiskStorage::store_all(std::span<const ByteView> objects) {
  STT_TRY_ASSIGN(named, state_->records.named(objects));
  std::uint64_t bytes = 0;
  for (const NamedObject& object : named) bytes += primitives::record_bytes(object.bytes.size());
  STT_TRY(state_->database->write(
      bytes, [&](Transaction& transaction) { return state_->put_all(transaction, named); }));
  std::vector<ObjectAddress> addresses;
  for (const NamedObject& object : named) addresses.push_back(object.address);
  return addresses;
}

//= STT-STORAGE-008
Result<Bytes> DiskStorage::retrieve(const ObjectAddress& address) {
  Bytes object;
  STT_TRY(state_->database->read([&](Transaction& transaction) -> Result<void> {
    STT_TRY_ASSIGN(record, state_->record_in(transaction, state_->records.name_of(address)));
    STT_TRY_ASSIGN(opened, state_->records.open(address, record));
    object = std::move(opened);
    return {};
  }));
  return object;
}

Result<std::uint64_t> DiskStorage::size_of(const ObjectAddress& address) {
  const RecordName name = state_->records.name_of(address);
  std::uint64_t size = 0;
  STT_TRY(state_->database->read([&](Transaction& transaction) -> Result<void> {
    STT_TRY_ASSIGN(record, state_->record_in(transaction, name));
    STT_TRY_ASSIGN(object, state_->records.identify(name, record));
    size = object.bytes;
    return {};
  }));
  return size;
}

//= STT-STORAGE-017
Result<void> DiskStorage::remove(const ObjectAddress& address) {
  const RecordName name = state_->records.name_of(address);
  return state_->database->write(totals_bytes, [&](Transaction& transaction) -> Result<void> {
    STT_TRY_ASSIGN(totals, state_->totals_in(transaction));
    STT_TRY_ASSIGN(record, state_->record_in(transaction, name));
    totals.remove(name, record.size());
    STT_TRY(transaction.erase(name));
    return state_->write_totals(transaction, totals);
  });
}

//= STT-STORAGE-018
Result<Listing> DiskStorage::list(std::optional<RecordName> after, std::size_t count_max) {
  if (count_max == 0) return fail(Errc::invalid_argument);
  const RecordName begin = after.value_or(RecordName{});
  Listing out;
  STT_TRY(state_->database->read([&](Transaction& transaction) {
    std::size_t count = 0;
    RecordName name{};
    return transaction.each_from(begin, [&](ByteView key, ByteView record) {
      if (key.size() != name.size() || (after && equal(key, *after))) return true;
      if (count++ == count_max) {
        out.last = name;
        return false;
      }
      std::ranges::copy(key, name.begin());
      if (const auto object = state_->records.identify(name, record)) {
        out.objects.push_back(*object);
      } else {
        ++out.damaged;
      }
      return true;
    });
  }));
  return out;
}

Result<StorageTotals> DiskStorage::totals() {
  StorageTotals out;
  STT_TRY(state_->database->read([&](Transaction& transaction) -> Result<void> {
    STT_TRY_ASSIGN(totals, state_->totals_in(transaction));
    out = totals.storage;
    return {};
  }));
  return out;
}

}  // namespace stt::adapters

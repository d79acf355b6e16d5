// Storage on disk against LMDB, libsodium and OpenSSL called directly: the same flags and batches,
// the same hash, name and sealing of each object. What the yardstick goes without: the address
// sealed beside the object, totals, capacity, errors. On a file system in memory where there is
// one, so that a sync takes no time and the work itself shows.
#include <benchmark/benchmark.h>
#include <lmdb.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <stt/adapters/storage/disk_storage.hpp>
#include <stt/base/assert.hpp>
#include <stt/crypto/system_random.hpp>

namespace {

using namespace stt;
using primitives::ObjectAddress;

constexpr std::size_t objects_to_get = 32;
constexpr std::size_t map_bytes = std::size_t{4} << 30;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

class Folder {
 public:
  Folder() {
    std::string path = std::filesystem::exists("/dev/shm")
                           ? std::string("/dev/shm")
                           : std::filesystem::temp_directory_path().string();
    path += "/stt-bench-XXXXXX";
    STT_ASSERT(::mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

unsigned char* raw(std::byte* bytes) {
  return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

// Batches of objects that were never stored before.
class Objects {
 public:
  Objects(std::size_t size, std::size_t batch) : objects_(batch, Bytes(size, std::byte{0x5A})) {}

  const std::vector<Bytes>& next() {
    for (Bytes& object : objects_) {
      ++number_;
      std::memcpy(object.data(), &number_, sizeof number_);
    }
    return objects_;
  }

 private:
  std::vector<Bytes> objects_;
  std::uint64_t number_ = 0;
};

class Ours {
 public:
  Ours()
      : storage_(std::move(*adapters::DiskStorage::open({.folder = folder_.path()}, {}, random_))) {
  }

  std::vector<ObjectAddress> put(const std::vector<Bytes>& objects) {
    const std::vector<ByteView> views(objects.begin(), objects.end());
    auto addresses = storage_->store_all(views);
    STT_ASSERT(addresses);
    return *addresses;
  }
  Bytes get(const ObjectAddress& address) {
    auto object = storage_->retrieve(address);
    STT_ASSERT(object);
    return std::move(*object);
  }

 private:
  Folder folder_;
  crypto::SystemRandom random_;
  std::unique_ptr<adapters::DiskStorage> storage_;
};

class Yardstick {
 public:
  Yardstick() {
    STT_ASSERT(sodium_init() >= 0);
    STT_ASSERT(mdb_env_create(&environment_) == 0);
    STT_ASSERT(mdb_env_set_mapsize(environment_, map_bytes) == 0);
    STT_ASSERT(mdb_env_open(environment_, folder_.path().c_str(), MDB_NOTLS, 0600) == 0);
    MDB_txn* transaction = begin(0);
    STT_ASSERT(mdb_dbi_open(transaction, nullptr, 0, &records_) == 0);
    STT_ASSERT(mdb_txn_commit(transaction) == 0);
  }
  Yardstick(const Yardstick&) = delete;
  Yardstick& operator=(const Yardstick&) = delete;
  ~Yardstick() { mdb_env_close(environment_); }

  std::vector<ObjectAddress> put(const std::vector<Bytes>& objects) {
    std::vector<ObjectAddress> addresses;
    MDB_txn* transaction = begin(0);
    for (const Bytes& object : objects) {
      addresses.push_back(hash(object));
      Name name = name_of(addresses.back());
      MDB_val key{name.size(), name.data()};
      MDB_val room{nonce_bytes + object.size() + tag_bytes, nullptr};
      STT_ASSERT(mdb_put(transaction, records_, &key, &room, MDB_RESERVE | MDB_NOOVERWRITE) == 0);
      auto* nonce = static_cast<unsigned char*>(room.mv_data);
      randombytes_buf(nonce, nonce_bytes);
      unsigned char* text = nonce + nonce_bytes;
      const Associated associated = associated_with(addresses.back());
      crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
          text, text + object.size(), nullptr, raw(object.data()), object.size(), associated.data(),
          associated.size(), nullptr, nonce, key_);
    }
    STT_ASSERT(mdb_txn_commit(transaction) == 0);
    return addresses;
  }

  Bytes get(const ObjectAddress& address) {
    MDB_txn* transaction = begin(MDB_RDONLY);
    Name name = name_of(address);
    MDB_val key{name.size(), name.data()};
    MDB_val record{};
    STT_ASSERT(mdb_get(transaction, records_, &key, &record) == 0);
    const auto* nonce = static_cast<const unsigned char*>(record.mv_data);
    const unsigned char* text = nonce + nonce_bytes;
    const std::size_t size = record.mv_size - nonce_bytes - tag_bytes;
    Bytes object = to_bytes({reinterpret_cast<const std::byte*>(text), size});
    const Associated associated = associated_with(address);
    STT_ASSERT(crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
                   raw(object.data()), nullptr, raw(object.data()), size, text + size,
                   associated.data(), associated.size(), nonce, key_) == 0);
    mdb_txn_abort(transaction);
    STT_ASSERT(hash(object) == address);
    return object;
  }

 private:
  using Name = std::array<unsigned char, 32>;
  using Associated = std::array<unsigned char, 44>;

  MDB_txn* begin(unsigned flags) {
    MDB_txn* transaction = nullptr;
    STT_ASSERT(mdb_txn_begin(environment_, nullptr, flags, &transaction) == 0);
    return transaction;
  }
  static ObjectAddress hash(const Bytes& object) {
    ObjectAddress address;
    STT_ASSERT(EVP_Digest(object.data(), object.size(), raw(address.bytes.data()), nullptr,
                          EVP_sha3_256(), nullptr) == 1);
    return address;
  }
  Name name_of(const ObjectAddress& address) const {
    Name name{};
    crypto_generichash(name.data(), name.size(), raw(address.bytes.data()), address.bytes.size(),
                       key_, sizeof key_);
    return name;
  }
  static Associated associated_with(const ObjectAddress& address) {
    Associated out{};
    std::memcpy(out.data() + 12, address.bytes.data(), address.bytes.size());
    return out;
  }

  Folder folder_;
  MDB_env* environment_ = nullptr;
  MDB_dbi records_ = 0;
  unsigned char key_[32]{};
};

template <class Storage>
void put(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::size_t batch = size > 65'536 ? 4 : 64;
  Storage storage;
  Objects objects(size, batch);
  for (auto _ : state) storage.put(objects.next());
  state.SetBytesProcessed(state.iterations() * state.range(0) * static_cast<std::int64_t>(batch));
}

template <class Storage>
void get(benchmark::State& state) {
  Storage storage;
  Objects objects(static_cast<std::size_t>(state.range(0)), objects_to_get);
  const auto addresses = storage.put(objects.next());
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(storage.get(addresses[next++ % addresses.size()]));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(put<Ours>)->Name("storage_put/ours")->Arg(4'096)->Arg(1'048'576);
BENCHMARK(put<Yardstick>)->Name("storage_put/yardstick")->Arg(4'096)->Arg(1'048'576);
BENCHMARK(get<Ours>)->Name("storage_get/ours")->Arg(4'096)->Arg(1'048'576);
BENCHMARK(get<Yardstick>)->Name("storage_get/yardstick")->Arg(4'096)->Arg(1'048'576);

}  // namespace

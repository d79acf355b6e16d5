#include <stt/adapters/storage/disk_storage.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include <stt/adapters/storage/disk_totals.hpp>
#include <stt/adapters/storage/storage_fixture.hpp>
#include <stt/base/hex.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/crypto/sha3.hpp>
#include <stt/primitives/storage_record.hpp>

namespace stt::adapters {
namespace {

using primitives::address_of;
using primitives::ObjectAddress;
using primitives::laws::listed;
using primitives::laws::object_of;
using primitives::laws::stored;

//= STT-STORAGE-007 test
class DiskStorageLaws : public ::testing::Test {
 public:
  primitives::BinaryStorage& storage() { return *storage_; }

 private:
  StorageOpener opener_{primitives::laws::laws_capacity_bytes};
  std::unique_ptr<DiskStorage> storage_ = opener_.opened();
};

STT_STORAGE_LAWS(DiskStorageLaws)

class DiskStorageTest : public ::testing::Test {
 protected:
  StorageOpener opener_;
};

TEST_F(DiskStorageTest, KeepsEverythingWhenItIsOpenedAgain) {
  std::vector<primitives::StoredObject> before;
  for (std::size_t round = 0; round < 5; ++round) {
    const auto storage = opener_.opened();
    EXPECT_EQ(listed(*storage, 100), before);
    stored(*storage, object_of(round, 3'000 * round));
    before = listed(*storage, 100);
    EXPECT_EQ(before.size(), round + 1);
  }
  EXPECT_EQ(opener_.opened()->retrieve(address_of(object_of(3, 9'000))), object_of(3, 9'000));
}

//= STT-STORAGE-021 test
TEST_F(DiskStorageTest, RefusesAnotherKeyAndStaysAsItIs) {
  const ObjectAddress address = stored(*opener_.opened(), object_of(1, 100));
  const Bytes before = opener_.folder.data();
  EXPECT_EQ(opener_.open(2).error(), Errc::storage_wrong_key);
  EXPECT_EQ(opener_.folder.data(), before);
  EXPECT_EQ(opener_.opened()->retrieve(address), object_of(1, 100));
}

TEST_F(DiskStorageTest, RefusesToBeOpenedTwiceByOneProcess) {
  auto storage = opener_.opened();
  EXPECT_EQ(opener_.open().error(), Errc::storage_in_use);
  stored(*storage, object_of(1, 100));
  storage.reset();
  EXPECT_TRUE(opener_.open());
}

TEST_F(DiskStorageTest, RefusesFoldersThatCannotBe) {
  crypto::SystemRandom random;
  const auto open = [&](const std::string& folder) {
    return DiskStorage::open({.folder = folder}, primitives::laws::test_key(), random).error();
  };
  EXPECT_EQ(open(opener_.folder.parent() + "/none/storage"), Errc::storage_no_access);
  EXPECT_EQ(open(""), Errc::storage_no_access);
  EXPECT_EQ(open("/proc/storage"), Errc::storage_no_access);
  std::ofstream(opener_.folder.storage()) << "a file";
  EXPECT_EQ(open(opener_.folder.storage()), Errc::storage_no_access);
}

//= STT-STORAGE-026 test
TEST_F(DiskStorageTest, IsForItsOwnerOnly) {
  const mode_t mask = ::umask(0);
  opener_.opened();
  ::umask(mask);
  struct stat status{};
  ASSERT_EQ(::stat(opener_.folder.storage().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  ASSERT_EQ(::stat(opener_.folder.data_file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

// Neither what is stored nor its address, nor the address in hexadecimal, nor keys.
//= STT-STORAGE-005 test
//= STT-STORAGE-009 test
TEST_F(DiskStorageTest, ShowsNothingButSizes) {
  std::vector<Bytes> secrets{to_bytes(primitives::laws::test_key().view())};
  {
    const auto storage = opener_.opened();
    for (std::size_t i = 0; i < 40; ++i) {
      const Bytes object = object_of(i, 200 + 150 * i);
      const ObjectAddress address = stored(*storage, object);
      EXPECT_TRUE(i % 3 != 0 || storage->remove(address));
      secrets.push_back(to_bytes(ByteView(object).first(16)));
      secrets.push_back(to_bytes(ByteView(object).last(16)));
      secrets.push_back(to_bytes(ByteView(address.bytes).first(8)));
      secrets.push_back(to_bytes(as_bytes(to_hex(address.bytes)).first(8)));
    }
  }
  const Bytes data = opener_.folder.data();
  ASSERT_GT(data.size(), 100'000U);
  const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
  for (const Bytes& secret : secrets) {
    EXPECT_EQ(text.find({reinterpret_cast<const char*>(secret.data()), secret.size()}),
              std::string_view::npos);
  }
}

// The table of docs/spec/primitives.md, taken apart from outside.
//= STT-STORAGE-025 test
TEST(TotalsSealer, KeepsToTheTable) {
  const crypto::Key key = primitives::laws::test_key();
  crypto::SystemRandom random;
  const DiskTotals totals{{3, 258}, {std::byte{9}}};
  const auto record = TotalsSealer(key).seal(totals, random);
  ASSERT_TRUE(record);
  const ByteView view(*record);
  EXPECT_EQ(to_hex(view.first(5)), "5354545301");
  EXPECT_EQ(to_hex(view.last(32)), to_hex(crypto::sha3_256(view.first(93))));
  Bytes plain = to_bytes(view.subspan(29, 48));
  ASSERT_TRUE(crypto::Aead(crypto::kdf(key, "totals"))
                  .open(view.subspan<5, 24>(), view.first(5), plain, view.subspan(77, 16)));
  EXPECT_EQ(to_hex(ByteView(plain).first(17)), "0000000000000003000000000000010209");
  EXPECT_EQ(TotalsSealer(key).open(view), totals);
}

//= STT-STORAGE-023 test
TEST(TotalsSealer, TellsDamageFromAnotherKeyAndAnotherVersion) {
  crypto::SystemRandom random;
  const TotalsSealer sealer(primitives::laws::test_key());
  const auto record = *sealer.seal({}, random);
  EXPECT_EQ(TotalsSealer(primitives::laws::test_key(2)).open(record),
            fail(Errc::storage_wrong_key));
  for (std::size_t i = 0; i < record.size(); ++i) {
    auto changed = record;
    changed[i] ^= std::byte{1};
    const Errc expected = i == 4 ? Errc::storage_version_unknown : Errc::storage_corrupt;
    EXPECT_EQ(sealer.open(changed), fail(expected)) << i;
    EXPECT_EQ(sealer.open(ByteView(record).first(i)), fail(Errc::storage_corrupt)) << i;
  }
}

// From 16 MiB on, while readers are at work.
TEST_F(DiskStorageTest, GrowsUnderItsReaders) {
  const auto storage = opener_.opened();
  const Bytes first = object_of(0, 50'000);
  const ObjectAddress address = stored(*storage, first);
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) wrong += storage->retrieve(address) == first ? 0 : 1;
    });
  }
  for (std::uint64_t i = 1; i <= 24; ++i) stored(*storage, object_of(i, 1'000'000));
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(storage->totals()->objects, 25U);
}

// Each writer stores pairs in one call; no reader may see one without the other.
//= STT-STORAGE-020 test
TEST_F(DiskStorageTest, ServesManyThreadsAtOnce) {
  constexpr std::uint64_t rounds = 30;
  const auto storage = opener_.opened();
  const auto pair_of = [](std::uint64_t writer, std::uint64_t round) {
    return std::pair(object_of(1'000 * writer + round, 3'000),
                     object_of(1'000 * writer + round, 200));
  };
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      for (std::uint64_t round = 0; round < rounds; ++round) {
        const auto [one, two] = pair_of(writer, round);
        const std::array<ByteView, 2> both{one, two};
        wrong += storage->store_all(both) ? 0 : 1;
      }
    });
    threads.emplace_back([&, writer] {
      for (std::uint64_t round = 0; round < rounds; ++round) {
        const auto [one, two] = pair_of(writer, round);
        while (!storage->size_of(address_of(one))) std::this_thread::yield();
        wrong += storage->retrieve(address_of(two)) == two ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(listed(*storage, 50).size(), 4 * rounds);
}

}  // namespace
}  // namespace stt::adapters

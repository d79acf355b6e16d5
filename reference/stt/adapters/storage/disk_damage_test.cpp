// Files that are not what was written: whatever stands in them, opening them answers, and nobody
// gets wrong bytes.
#include <gtest/gtest.h>

#include <stt/adapters/storage/database.hpp>
#include <stt/adapters/storage/storage_fixture.hpp>
#include <stt/primitives/storage_record.hpp>

namespace stt::adapters {
namespace {

using primitives::address_of;
using primitives::ObjectAddress;
using primitives::laws::listed;
using primitives::laws::object_of;
using primitives::laws::stored;

constexpr std::size_t page_bytes = 4'096;

class DamageTest : public ::testing::Test {
 protected:
  // Objects within pages, in pages of their own, and over several; and pages that are free again.
  void SetUp() override {
    const auto storage = opener_.opened();
    for (std::size_t i = 0; i < 70; ++i) {
      const Bytes object = object_of(i, i % 5 == 0 ? 3'000 * (i % 4 + 1) : 10 + 5 * i);
      const ObjectAddress address = stored(*storage, object);
      if (i % 6 == 1) {
        ASSERT_TRUE(storage->remove(address));
      } else {
        objects_.push_back(object);
      }
    }
    good_ = opener_.folder.data();
  }

  void damage(const std::function<void(Bytes&)>& change) {
    Bytes data = good_;
    change(data);
    opener_.folder.put_data(data);
  }

  Result<std::unique_ptr<DiskStorage>> open() { return opener_.open(); }

  // How many objects of a storage that opens are damaged; the others are as they were.
  std::size_t count_damaged(DiskStorage& storage) {
    std::size_t damaged = 0;
    for (const Bytes& object : objects_) {
      const auto retrieved = storage.retrieve(address_of(object));
      if (retrieved == fail(Errc::object_damaged)) {
        ++damaged;
      } else {
        EXPECT_EQ(retrieved, object) << (retrieved ? "wrong bytes" : name(retrieved.error()));
      }
    }
    return damaged;
  }

  // Every call must answer.
  void exercise(DiskStorage& storage) {
    primitives::laws::listed(storage, 10);
    for (std::size_t i = 200; i < 205; ++i) stored(storage, object_of(i, 300 * i));
    for (const Bytes& object : objects_) EXPECT_TRUE(storage.store(object));
    EXPECT_EQ(count_damaged(storage), 0U);  // storing again repairs
    for (const Bytes& object : objects_) EXPECT_TRUE(storage.remove(address_of(object)));
    EXPECT_EQ(storage.totals()->objects, 5U);
  }

  // How far it is to the next byte worth changing: each of a page's header and of the meta pages,
  // some of the trees, few of the records.
  std::size_t step(std::size_t offset) const {
    const std::size_t page = offset / page_bytes * page_bytes;
    const std::size_t within = offset - page;
    const std::byte flags = good_[page + 10];
    if (within < (page < 2 * page_bytes ? 152U : 24U)) return 1;
    return flags == std::byte{1} || flags == std::byte{2} ? 31 : 613;
  }

  StorageOpener opener_{std::uint64_t{1} << 40, memory_folder()};
  std::vector<Bytes> objects_;
  Bytes good_;
};

// The number of the newest transaction is all that tells the newest state from the one before: a
// changed bit that makes it look older gives an older state, sound in itself.
bool tells_the_state(std::size_t offset) {
  constexpr std::size_t transaction_offset = 16 + 128;
  return offset < 2 * page_bytes && offset % page_bytes - transaction_offset < 8;
}

//= STT-STORAGE-012 test
//= STT-STORAGE-013 test
//= STT-STORAGE-022 test
TEST_F(DamageTest, EveryChangedByteIsNoticedOrHarmless) {
  ASSERT_EQ(good_.size() % page_bytes, 0U);
  std::size_t refused = 0;
  std::size_t damaged = 0;
  for (std::size_t offset = 0; offset < good_.size(); offset += step(offset)) {
    if (tells_the_state(offset)) continue;
    damage([&](Bytes& data) { data[offset] ^= static_cast<std::byte>(1U << (offset % 8)); });
    auto storage = open();
    if (!storage) {
      EXPECT_TRUE(storage.error() == Errc::storage_corrupt ||
                  storage.error() == Errc::storage_version_unknown)
          << offset << " " << name(storage.error());
      ++refused;
      continue;
    }
    const std::size_t found = count_damaged(**storage);
    damaged += found;
    EXPECT_LE(found, 1U) << offset;
    if (offset % 97 == 0) exercise(**storage);
  }
  EXPECT_GT(refused, 100U);
  EXPECT_GT(damaged, 100U);
}

TEST_F(DamageTest, PagesOfGarbageAreNoticed) {
  std::uint64_t round = 0;
  for (std::size_t page = 0; page < good_.size() / page_bytes; ++page) {
    for (const std::size_t size : {16U, 100U, 4'096U}) {
      damage([&](Bytes& data) {
        std::ranges::copy(object_of(++round, size),
                          data.begin() + static_cast<long>(page * page_bytes));
      });
      auto storage = open();
      if (storage) {
        count_damaged(**storage);
      } else {
        EXPECT_TRUE(storage.error() == Errc::storage_corrupt) << name(storage.error());
      }
    }
  }
}

// Pages of the file in each other's place: each is sound by itself.
TEST_F(DamageTest, SwappedPagesAreNoticed) {
  const auto pages = static_cast<long>(good_.size() / page_bytes);
  for (long i = 0; i + 1 < pages; ++i) {
    const long j = (i * 7 + 3) % pages;
    damage([&](Bytes& data) {
      std::swap_ranges(data.begin() + i * 4'096, data.begin() + (i + 1) * 4'096,
                       data.begin() + j * 4'096);
    });
    const auto storage = open();
    if (storage) {
      count_damaged(**storage);
    } else {
      EXPECT_EQ(storage.error(), Errc::storage_corrupt);
    }
  }
}

TEST_F(DamageTest, ATruncatedFileIsRefused) {
  for (std::size_t size = 1; size < good_.size(); size += size < 9'000 ? 500 : page_bytes) {
    damage([&](Bytes& data) { data.resize(size); });
    const auto storage = open();
    // Only free pages may be missing at the end.
    if (storage) {
      EXPECT_EQ(count_damaged(**storage), 0U) << size;
    } else {
      EXPECT_EQ(storage.error(), Errc::storage_corrupt) << size;
    }
    EXPECT_TRUE(!storage || size > good_.size() / 2) << size;
  }
}

TEST_F(DamageTest, FilesOfSomethingElseAreRefused) {
  damage([](Bytes& data) { std::ranges::fill(data, std::byte{0}); });
  EXPECT_EQ(open().error(), Errc::storage_corrupt);
  damage([](Bytes& data) { data = object_of(1, 100'000); });
  EXPECT_EQ(open().error(), Errc::storage_corrupt);
  damage([](Bytes& data) { std::fill_n(data.begin(), 2 * page_bytes, std::byte{0xFF}); });
  EXPECT_EQ(open().error(), Errc::storage_corrupt);
  damage([](Bytes&) {});
  EXPECT_EQ(count_damaged(**open()), 0U);
}

// A database of somebody else: sound, and no storage.
TEST(DamageOfContents, ADatabaseWithoutTotalsIsRefused) {
  StorageOpener opener;
  {
    const auto other =
        Database::open({.folder = opener.folder.storage(), .file_bytes_max = 1U << 20},
                       [](Transaction& transaction, const DatabaseContents&) -> Result<void> {
                         STT_TRY_ASSIGN(room, transaction.reserve(as_bytes("key"), 1));
                         room[0] = std::byte{1};
                         return {};
                       });
    ASSERT_TRUE(other);
  }
  EXPECT_EQ(opener.open().error(), Errc::storage_corrupt);
}

// A record that is gone although the totals count it: as if a hand had taken it out.
TEST(DamageOfContents, AMissingRecordIsNoticed) {
  StorageOpener opener;
  const Bytes object = object_of(1, 100);
  stored(*opener.opened(), object);
  const primitives::RecordSealer sealer(primitives::laws::test_key());
  {
    const auto database =
        Database::open({.folder = opener.folder.storage(), .file_bytes_max = 1U << 20},
                       [&](Transaction& transaction, const DatabaseContents&) -> Result<void> {
                         STT_TRY_ASSIGN(erased, transaction.erase(sealer.named(object).name));
                         EXPECT_TRUE(erased);
                         return {};
                       });
    ASSERT_TRUE(database);
  }
  EXPECT_EQ(opener.open().error(), Errc::storage_corrupt);
}

}  // namespace
}  // namespace stt::adapters

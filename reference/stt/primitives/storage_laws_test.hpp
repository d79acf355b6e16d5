// What every BinaryStorage promises, as checks that the tests of each share. A storage is empty
// before each, has `laws_capacity_bytes`, and random numbers of its own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

#include <stt/crypto/kdf.hpp>
#include <stt/primitives/limits.hpp>
#include <stt/primitives/storage.hpp>
#include <stt/primitives/storage_record.hpp>

namespace stt::primitives::laws {

inline constexpr std::uint64_t laws_capacity_bytes = 1'000'000;

inline crypto::Key test_key(std::uint8_t number = 1) {
  crypto::Key key;
  std::ranges::fill(key.mutable_view(), std::byte{number});
  return key;
}

// Bytes that differ with `number`, of `size`.
inline Bytes object_of(std::uint64_t number, std::size_t size) {
  Bytes out(size);
  std::uint64_t state = number * 0x9E3779B97F4A7C15 + 1;
  for (std::size_t at = 0; at < size; at += sizeof state) {
    state = state * 6364136223846793005 + 1442695040888963407;
    const std::uint64_t mixed = state ^ (state >> 29);
    std::memcpy(out.data() + at, &mixed, std::min(sizeof mixed, size - at));
  }
  return out;
}

inline ObjectAddress stored(BinaryStorage& storage, ByteView object) {
  const auto address = storage.store(object);
  EXPECT_TRUE(address) << name(address.error());
  return address.value_or(ObjectAddress{});
}

// All that a listing in pieces of `count_max` gives.
inline std::vector<StoredObject> listed(BinaryStorage& storage, std::size_t count_max) {
  std::vector<StoredObject> out;
  std::optional<RecordName> after;
  do {
    const auto piece = storage.list(after, count_max);
    if (!piece) {
      ADD_FAILURE() << name(piece.error());
      break;
    }
    EXPECT_LE(piece->objects.size() + piece->damaged, count_max);
    out.insert(out.end(), piece->objects.begin(), piece->objects.end());
    after = piece->last;
  } while (after);
  return out;
}

//= STT-STORAGE-001 test
//= STT-STORAGE-003 test
//= STT-STORAGE-004 test
inline void gives_back_what_was_stored(BinaryStorage& storage) {
  StorageTotals expected;
  for (const std::size_t size : {0U, 1U, 87U, 88U, 2'000U, 4'096U, 4'097U, 100'000U}) {
    const Bytes object = object_of(size, size);
    const ObjectAddress address = stored(storage, object);
    EXPECT_EQ(address, address_of(object));
    EXPECT_EQ(stored(storage, object), address);
    ++expected.objects;
    expected.bytes += size + record_overhead_bytes;
    EXPECT_EQ(storage.totals(), expected) << size;
    EXPECT_EQ(storage.retrieve(address), object) << size;
    EXPECT_EQ(storage.size_of(address), size);
  }
}

//= STT-STORAGE-008 test
//= STT-STORAGE-017 test
inline void knows_nothing_of_what_is_not_there(BinaryStorage& storage) {
  const Bytes object = object_of(1, 10);
  const ObjectAddress address = address_of(object);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(storage.retrieve(address), fail(Errc::object_not_found));
    EXPECT_EQ(storage.size_of(address), fail(Errc::object_not_found));
    EXPECT_EQ(storage.remove(address), fail(Errc::object_not_found));
    EXPECT_EQ(storage.totals(), StorageTotals{});
    EXPECT_EQ(stored(storage, object), address);
    EXPECT_EQ(storage.retrieve(address), object);
    EXPECT_TRUE(storage.remove(address));
  }
}

//= STT-STORAGE-014 test
inline void stores_several_at_once(BinaryStorage& storage) {
  const Bytes one = object_of(1, 500);
  const Bytes two = object_of(2, 5'000);
  const std::vector<ByteView> objects{one, two, one, {}};
  const auto addresses = storage.store_all(objects);
  ASSERT_TRUE(addresses);
  EXPECT_THAT(*addresses, ::testing::ElementsAre(address_of(one), address_of(two), address_of(one),
                                                 address_of({})));
  EXPECT_EQ(storage.totals()->objects, 3U);
  EXPECT_EQ(storage.retrieve(address_of(two)), two);
  EXPECT_THAT(*storage.store_all({}), ::testing::IsEmpty());
}

//= STT-STORAGE-015 test
inline void refuses_too_much_in_one_call(BinaryStorage& storage) {
  const std::vector<ByteView> many(store_objects_max + 1);
  EXPECT_EQ(storage.store_all(many), fail(Errc::store_too_large));
  EXPECT_TRUE(storage.store_all(std::span(many).first(store_objects_max)));
  EXPECT_EQ(storage.totals()->objects, 1U);  // the empty one
  const Bytes part(1U << 19);
  std::vector<ByteView> much(store_bytes_max / part.size(), part);
  EXPECT_TRUE(storage.store_all(much));  // all the same
  much.emplace_back(ByteView(part).first(1));
  EXPECT_EQ(storage.store_all(much), fail(Errc::store_too_large));
}

//= STT-STORAGE-016 test
inline void refuses_what_its_capacity_does_not_hold(BinaryStorage& storage) {
  const Bytes first = object_of(1, 400'000);
  const Bytes second = object_of(2, laws_capacity_bytes - 400'000 - 2 * record_overhead_bytes + 1);
  stored(storage, first);
  const StorageTotals before = *storage.totals();
  const Bytes small = object_of(3, 3);
  const std::vector<ByteView> both{small, second};
  EXPECT_EQ(storage.store(second), fail(Errc::storage_full));
  EXPECT_EQ(storage.store_all(both), fail(Errc::storage_full));
  EXPECT_EQ(storage.totals(), before);
  EXPECT_EQ(storage.retrieve(address_of(small)), fail(Errc::object_not_found));
  // To the last byte; then nothing but what is there already.
  stored(storage, ByteView(second).first(second.size() - 1));
  EXPECT_EQ(storage.totals()->bytes, laws_capacity_bytes);
  EXPECT_EQ(storage.store({}), fail(Errc::storage_full));
  stored(storage, first);
  EXPECT_TRUE(storage.remove(address_of(first)));
  stored(storage, small);
}

//= STT-STORAGE-018 test
inline void lists_everything_once(BinaryStorage& storage) {
  EXPECT_THAT(listed(storage, 1), ::testing::IsEmpty());
  EXPECT_EQ(storage.list(std::nullopt, 0), fail(Errc::invalid_argument));
  std::set<std::pair<ObjectAddress, std::uint64_t>> expected;
  for (std::size_t i = 0; i < 30; ++i) {
    expected.emplace(stored(storage, object_of(i, 100 * i)), 100 * i);
  }
  for (const std::size_t count_max : {1U, 7U, 29U, 30U, 31U, 1'000U}) {
    const auto objects = listed(storage, count_max);
    EXPECT_EQ(objects.size(), expected.size());
    std::set<std::pair<ObjectAddress, std::uint64_t>> found;
    for (const StoredObject& object : objects) found.emplace(object.address, object.bytes);
    EXPECT_EQ(found, expected);
  }
}

// What goes and comes while a listing goes on does not disturb the rest, not even the record that
// it stands at.
inline void lists_while_it_changes(BinaryStorage& storage) {
  for (std::size_t i = 0; i < 10; ++i) stored(storage, object_of(i, i));
  const auto before = listed(storage, 100);
  const auto first = storage.list(std::nullopt, 4);
  ASSERT_TRUE(first && first->last);
  EXPECT_TRUE(storage.remove(before[3].address));
  EXPECT_TRUE(storage.remove(before[4].address));
  const auto rest = storage.list(first->last, 100);
  ASSERT_TRUE(rest);
  EXPECT_THAT(rest->objects, ::testing::ElementsAreArray(before.begin() + 5, before.end()));
}

}  // namespace stt::primitives::laws

// TEST_F(fixture, each of the laws): the fixture has `BinaryStorage& storage()`.
#define STT_STORAGE_LAWS(fixture)                                         \
  TEST_F(fixture, GivesBackWhatWasStored) {                               \
    primitives::laws::gives_back_what_was_stored(storage());              \
  }                                                                       \
  TEST_F(fixture, KnowsNothingOfWhatIsNotThere) {                         \
    primitives::laws::knows_nothing_of_what_is_not_there(storage());      \
  }                                                                       \
  TEST_F(fixture, StoresSeveralAtOnce) {                                  \
    primitives::laws::stores_several_at_once(storage());                  \
  }                                                                       \
  TEST_F(fixture, RefusesTooMuchInOneCall) {                              \
    primitives::laws::refuses_too_much_in_one_call(storage());            \
  }                                                                       \
  TEST_F(fixture, RefusesWhatItsCapacityDoesNotHold) {                    \
    primitives::laws::refuses_what_its_capacity_does_not_hold(storage()); \
  }                                                                       \
  TEST_F(fixture, ListsEverythingOnce) {                                  \
    primitives::laws::lists_everything_once(storage());                   \
  }                                                                       \
  TEST_F(fixture, ListsWhileItChanges) {                                  \
    primitives::laws::lists_while_it_changes(storage());                  \
  }

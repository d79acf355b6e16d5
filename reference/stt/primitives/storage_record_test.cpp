#include <stt/primitives/storage_record.hpp>

#include <gtest/gtest.h>

#include <stt/base/hex.hpp>
#include <stt/crypto/sha3.hpp>
#include <stt/primitives/storage_laws_test.hpp>

namespace stt::primitives {
namespace {

constexpr ByteArray<crypto::nonce_bytes> nonce{std::byte{7}};

Bytes sealed(const RecordSealer& sealer, ByteView object) {
  Bytes record(record_bytes(object.size()));
  sealer.seal(sealer.named(object), nonce, record);
  return record;
}

// The layout of docs/spec/primitives.md, put together from its parts.
//= STT-STORAGE-002 test
//= STT-STORAGE-005 test
//= STT-STORAGE-010 test
//= STT-STORAGE-011 test
TEST(RecordSealer, KeepsToTheTable) {
  const crypto::Key key = laws::test_key();
  const Bytes object = laws::object_of(1, 300);
  const auto address = crypto::sha3_256(object);
  const crypto::Key name = crypto::kdf(key, "index", {address});

  Bytes expected = to_bytes(nonce);
  Bytes associated = to_bytes(as_bytes("STT-1 address"));
  append(associated, name.view());
  Bytes text = to_bytes(address);
  ByteArray<crypto::tag_bytes> tag{};
  crypto::Aead(crypto::kdf(key, "address")).seal(nonce, associated, text, tag);
  append(expected, text);
  append(expected, tag);
  associated = to_bytes(as_bytes("STT-1 object"));
  append(associated, address);
  text = object;
  crypto::Aead(crypto::kdf(key, "object")).seal(nonce, associated, text, tag);
  append(expected, text);
  append(expected, tag);

  const RecordSealer sealer(key);
  EXPECT_EQ(to_hex(sealed(sealer, object)), to_hex(expected));
  EXPECT_EQ(to_hex(sealer.name_of({address})), to_hex(name.view()));
}

//= STT-STORAGE-012 test
TEST(RecordSealer, NoticesEveryChangedBitAndEveryMissingByte) {
  const RecordSealer sealer(laws::test_key());
  const Bytes object = laws::object_of(1, 20);
  const NamedObject named = sealer.named(object);
  const Bytes record = sealed(sealer, object);
  ASSERT_EQ(sealer.open(named.address, record), object);
  for (std::size_t bit = 0; bit < 8 * record.size(); ++bit) {
    Bytes changed = record;
    changed[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    const bool in_nonce = bit / 8 < 24;
    const bool in_address = bit / 8 < 72;
    if (in_nonce || in_address) {
      EXPECT_EQ(sealer.identify(named.name, changed), fail(Errc::object_damaged)) << bit;
    }
    if (in_nonce || !in_address) {
      EXPECT_EQ(sealer.open(named.address, changed), fail(Errc::object_damaged)) << bit;
    }
    EXPECT_FALSE(sealer.holds(named, changed)) << bit;
  }
  for (std::size_t size = 0; size < record.size(); ++size) {
    const ByteView shorter = ByteView(record).first(size);
    EXPECT_EQ(sealer.open(named.address, shorter), fail(Errc::object_damaged)) << size;
    EXPECT_FALSE(sealer.holds(named, shorter)) << size;
    if (size < record_overhead_bytes) {
      EXPECT_EQ(sealer.identify(named.name, shorter), fail(Errc::object_damaged)) << size;
    }
  }
}

// A record under another record's name, and another key.
TEST(RecordSealer, NoticesWhatStandsInTheWrongPlace) {
  const RecordSealer sealer(laws::test_key());
  const Bytes one = laws::object_of(1, 20);
  const Bytes two = laws::object_of(2, 20);
  const Bytes record = sealed(sealer, one);
  EXPECT_EQ(sealer.open(address_of(two), record), fail(Errc::object_damaged));
  EXPECT_EQ(sealer.identify(sealer.named(two).name, record), fail(Errc::object_damaged));
  EXPECT_FALSE(sealer.holds(sealer.named(two), record));
  const RecordSealer other(laws::test_key(2));
  EXPECT_EQ(other.open(address_of(one), record), fail(Errc::object_damaged));
  EXPECT_NE(other.named(one).name, sealer.named(one).name);
}

// Sealed rightly, and yet not what its address says.
TEST(RecordSealer, VerifiesTheHashOfWhatOpens) {
  const RecordSealer sealer(laws::test_key());
  NamedObject liar = sealer.named(laws::object_of(1, 20));
  const Bytes other = laws::object_of(2, 20);
  liar.bytes = other;
  Bytes record(record_bytes(other.size()));
  sealer.seal(liar, nonce, record);
  EXPECT_EQ(sealer.open(liar.address, record), fail(Errc::object_damaged));
}

// The same bytes sealed twice share nothing but their size.
TEST(RecordSealer, ShowsNothingButSizes) {
  const RecordSealer sealer(laws::test_key());
  const Bytes object(1'000, std::byte{'x'});
  Bytes record = sealed(sealer, object);
  const auto contains = [&](ByteView part) { return !std::ranges::search(record, part).empty(); };
  EXPECT_FALSE(contains(ByteView(object).first(4)));
  EXPECT_FALSE(contains(ByteView(address_of(object).bytes).first(4)));
}

}  // namespace
}  // namespace stt::primitives

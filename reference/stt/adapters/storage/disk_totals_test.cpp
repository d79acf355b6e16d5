// The record in which a storage on disk says what it holds: the laws of its codec.
#include <stt/adapters/storage/disk_totals.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stt/primitives/storage_laws_test.hpp>
#include <stt/primitives/stream_fixture.hpp>
#include <stt/wire/codec_laws.hpp>

namespace stt::adapters {
namespace {

using primitives::laws::test_key;
using primitives::testing::FixedRandom;
using wire::any_number;

Bytes sealed(const DiskTotals& totals, std::uint8_t nonce) {
  FixedRandom random(nonce);
  return to_bytes(*TotalsSealer(test_key()).seal(totals, random));
}
Result<DiskTotals> opened(ByteView record) {
  return TotalsSealer(test_key()).open(record);
}

//= STT-STORAGE-025 test
RC_GTEST_PROP(DiskTotalsLaws, OfTheCodec, ()) {
  DiskTotals totals{{any_number(), any_number()}, {}};
  std::ranges::copy(wire::any_bytes(32, 32), totals.names_xor.begin());
  const auto nonce = *rc::gen::arbitrary<std::uint8_t>();
  const auto encode = [&](const DiskTotals& value) { return sealed(value, nonce); };
  wire::keeps_the_laws(totals, encode, opened, std::equal_to<>());
}

TEST(TotalsSealer, NeedsRandomness) {
  FixedRandom random(1);
  random.broken = true;
  EXPECT_EQ(TotalsSealer(test_key()).seal({}, random), fail(Errc::random_failed));
}

}  // namespace
}  // namespace stt::adapters

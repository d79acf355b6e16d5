#include <stt/primitives/storage_memory.hpp>

#include <gtest/gtest.h>

#include <stt/crypto/system_random.hpp>
#include <stt/primitives/storage_laws_test.hpp>
#include <stt/primitives/stream_fixture.hpp>

namespace stt::primitives {
namespace {

//= STT-STORAGE-007 test
class MemoryStorageLaws : public ::testing::Test {
 public:
  BinaryStorage& storage() { return storage_; }

 private:
  crypto::SystemRandom random_;
  MemoryStorage storage_{laws::test_key(), laws::laws_capacity_bytes, random_};
};

STT_STORAGE_LAWS(MemoryStorageLaws)

TEST(MemoryStorage, StoresNothingWithoutRandomness) {
  testing::FixedRandom random(1);
  random.broken = true;
  MemoryStorage storage(laws::test_key(), 1'000, random);
  EXPECT_EQ(storage.store({}), fail(Errc::random_failed));
  EXPECT_EQ(storage.totals(), StorageTotals{});
}

}  // namespace
}  // namespace stt::primitives

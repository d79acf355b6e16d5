#include <stt/primitives/storage_memory.hpp>

#include <gtest/gtest.h>

#include <stt/crypto/system_random.hpp>
#include <stt/primitives/storage_laws_test.hpp>

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

class NoRandom final : public Random {
 public:
  Result<void> fill(std::string_view, MutableByteView) override {
    return fail(Errc::random_failed);
  }
};

TEST(MemoryStorage, StoresNothingWithoutRandomness) {
  NoRandom random;
  MemoryStorage storage(laws::test_key(), 1'000, random);
  EXPECT_EQ(storage.store({}), fail(Errc::random_failed));
  EXPECT_EQ(storage.totals(), StorageTotals{});
}

}  // namespace
}  // namespace stt::primitives

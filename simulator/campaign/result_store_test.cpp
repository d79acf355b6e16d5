#include <simulator/campaign/result_store.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace stt::sim {
namespace {

class ResultStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("stt_results_" + std::to_string(::getpid()) + "_" +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove(path_);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  static WorldResult result(std::uint64_t seed) {
    WorldResult made;
    made.token = "seed:" + std::to_string(seed);
    made.trace = std::string(64, 'a');
    made.simulated = 5s;
    made.events = seed * 10;
    made.cpu_us = 1'000 - seed;
    made.faults[static_cast<std::size_t>(Kind::lost)] = seed;
    made.states[static_cast<std::size_t>(Kind::lost)][2] = seed;
    return made;
  }

  std::filesystem::path path_;
};

TEST_F(ResultStoreTest, KeepsWhatWasCommitted) {
  {
    ResultStore store = ResultStore::create(path_);
    store.add(7, result(7));
    store.commit();
    store.add(8, result(8));
  }
  const ResultStore store = ResultStore::open(path_);
  ASSERT_TRUE(store.find(7));
  EXPECT_TRUE(store.find(7)->same_as(result(7)));
  EXPECT_EQ(store.find(7)->cpu_us, 993U);
  EXPECT_FALSE(store.find(8));
}

TEST_F(ResultStoreTest, ReplacesNothing) {
  {
    const ResultStore store = ResultStore::create(path_);
  }
  EXPECT_THROW(ResultStore::create(path_), StoreFailure);
  EXPECT_THROW(ResultStore::open(path_.string() + ".none"), StoreFailure);
}

TEST_F(ResultStoreTest, OneSeedHasOneResult) {
  ResultStore store = ResultStore::create("");
  store.add(1, result(1));
  WorldResult dearer = result(1);
  dearer.cpu_us = 5;
  store.add(1, dearer);  // the same world
  EXPECT_EQ(store.size(), 1U);
  EXPECT_THROW(store.add(1, result(2)), Contradiction);
}

TEST_F(ResultStoreTest, KnowsItsGaps) {
  ResultStore store = ResultStore::create("");
  for (const std::uint64_t seed : {2U, 3U, 6U}) store.add(seed, result(seed));
  EXPECT_EQ(store.missing({1, 8}), (std::vector<SeedRange>{{1, 1}, {4, 5}, {7, 8}}));
  EXPECT_EQ(store.missing({2, 3}), std::vector<SeedRange>{});
  EXPECT_EQ(store.missing({9, 9}), (std::vector<SeedRange>{{9, 9}}));
}

TEST_F(ResultStoreTest, AddsUpAndSorts) {
  ResultStore store = ResultStore::create("");
  for (const std::uint64_t seed : {3U, 1U, 2U}) store.add(seed, result(seed));
  WorldResult bad = result(9);
  bad.verdict = Verdict::crash;
  bad.trace.clear();
  bad.problems = {"killed by signal ABRT"};
  store.add(9, bad);
  for (const ResultStore::FaultTotal& total : store.fault_totals()) {
    EXPECT_EQ(total.times, total.kind == Kind::lost ? 15U : 0U);
    EXPECT_EQ(total.worlds, total.kind == Kind::lost ? 4U : 0U);
  }
  EXPECT_EQ(store.state_totals()[static_cast<std::size_t>(Kind::lost)][2], 15U);
  const ResultStore::Total total = store.total();
  EXPECT_EQ(total.worlds, 4U);
  EXPECT_EQ(total.failures, 1U);
  EXPECT_EQ(total.first_seed, 1U);
  EXPECT_EQ(total.last_seed, 9U);
  EXPECT_EQ(total.events, 150U);
  EXPECT_EQ(store.slowest(1).at(0).token, "seed:1");
  ASSERT_EQ(store.failures(5).size(), 1U);
  EXPECT_TRUE(store.failures(5)[0].same_as(bad));
  std::string order;
  store.each([&](std::uint64_t seed, const WorldResult&) { order += std::to_string(seed); });
  EXPECT_EQ(order, "1239");
}

TEST_F(ResultStoreTest, RefusesAFileThatIsNone) {
  std::FILE* file = std::fopen(path_.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs("this is no data base, although it is long enough to be looked at", file);
  std::fclose(file);
  EXPECT_THROW(ResultStore::open(path_), StoreFailure);
}

}  // namespace
}  // namespace stt::sim

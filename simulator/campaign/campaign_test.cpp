#include <simulator/campaign/campaign.hpp>

#include <gtest/gtest.h>
#include <signal.h>

#include <simulator/campaign/worker.hpp>
#include <simulator/trace/trace_hashes.hpp>

namespace stt::sim {
namespace {

std::string dump(const ResultStore& store) {
  std::string text;
  store.each(
      [&](std::uint64_t, const WorldResult& result) { text += canonical_json(result) + "\n"; });
  return text;
}

std::string run_and_dump(std::vector<SeedRange> seeds, std::uint64_t jobs) {
  ResultStore store = ResultStore::create("");
  EXPECT_EQ(run_campaign({std::move(seeds), jobs}, store, {}), CampaignEnd::complete);
  return dump(store);
}

TEST(Campaign, TheNumberOfJobsAndTheOrderChangeNothing) {
  const std::string alone = run_and_dump({{1, 6}}, 1);
  EXPECT_EQ(run_and_dump({{1, 6}}, 3), alone);
  EXPECT_EQ(run_and_dump({{4, 6}, {1, 3}}, 2), alone);
}

TEST(Campaign, ASeedAloneAndWithinACampaignGivesTheSame) {
  ResultStore store = ResultStore::create("");
  run_campaign({{{1, 2}}, 2}, store, {});
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    EXPECT_EQ(store.find(seed)->trace, trace_hash(seed)) << seed;
  }
}

TEST(Campaign, StoppedAndResumedLosesNothing) {
  ResultStore store = ResultStore::create("");
  std::uint64_t seen = 0;
  const CampaignWatch watch{[&] { return seen >= 2; },
                            [&](std::uint64_t worlds, std::uint64_t) { seen = worlds; }};
  EXPECT_EQ(run_campaign({{{1, 8}}, 2}, store, watch), CampaignEnd::stopped);
  EXPECT_GE(store.size(), 2U);
  EXPECT_LT(store.size(), 8U);
  EXPECT_EQ(run_campaign({store.missing({1, 8}), 2}, store, {}), CampaignEnd::complete);
  EXPECT_EQ(dump(store), run_and_dump({{1, 8}}, 1));
}

TEST(Worker, AWorldThatDoesNotEndIsGivenUpAndTheNextOneRuns) {
  Worker worker;
  const WorldResult hung = run_in(worker, "scenario:lossy-file:1", 0ms);
  EXPECT_EQ(hung.verdict, Verdict::hang);
  EXPECT_EQ(hung.token, "scenario:lossy-file:1");
  EXPECT_EQ(run_in(worker, "seed:1", 60s).verdict, Verdict::pass);
}

TEST(Worker, WhatKillsItsProcessIsTheResultAndTheNextOneRuns) {
  Worker worker;
  worker.ask("scenario:lossy-file:1");
  ASSERT_EQ(::kill(worker.process(), SIGABRT), 0);
  std::optional<WorldResult> result;
  while (!result) result = worker.collect();
  EXPECT_EQ(result->verdict, Verdict::crash);
  EXPECT_EQ(result->token, "scenario:lossy-file:1");
  EXPECT_EQ(result->problems, std::vector<std::string>{"killed by signal ABRT"});
  EXPECT_EQ(run_in(worker, "seed:1", 60s).verdict, Verdict::pass);
}

}  // namespace
}  // namespace stt::sim

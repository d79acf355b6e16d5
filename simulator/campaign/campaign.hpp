// Runs a world for each of many seeds, on all cores, and keeps what came out.
#pragma once

#include <functional>

#include <simulator/campaign/result_store.hpp>

namespace stt::sim {

struct CampaignPlan {
  std::vector<SeedRange> seeds;
  std::uint64_t jobs = 1;       // processes
  Duration world_limit = 300s;  // of real time; past it a world hangs
};

// Both are asked between two worlds, and a few times a second.
struct CampaignWatch {
  std::function<bool()> should_stop;
  std::function<void(std::uint64_t worlds, std::uint64_t failures)> progress;
};

enum class CampaignEnd : std::uint8_t { complete, stopped };

// What has been run is in `store`, committed, whatever the end; worlds that were running at a stop
// are waited for. Neither the number of jobs nor their order changes what is stored, but for the
// cost. Throws StoreFailure, Contradiction, std::system_error.
CampaignEnd run_campaign(const CampaignPlan& plan, ResultStore& store, const CampaignWatch& watch);

// The token of the world of a seed.
std::string campaign_token(std::uint64_t seed);

}  // namespace stt::sim

// What a campaign found, for people: text whose last line is made for scripts.
#pragma once

#include <string>

#include <simulator/campaign/result_store.hpp>

namespace stt::tool {

// Fault kinds that never happened are called gaps; failures come with the command that replays
// them. Ends with "campaign: N seeds, N failures".
std::string campaign_report(const sim::ResultStore& store);

}  // namespace stt::tool

// What a campaign found, as data for a page.
#pragma once

#include <string>

#include <simulator/campaign/result_store.hpp>

namespace stt::tool {

// A section of a page (reports/page/page.hpp), drawn by reports/page/campaign.js.
std::string campaign_section(const sim::ResultStore& store, const std::string& title);

}  // namespace stt::tool

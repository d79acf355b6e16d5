// How far a campaign is, on standard error: one line that changes on a terminal, now and then a
// plain line otherwise.
#pragma once

#include <cstdint>
#include <string>

#include <stt/base/time.hpp>

namespace stt::tool {

struct CampaignState {
  std::uint64_t total = 0;
  std::uint64_t done = 0;
  std::uint64_t failures = 0;
};

// "campaign  37 %  370 of 1000 seeds  24.1/s  0:26 left  no failures"
std::string campaign_line(const CampaignState& state, Duration since_begin);

class CampaignProgress {
 public:
  explicit CampaignProgress(bool terminal);
  ~CampaignProgress();
  CampaignProgress(const CampaignProgress&) = delete;
  CampaignProgress& operator=(const CampaignProgress&) = delete;

  // Cheap to call often.
  void update(const CampaignState& state);

 private:
  bool terminal_;
  Instant begin_;
  Instant shown_at_;
  std::uint64_t failures_shown_ = 0;
  bool line_is_open_ = false;
};

}  // namespace stt::tool

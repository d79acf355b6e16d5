#include <conformance/tool/campaign_progress.hpp>

#include <fmt/core.h>

#include <chrono>
#include <cstdio>

#include <conformance/tool/progress.hpp>

namespace stt::tool {
namespace {

constexpr Duration terminal_interval = 200ms;
constexpr Duration line_interval = 10s;

Instant real_now() {
  return Instant(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

std::string campaign_line(const CampaignState& state, Duration since_begin) {
  const double part =
      state.total == 0 ? 1 : static_cast<double>(state.done) / static_cast<double>(state.total);
  std::string text =
      fmt::format("campaign  {:.0f} %  {} of {} seeds", 100 * part, state.done, state.total);
  const double seconds = std::chrono::duration<double>(since_begin).count();
  if (seconds > 0 && state.done > 0) {
    const double rate = static_cast<double>(state.done) / seconds;
    text += fmt::format("  {:.1f}/s", rate);
    if (state.done < state.total) {
      const std::chrono::duration<double> left(static_cast<double>(state.total - state.done) /
                                               rate);
      text += fmt::format("  {} left", human_duration(std::chrono::duration_cast<Duration>(left)));
    }
  }
  return text +
         (state.failures == 0 ? "  no failures" : fmt::format("  {} FAILED", state.failures));
}

CampaignProgress::CampaignProgress(bool terminal)
    : terminal_(terminal), begin_(real_now()), shown_at_(begin_) {}

CampaignProgress::~CampaignProgress() {
  if (line_is_open_) std::fputc('\n', stderr);
}

void CampaignProgress::update(const CampaignState& state) {
  const Instant now = real_now();
  const bool has_news = state.done == state.total || state.failures > failures_shown_;
  const Duration pause = terminal_ ? terminal_interval : line_interval;
  if (now - shown_at_ < pause && !(has_news && terminal_) && state.done != state.total) return;
  const std::string line = campaign_line(state, now - begin_);
  std::fputs((terminal_ ? "\r" + line + "\x1b[K" : line + "\n").c_str(), stderr);
  std::fflush(stderr);
  line_is_open_ = terminal_;
  shown_at_ = now;
  failures_shown_ = state.failures;
}

}  // namespace stt::tool

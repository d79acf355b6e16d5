#include <simulator/campaign/campaign.hpp>

#include <poll.h>
#include <time.h>

#include <algorithm>

#include <simulator/campaign/worker.hpp>

namespace stt::sim {
namespace {

constexpr int round_ms = 200;
constexpr std::int64_t commit_after_ms = 1'000;

// Real time: what a campaign shows and gives up by, never what it finds.
std::int64_t real_ms() {
  timespec at{};
  ::clock_gettime(CLOCK_MONOTONIC, &at);
  return std::int64_t{at.tv_sec} * 1'000 + at.tv_nsec / 1'000'000;
}

class Campaign {
 public:
  Campaign(const CampaignPlan& plan, ResultStore& store, const CampaignWatch& watch)
      : plan_(plan), store_(store), watch_(watch), slots_(std::max<std::uint64_t>(plan.jobs, 1)) {}

  CampaignEnd run();

 private:
  struct Slot {
    Worker worker;
    std::uint64_t seed = 0;
    std::int64_t began_ms = 0;
  };

  std::optional<std::uint64_t> next_seed();
  void hand_out();
  void collect();
  void keep(const Slot& slot, const WorldResult& result);
  bool is_idle() const {
    return std::ranges::none_of(slots_, [](const Slot& slot) { return slot.worker.is_busy(); });
  }

  const CampaignPlan& plan_;
  ResultStore& store_;
  const CampaignWatch& watch_;
  std::vector<Slot> slots_;
  std::size_t range_ = 0;
  std::uint64_t given_ = 0;  // of that range
  bool is_stopping_ = false;
  std::uint64_t worlds_ = 0;
  std::uint64_t failures_ = 0;
  std::int64_t committed_ms_ = real_ms();
};

std::optional<std::uint64_t> Campaign::next_seed() {
  while (range_ < plan_.seeds.size() && given_ == plan_.seeds[range_].size()) {
    ++range_;
    given_ = 0;
  }
  if (range_ == plan_.seeds.size()) return std::nullopt;
  return plan_.seeds[range_].first + given_++;
}

void Campaign::hand_out() {
  for (Slot& slot : slots_) {
    if (slot.worker.is_busy()) continue;
    const auto seed = next_seed();
    if (!seed) return;
    slot.seed = *seed;
    slot.began_ms = real_ms();
    slot.worker.ask(campaign_token(*seed));
  }
}

void Campaign::collect() {
  std::vector<pollfd> waiting;
  std::vector<Slot*> busy;
  for (Slot& slot : slots_) {
    if (!slot.worker.is_busy()) continue;
    waiting.push_back({slot.worker.descriptor(), POLLIN, 0});
    busy.push_back(&slot);
  }
  ::poll(waiting.data(), waiting.size(), round_ms);  // interrupted: nothing is readable
  for (std::size_t i = 0; i < busy.size(); ++i) {
    Slot& slot = *busy[i];
    if (waiting[i].revents != 0) {
      if (const auto result = slot.worker.collect()) keep(slot, *result);
    } else if (real_ms() - slot.began_ms > plan_.world_limit / 1ms) {
      keep(slot, slot.worker.give_up());
    }
  }
}

void Campaign::keep(const Slot& slot, const WorldResult& result) {
  store_.add(slot.seed, result);
  ++worlds_;
  if (result.verdict != Verdict::pass) ++failures_;
}

CampaignEnd Campaign::run() {
  while (true) {
    is_stopping_ = is_stopping_ || (watch_.should_stop && watch_.should_stop());
    if (!is_stopping_) hand_out();
    if (is_idle()) break;
    collect();
    if (real_ms() - committed_ms_ > commit_after_ms) {
      store_.commit();
      committed_ms_ = real_ms();
    }
    if (watch_.progress) watch_.progress(worlds_, failures_);
  }
  store_.commit();
  return is_stopping_ ? CampaignEnd::stopped : CampaignEnd::complete;
}

}  // namespace

CampaignEnd run_campaign(const CampaignPlan& plan, ResultStore& store, const CampaignWatch& watch) {
  return Campaign(plan, store, watch).run();
}

std::string campaign_token(std::uint64_t seed) {
  return "seed:" + std::to_string(seed);
}

}  // namespace stt::sim

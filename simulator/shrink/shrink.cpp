#include <simulator/shrink/shrink.hpp>

#include <simulator/campaign/worker.hpp>
#include <simulator/scenario/base64url.hpp>
#include <simulator/scenario/scenario_json.hpp>

namespace stt::sim {
namespace {

class Search {
 public:
  Search(ScenarioJson scenario, const ShrinkPlan& plan)
      : plan_(plan), current_(std::move(scenario)) {}

  tl::expected<Shrunk, std::string> run();

 private:
  using Json = ScenarioJson;

  WorldResult play(const Json& scenario);
  Attempt attempt(const Json& candidate, Gain gain);
  bool is_same_failure(const WorldResult& result) const;
  bool is_gain(const WorldResult& result, Gain gain) const;

  const ShrinkPlan& plan_;
  Json current_;
  Worker worker_;
  std::string failure_;  // its class
  std::array<bool, kind_count> excused_{};
  WorldResult result_;  // of current_
  std::uint64_t tried_ = 0;
  bool is_stopped_ = false;
};

WorldResult Search::play(const Json& scenario) {
  ++tried_;
  return run_in(worker_, "json:" + to_base64url(scenario.dump()), plan_.world_limit);
}

// The same words, and no excuse that the first world did not have: a network that is cut, or that
// never heals, lets anything fail.
bool Search::is_same_failure(const WorldResult& result) const {
  if (failure_class(result) != failure_) return false;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    if (result.late_drops[kind] && !excused_[kind]) return false;
  }
  return true;
}

bool Search::is_gain(const WorldResult& result, Gain gain) const {
  switch (gain) {
    case Gain::structure: return true;
    case Gain::amount:
      return result.fault_events() <= result_.fault_events() && result.events <= result_.events;
    case Gain::luck: return result.fault_events() < result_.fault_events();
  }
  return false;
}

Attempt Search::attempt(const Json& candidate, Gain gain) {
  if (plan_.should_stop && plan_.should_stop()) {
    is_stopped_ = true;
    return {false, false};
  }
  if (!parse_scenario(candidate.dump())) return {};
  WorldResult result = play(candidate);
  const bool kept = is_same_failure(result) && is_gain(result, gain);
  if (plan_.tried) plan_.tried(result, kept);
  if (!kept) return {};
  current_ = candidate;
  result_ = std::move(result);
  return {true, true};
}

tl::expected<Shrunk, std::string> Search::run() {
  const WorldResult before = play(current_);
  if (before.verdict == Verdict::pass) {
    return tl::unexpected(std::string("that world ends as expected: there is nothing to shrink"));
  }
  failure_ = failure_class(before);
  excused_ = before.late_drops;
  result_ = before;
  while (!is_stopped_) {
    const Json last = current_;
    try_all_moves(current_,
                  [this](const Json& candidate, Gain gain) { return attempt(candidate, gain); });
    if (current_ == last) break;
  }
  current_["purpose"] = "Shrunk from " + current_.value("name", "a scenario") + ": " +
                        (before.problems.empty() ? "" : before.problems.front());
  const WorldResult after = play(current_);
  if (after.trace != result_.trace || failure_class(after) != failure_) {
    return tl::unexpected("the world differs from run to run: first " + canonical_json(result_) +
                          ", then " + canonical_json(after));
  }
  return Shrunk{current_.dump(2) + "\n", before, after, tried_, !is_stopped_};
}

}  // namespace

tl::expected<Shrunk, std::string> shrink(const std::string& scenario, const ShrinkPlan& plan) {
  if (const auto parsed = parse_scenario(scenario); !parsed) {
    return tl::unexpected(parsed.error().text());
  }
  return Search(ScenarioJson::parse(scenario), plan).run();
}

}  // namespace stt::sim

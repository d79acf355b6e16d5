#include <simulator/campaign/world_result.hpp>

#include <time.h>

#include <nlohmann/json.hpp>
#include <simulator/scenario/recipe.hpp>
#include <simulator/world.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> verdict_names{"pass", "fail", "crash", "hang"};

std::uint64_t cpu_now_us() {
  timespec spent{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<std::uint64_t>(spent.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(spent.tv_nsec) / 1'000;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Json states_json(const FaultsByState& states) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kind_count; ++i) {
    const auto& row = states[i];
    if (row != FaultsByState::value_type{}) json[std::string(name(static_cast<Kind>(i)))] = row;
  }
  return json;
}

// Throws what the JSON library throws.
FaultsByState states_of(const Json& json) {
  FaultsByState states{};
  for (std::size_t i = 0; i < kind_count; ++i) {
    const std::string kind(name(static_cast<Kind>(i)));
    if (json.contains(kind)) json.at(kind).get_to(states[i]);
  }
  return states;
}

Json to_json(const WorldResult& result) {
  Json faults = Json::object();
  for (std::size_t i = 0; i < kind_count; ++i) {
    if (result.faults[i] > 0) faults[std::string(name(static_cast<Kind>(i)))] = result.faults[i];
  }
  return {{"token", result.token},
          {"verdict", name(result.verdict)},
          {"trace", result.trace},
          {"simulated_ns", result.simulated.count()},
          {"events", result.events},
          {"faults", std::move(faults)},
          {"states", states_json(result.states)},
          {"problems", result.problems}};
}

class LateDrops final : public Observer {
 public:
  explicit LateDrops(const Scenario& scenario) : after_(last_disturbance(scenario)) {}
  void observe(const Observation& observation) override {
    if (observation.at > after_ && is_drop(observation.kind)) {
      kinds_[static_cast<std::size_t>(observation.kind)] = true;
    }
  }
  const std::array<bool, kind_count>& kinds() const { return kinds_; }

 private:
  Instant after_;
  std::array<bool, kind_count> kinds_{};
};

}  // namespace

std::string_view name(Verdict verdict) {
  return verdict_names[static_cast<std::size_t>(verdict)];
}

std::optional<Verdict> verdict_from_name(std::string_view name) {
  for (std::size_t i = 0; i < verdict_names.size(); ++i) {
    if (verdict_names[i] == name) return static_cast<Verdict>(i);
  }
  return std::nullopt;
}

bool WorldResult::same_as(const WorldResult& other) const {
  return canonical_json(*this) == canonical_json(other);
}

std::uint64_t WorldResult::fault_events() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : faults) sum += count;
  return sum;
}

WorldResult run_token(std::string_view token) {
  const std::uint64_t began = cpu_now_us();
  WorldResult result;
  result.token = token;
  const RecipeResult recipe = recipe_of_token(token);
  if (!recipe) {
    result.verdict = Verdict::fail;
    result.problems = {recipe.error()};
    return result;
  }
  LateDrops late(recipe->scenario);
  RunOptions options;
  options.observers.push_back(&late);
  const Outcome outcome = run(recipe->scenario, options);
  result.late_drops = late.kinds();
  result.verdict = outcome.as_expected() ? Verdict::pass : Verdict::fail;
  result.trace = to_hex(outcome.trace);
  result.problems = outcome.problems;
  result.simulated = outcome.simulated;
  result.events = outcome.events;
  for (std::size_t i = 0; i < kind_count; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (!is_fault(kind)) continue;
    result.faults[i] = outcome.counters.count(kind);
    for (std::size_t state = 0; state < protocol_state_count; ++state) {
      result.states[i][state] = outcome.matrix.at(kind, static_cast<ProtocolState>(state));
    }
  }
  result.cpu_us = cpu_now_us() - began;
  return result;
}

std::string canonical_json(const WorldResult& result) {
  return to_json(result).dump();
}

std::string wire_json(const WorldResult& result) {
  Json json = to_json(result);
  json["cpu_us"] = result.cpu_us;
  json["late_drops"] = result.late_drops;
  return json.dump();
}

std::optional<WorldResult> parse_wire_json(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    WorldResult result;
    const auto verdict = verdict_from_name(json.at("verdict").get<std::string>());
    if (!verdict) return std::nullopt;
    result.verdict = *verdict;
    result.token = json.at("token").get<std::string>();
    result.trace = json.at("trace").get<std::string>();
    result.problems = json.at("problems").get<std::vector<std::string>>();
    result.simulated = Duration(json.at("simulated_ns").get<Duration::rep>());
    result.events = json.at("events").get<std::uint64_t>();
    result.states = states_of(json.at("states"));
    json.at("late_drops").get_to(result.late_drops);
    result.cpu_us = json.at("cpu_us").get<std::uint64_t>();
    for (std::size_t i = 0; i < kind_count; ++i) {
      result.faults[i] =
          json.at("faults").value(std::string(name(static_cast<Kind>(i))), std::uint64_t{0});
    }
    return result;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::string to_json(const FaultsByState& states) {
  return states_json(states).dump();
}

std::optional<FaultsByState> parse_states(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    return states_of(json);
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::string failure_class(const WorldResult& result) {
  if (result.problems.empty()) return std::string(name(result.verdict));
  std::string_view problem = result.problems.front();
  // "at 1234 us: what"
  const std::size_t colon = problem.find(" us: ");
  if (problem.starts_with("at ") && colon != std::string_view::npos)
    problem.remove_prefix(colon + 5);
  std::string text;
  for (const char c : problem) {
    if (!is_digit(c)) {
      text += c;
    } else if (text.empty() || text.back() != '#') {
      text += '#';
    }
  }
  return text;
}

}  // namespace stt::sim

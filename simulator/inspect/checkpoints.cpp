#include <simulator/inspect/checkpoints.hpp>

#include <sstream>

#include <nlohmann/json.hpp>
#include <simulator/trace/json_trace.hpp>
#include <simulator/world.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

class CheckpointObserver final : public Observer {
 public:
  explicit CheckpointObserver(std::uint64_t every) : every_(every) {}

  void observe(const Observation& observation) override {
    trace_.observe(observation);
    last_at_ = observation.at.time_since_epoch();
    if (++events_ % every_ == 0) add();
  }
  std::vector<Checkpoint> finish() {
    if (events_ % every_ != 0) add();
    return std::move(checkpoints_);
  }

 private:
  void add() { checkpoints_.push_back({events_, last_at_, to_hex(trace_.digest())}); }

  std::uint64_t every_;
  std::uint64_t events_ = 0;
  Duration last_at_{};
  Trace trace_;
  std::vector<Checkpoint> checkpoints_;
};

class EventWindow final : public Observer {
 public:
  explicit EventWindow(EventRange range) : range_(range) {}

  void observe(const Observation& observation) override {
    ++events_;
    if (events_ < range_.first || events_ > range_.last) return;
    std::ostringstream line;
    JsonTrace(line).observe(observation);
    lines_.push_back(line.str());
    lines_.back().pop_back();  // its line feed
  }
  std::vector<std::string> lines() { return std::move(lines_); }

 private:
  EventRange range_;
  std::uint64_t events_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<Checkpoint> checkpoints_of(const Scenario& scenario, std::uint64_t every) {
  CheckpointObserver observer(every);
  RunOptions options;
  options.observers.push_back(&observer);
  run(scenario, options);
  return observer.finish();
}

std::string to_json_line(const Checkpoint& checkpoint) {
  return nlohmann::ordered_json{
      {"checkpoint", checkpoint.events}, {"t_ns", checkpoint.at.count()}, {"hash", checkpoint.hash}}
      .dump();
}

std::optional<Checkpoint> parse_checkpoint(std::string_view line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("checkpoint")) return std::nullopt;
  try {
    return Checkpoint{json.at("checkpoint").get<std::uint64_t>(),
                      Duration(json.at("t_ns").get<Duration::rep>()),
                      json.at("hash").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::vector<std::string> events_of(const Scenario& scenario, EventRange range) {
  EventWindow window(range);
  RunOptions options;
  options.observers.push_back(&window);
  run(scenario, options);
  return window.lines();
}

}  // namespace stt::sim

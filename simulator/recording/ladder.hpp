// Draws a run as a Mermaid sequence diagram: who sent what to whom, when it arrived, what was lost.
// Bounded, so that a page can show it; says so where it is cut.
#pragma once

#include <map>
#include <optional>
#include <set>

#include <simulator/recording/run_writer.hpp>

namespace stt::sim {

class Ladder final : public RunWriter {
 public:
  static constexpr std::size_t lines_max = 400;

  // `out` outlives it; everything is written at the end.
  Ladder(std::ostream& out, std::string_view about) : out_(out), about_(about) {}

  void begin(const Cast& cast) override;
  void on_observation(const Observation& observation, const Flight* flight) override;
  void on_node_event(Instant at, HostIndex host, const stt::Event& event) override;
  void end() override;

 private:
  // Packets in a row that say the same: one line.
  struct Arrow {
    HostIndex from = 0;
    HostIndex to = 0;
    std::string dropped;  // why; empty: it arrived
    std::string names;    // of the messages
    Instant first{};
    Instant last{};
    std::uint64_t count = 1;
    std::string text;  // of the first, with details
  };

  void add_note(Instant at, HostIndex host, const std::string& what);
  void add_arrow(Arrow arrow);
  void flush_arrow();
  void add_line(std::string line);

  std::ostream& out_;
  std::string about_;
  std::vector<std::string> names_;  // of hosts
  std::map<EntityId, HostIndex> host_of_;
  std::set<HostIndex> shown_;
  std::optional<Arrow> arrow_;
  std::vector<std::string> lines_;
  std::uint64_t left_out_ = 0;
};

}  // namespace stt::sim

// Draws a run as one HTML page that needs nothing else: a ladder of messages, and what arrived, the
// congestion windows, round-trip times and queues over time. The data stands in the page as JSON;
// page.html, which draws it, is compiled in. Bounded, whatever the length of the run.
#pragma once

#include <map>

#include <simulator/recording/run_writer.hpp>

namespace stt::sim {

class Page final : public RunWriter {
 public:
  static constexpr std::size_t arrows_max = 1'000;
  static constexpr std::size_t points_max = 400;  // of a line
  static constexpr std::size_t lines_max = 12;    // of a chart

  // `out` outlives it; everything is written at the end.
  Page(std::ostream& out, std::string_view about) : out_(out), about_(about) {}

  void begin(const Cast& cast) override;
  void on_packet(Instant at, EntityId where, const Flight& flight, ByteView bytes) override;
  void on_observation(const Observation& observation, const Flight* flight) override;
  void on_node_event(Instant at, HostIndex host, const stt::Event& event) override;
  void on_metrics(Instant at, HostIndex host, const SessionStatistics& metrics) override;
  void end() override;

 private:
  // How values at times that share a point become one.
  enum class Fold : std::uint8_t { sum, largest, newest };
  // A line over time, in steps that double whenever there are too many points.
  class Line {
   public:
    explicit Line(Fold fold) : fold_(fold) {}
    void add(Instant at, std::uint64_t value);
    Duration step() const { return step_; }
    const std::map<std::int64_t, std::uint64_t>& points() const { return points_; }

   private:
    void put(std::int64_t step, std::uint64_t value);
    void widen();

    Fold fold_;
    Duration step_ = 1ms;
    std::map<std::int64_t, std::uint64_t> points_;  // by number of the step
  };
  using Chart = std::map<std::string, Line>;
  struct Arrow {
    HostIndex from = 0;
    HostIndex to = 0;
    Instant sent{};
    Instant ended{};
    std::string dropped;  // why; empty: it arrived
    std::string text;
  };
  struct Note {
    HostIndex host = 0;
    Instant at{};
    std::string text;
  };

  void plot(Chart& chart, Fold fold, const std::string& line, Instant at, std::uint64_t value);
  void note(Instant at, HostIndex host, std::string text);

  std::ostream& out_;
  std::string about_;
  std::vector<std::string> hosts_;
  std::map<EntityId, Cast::LinkEntry> links_;
  std::map<std::uint64_t, Instant> sent_at_;  // by packet
  std::vector<Arrow> arrows_;
  std::vector<Note> notes_;
  std::uint64_t left_out_ = 0;
  Instant last_{};  // thing that befell a packet
  Chart arrived_;
  Chart windows_;
  Chart round_trips_;
  Chart queues_;
};

}  // namespace stt::sim

// Keeps a run in columns, for a page to draw: every packet, what a node's applications were told,
// and what congestion control goes by. Bounded, whatever the length of the run.
#pragma once

#include <map>
#include <unordered_map>

#include <simulator/recording/run_writer.hpp>

namespace stt::sim {

class Timeline final : public RunWriter {
 public:
  // What comes after that is counted, and not kept.
  static constexpr std::size_t packets_max = 200'000;
  static constexpr std::size_t points_max = 1'000'000;  // of all lines together
  static constexpr std::size_t lines_max = 12;          // of a chart
  static constexpr std::size_t notes_max = 1'000;

  // `out` outlives it. At the end it gets a section of a page (reports/page/page.hpp), drawn by
  // reports/page/scenario.js; times are microseconds of the world.
  Timeline(std::ostream& out, std::string_view about, std::string_view purpose)
      : out_(out), about_(about), purpose_(purpose) {}

  void begin(const Cast& cast) override;
  void on_packet(Instant at, EntityId where, const Flight& flight, ByteView bytes) override;
  void on_sent(const Observation& sent, const Flight& flight,
               std::span<const OpenedFrame> frames) override;
  void on_observation(const Observation& observation, const Flight* flight) override;
  void on_node_event(Instant at, HostIndex host, const stt::Event& event) override;
  void on_metrics(Instant at, HostIndex host, const SessionStatistics& metrics) override;
  void end() override;

 private:
  // A value over time; a point where it changes.
  struct Line {
    std::vector<std::int64_t> at;
    std::vector<std::uint64_t> value;
  };
  struct Chart {
    const char* title;
    const char* unit;
    double scale;  // of the unit in what is kept
    std::map<std::string, Line> lines;
  };
  // One stream in the direction of its sender, by the highest position that came so far.
  struct StreamKey {
    HostIndex sender = 0;
    SessionId session;
    StreamId stream;
    friend auto operator<=>(const StreamKey&, const StreamKey&) = default;
  };
  struct Progress {
    std::uint64_t sent = 0;
    std::uint64_t arrived = 0;
  };
  struct Carried {
    StreamKey key;
    std::uint64_t end = 0;  // the position after it
  };
  // A packet until its fate is known.
  struct UnderWay {
    Instant sent{};
    bool again = false;  // carries what was sent before
    std::vector<Carried> carried;
  };
  struct Packet {
    std::uint64_t number = 0;
    std::int64_t sent_us = 0;
    std::int64_t ended_us = 0;
    HostIndex from = 0;
    HostIndex to = 0;
    std::size_t bytes = 0;
    std::size_t fate = 0;  // 0: it arrived; else 1 + the Kind that dropped it
    bool again = false;
    std::size_t text = 0;
  };

  void plot(Chart& chart, const std::string& line, Instant at, std::uint64_t value);
  void note(Instant at, HostIndex host, std::string text);
  std::string stream_name(const StreamKey& key) const;
  std::size_t text_of(const Flight& flight);

  std::ostream& out_;
  std::string about_;
  std::string purpose_;
  std::vector<std::string> hosts_;
  std::map<EntityId, Cast::LinkEntry> links_;
  std::map<std::uint64_t, UnderWay> under_way_;  // by packet
  std::map<StreamKey, Progress> streams_;
  std::vector<Packet> packets_;
  std::unordered_map<std::string, std::size_t> texts_;  // what packets say, each once, numbered
  std::vector<std::tuple<HostIndex, std::int64_t, std::string>> notes_;
  std::int64_t end_us_ = 0;
  std::size_t points_ = 0;
  std::uint64_t left_out_ = 0;
  Chart progress_{"Stream progress", "kB", 1e-3, {}};
  Chart windows_{"Congestion window and bytes in flight", "kB", 1e-3, {}};
  Chart round_trips_{"Round-trip time", "ms", 1e-3, {}};
  Chart queues_{"Queue", "kB", 1e-3, {}};
  Chart epochs_{"Key epoch", "", 1, {}};
};

}  // namespace stt::sim

// Writes a run as qlog (draft-ietf-quic-qlog-main-schema) in JSON Text Sequences (RFC 7464), with
// event types of our own: qlog_schema.json says every one. The vantage point is the network: events
// of all hosts stand in one file, in the order of virtual time.
#pragma once

#include <map>

#include <simulator/recording/run_writer.hpp>

namespace stt::sim {

class Qlog final : public RunWriter {
 public:
  // `out` outlives it.
  Qlog(std::ostream& out, std::string_view about);

  void begin(const Cast& cast) override;
  void on_sent(const Observation& sent, const Flight& flight,
               std::span<const OpenedFrame> frames) override;
  void on_observation(const Observation& observation, const Flight* flight) override;
  void on_node_event(Instant at, HostIndex host, const stt::Event& event) override;
  void on_metrics(Instant at, HostIndex host, const SessionStatistics& metrics) override;
  void on_refused(Instant at, HostIndex host, Errc reason, std::uint64_t count) override;

 private:
  std::string where(EntityId entity) const;

  std::ostream& out_;
  std::map<EntityId, std::string> names_;  // of hosts and links
  std::vector<std::string> hosts_;
  std::map<std::pair<HostIndex, SessionHandle>, std::string> sessions_;  // their ids, in hex
  std::map<std::pair<HostIndex, SessionId>, std::uint64_t> lost_;        // as told last
};

}  // namespace stt::sim

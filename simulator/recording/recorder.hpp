// Sees a run and tells its writers: opens what is sent, remembers what each packet is about, and
// asks nodes for what congestion control goes by.
#pragma once

#include <map>
#include <vector>

#include <simulator/recording/run_writer.hpp>

namespace stt::sim {

class Recorder final : public Onlooker {
 public:
  explicit Recorder(std::uint64_t world_seed) : opener_(world_seed) {}

  // Before the run; in the order of adding they are told. Outlives it.
  void add(RunWriter& writer) { writers_.push_back(&writer); }
  // After the run.
  void end();

  void begin(const Cast& cast) override;
  void observe(const Observation& observation) override;
  void on_packet(Instant at, EntityId where, const Packet& packet) override;
  void on_event(const Host& host, const stt::Event& event) override;
  void after_datagram(const Host& host) override;
  void on_crash(const Host& host) override;

 private:
  using Frames = std::shared_ptr<const std::vector<FrameWords>>;
  using Mark = std::size_t;  // of the bytes of a packet
  struct Known {
    Flight flight;
    Mark mark = 0;
  };
  // What was told last of a host.
  struct Told {
    std::map<SessionHandle, SessionStatistics> sessions;
    DropCounters drops;  // of input that belongs to no session
  };

  Known& flight_of(const Packet& packet);
  void on_sent(const Observation& observation, Known& known);
  void sample(Instant at, HostIndex host);
  void tell_drops(Instant at, HostIndex host, const DropCounters& now, const DropCounters& told);

  FrameOpener opener_;
  std::vector<RunWriter*> writers_;
  const Network* network_ = nullptr;
  std::vector<const Host*> hosts_;
  std::map<EntityId, HostIndex> host_of_;
  std::map<std::uint64_t, Known> flights_;  // by number
  std::map<Mark, Frames> frames_;           // of hosts' packets that are on their way, for copies
  std::vector<Told> told_;                  // by host
};

}  // namespace stt::sim

// Drives one peer, the way adapters/asio does: a socket (the network), a clock (the queue), and the
// polling order that node.hpp prescribes. The node does not know where it lives.
#pragma once

#include <deque>

#include <simulator/hosts/application.hpp>
#include <simulator/hosts/host_watcher.hpp>
#include <simulator/hosts/peer.hpp>
#include <simulator/network/network.hpp>

namespace stt::sim {

class Host final : public Entity, public Receiver {
 public:
  // `engine`, `network`, `plan` and `application` outlive it. Registers itself with the engine; the
  // caller registers it with the network under the same index.
  Host(Engine& engine, Network& network, HostIndex index, const HostPlan& plan,
       Application& application);

  // Told what happens here, before the application is. Outlives the host.
  void watch(HostWatcher& watcher) { watchers_.push_back(&watcher); }

  // Lets an implementation from elsewhere live here, in this life and all others. Before start();
  // outlives the host.
  void house(const ForeignPeer& foreign);
  bool is_foreign() const { return foreign_ != nullptr; }

  // Starts the peer and its application, now.
  void start();

  // Only while it is up.
  Peer& peer() const { return *peer_; }
  // Only while it is up, and where no foreign implementation lives.
  Node& node() { return *peer_->node(); }
  const Node& node() const { return *peer_->node(); }
  bool is_up() const { return peer_ != nullptr; }
  HostIndex index() const { return index_; }
  EntityId id() const { return id_; }
  const HostPlan& plan() const { return plan_; }
  // How often it was started.
  std::uint32_t lives() const { return lives_; }
  // By this host's monotonic clock: what its peer is told.
  Instant now() const { return clock_.monotonic(engine_.now()); }
  Instant world_now() const { return engine_.now(); }
  const Network& network() const { return network_; }

  // Calls the application's on_wake at that time of the world, unless the host crashes before.
  void wake_at(Instant at, std::uint32_t argument);
  // Tells the world what the application did.
  void note_command(std::uint64_t what) { engine_.observe(id_, Kind::command, what); }

  void handle(const Event& event) override;
  std::optional<Kind> refuses(std::size_t bytes) const override;
  void receive(const Address& from, MutableByteView bytes) override;

 private:
  struct Arrived {
    Address from;
    Bytes bytes;
  };

  std::unique_ptr<Peer> make_peer(std::uint32_t life) const;
  void take(const Address& from, MutableByteView bytes);
  void begin(const Outage& outage);
  void end(const Outage& outage);
  void on_timer(Instant at);
  void drain();
  void arm(bool after_timeout);

  Engine& engine_;
  Network& network_;
  HostIndex index_;
  const HostPlan& plan_;
  Application& application_;
  EntityId id_;
  HostClock clock_;
  std::vector<HostWatcher*> watchers_;
  std::uint32_t lives_ = 0;
  std::uint64_t identity_ = 0;  // how often its storage was lost
  const ForeignPeer* foreign_ = nullptr;
  std::unique_ptr<Peer> peer_;
  std::optional<Instant> armed_at_;
  // While paused: what its socket holds, and whether a timer or a wake came.
  bool paused_ = false;
  std::deque<Arrived> socket_;
  std::size_t socket_bytes_ = 0;
  std::vector<std::uint32_t> missed_wakes_;
  Bytes encoded_;  // of the event that is being told
};

// The seeds that a world gives to its hosts.
// `identity` counts how often the host has lost its storage, and its seed with it.
Bytes node_seed(std::uint64_t world_seed, HostIndex host, std::uint64_t identity = 0);
// What tells the randomness of one life of a host from another's.
std::uint64_t life_number(HostIndex host, std::uint32_t life);
// The entropy of a foreign peer in the life of that number.
ByteArray<32> foreign_entropy(std::uint64_t world_seed, std::uint64_t life);
Bytes shared_seed(std::uint64_t world_seed, std::string_view seed_name);

// An event in few bytes, for the trace: its kind, and every number in it. Replaces what is in `to`.
void encode(const stt::Event& event, Bytes& to);

}  // namespace stt::sim

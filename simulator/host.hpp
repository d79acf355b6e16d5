// Drives one Node, the way adapters/asio does: a socket (the network), a clock (the queue), and the
// polling order that node.hpp prescribes. The node does not know where it lives.
#pragma once

#include <simulator/application.hpp>
#include <simulator/network.hpp>
#include <simulator/seeded_random.hpp>

namespace stt::sim {

class Host final : public Entity, public Receiver {
 public:
  // `engine`, `network` and `application` outlive it. Registers itself with the engine; the caller
  // registers it with the network under the same index.
  Host(Engine& engine, Network& network, HostIndex index, const HostPlan& plan,
       Application& application);

  // Starts the node and its application, now.
  void start();

  Node& node() { return *node_; }
  const Node& node() const { return *node_; }
  HostIndex index() const { return index_; }
  EntityId id() const { return id_; }
  Instant now() const { return engine_.now(); }
  const Network& network() const { return network_; }
  SeedHint seed_hint() const { return hint_; }

  // Calls the application's on_wake.
  void wake_at(Instant at, std::uint64_t argument);
  // Tells the world what the application did.
  void note_command(std::uint64_t what) { engine_.observe(id_, Kind::command, what); }

  void handle(const Event& event) override;
  void receive(const Address& from, MutableByteView bytes) override;

 private:
  void drain();
  void arm(bool after_timeout);

  Engine& engine_;
  Network& network_;
  HostIndex index_;
  Application& application_;
  EntityId id_;
  SeededRandom random_;
  SeedHint hint_{};
  std::optional<Node> node_;
  std::optional<Instant> armed_at_;
  Bytes transmit_buffer_;
};

// The seeds that a world gives to its hosts.
Bytes node_seed(std::uint64_t world_seed, HostIndex host);
Bytes shared_seed(std::uint64_t world_seed, std::string_view seed_name);

// An event in few bytes, for the trace: its kind, and every number in it.
Bytes encode(const stt::Event& event);

}  // namespace stt::sim

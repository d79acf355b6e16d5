// Who can be reached where. Hosts sit behind a NAT each, whose outside address is what the others
// see; links join pairs of hosts.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include <simulator/link.hpp>
#include <simulator/scenario.hpp>

namespace stt::sim {

// The end of the way: gets the bytes of a packet that has arrived.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void receive(const Address& from, MutableByteView bytes) = 0;
};

class Network final : public Entity {
 public:
  explicit Network(Engine& engine) : engine_(engine), id_(engine.add(*this)) {}

  // Hosts first, in order of their index; then links; then rebinds. `receiver` outlives the world.
  void add_host(EntityId entity, Receiver& receiver, const std::vector<Rebind>& rebinds);
  void add_link(const LinkBetween& link);

  // Where the world finds a host at this moment.
  const Address& address_of(HostIndex host) const { return hosts_[host].outside; }

  void send(HostIndex from, const Address& to, ByteView bytes);
  void handle(const Event& event) override;  // a rebind

 private:
  struct Place {
    EntityId entity;
    Receiver* receiver = nullptr;
    Address outside;
    std::vector<Rebind> rebinds;
    std::uint32_t times_rebound = 0;
  };
  // The last hop of one direction.
  class Exit final : public Port {
   public:
    Exit(Network& network, HostIndex host) : network_(network), host_(host) {}
    void accept(PacketSlot packet) override { network_.arrive(host_, packet); }

   private:
    Network& network_;
    HostIndex host_;
  };
  struct Direction {
    std::unique_ptr<Exit> exit;
    std::unique_ptr<Link> link;
  };

  void add_direction(HostIndex from, HostIndex to, const LinkPlan& plan);
  void arrive(HostIndex host, PacketSlot packet);
  void drop(EntityId where, PacketSlot packet, Kind why);

  Engine& engine_;
  EntityId id_;
  std::vector<Place> hosts_;
  std::map<std::pair<HostIndex, HostIndex>, Direction> directions_;
  std::map<Address, HostIndex> owners_;  // of every outside address that ever was
  Bytes arrived_;
};

}  // namespace stt::sim

// Who can be reached where. Hosts sit behind a NAT each, whose outside address is what the others
// see; links join hosts and routers; routers pass packets on along the shortest way.
#pragma once

#include <memory>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <simulator/network/fates.hpp>
#include <simulator/network/on_path.hpp>
#include <simulator/scenario/scenario.hpp>

namespace stt::sim {

// The end of the way: gets the bytes of a packet that has arrived.
class Receiver {
 public:
  virtual ~Receiver() = default;
  // Why a packet of that size is not taken now, if it is not.
  virtual std::optional<Kind> refuses(std::size_t) const { return std::nullopt; }
  virtual void receive(const Address& from, MutableByteView bytes) = 0;
};

class Network final : public Entity {
 public:
  explicit Network(Engine& engine) : engine_(engine), id_(engine.add(*this)) {}

  // Hosts first, in order of their index; then routers, then links. `receiver` outlives the world.
  void add_host(EntityId entity, Receiver& receiver, const std::vector<Rebind>& rebinds,
                const NatPlan& nat = {});
  void add_router() { places_.emplace_back(); }
  void add_link(const LinkBetween& link);

  // Where the world finds a host at this moment.
  const Address& address_of(HostIndex host) const { return places_[host].outside; }

  // Whose address that is or was.
  std::optional<HostIndex> owner_of(const Address& address) const;
  // Both directions of each link, one after the other, in the order of adding.
  const std::vector<std::unique_ptr<Link>>& links() const { return links_; }
  EntityId id() const { return id_; }

  // From now on every packet that a host sends has its fate decided first. Outlives the world.
  void obey(FateScript& fates) { fates_ = &fates; }

  void send(HostIndex from, const Address& to, ByteView bytes);
  // Lets a packet go on from a place.
  void forward(PlaceIndex place, PacketSlot packet);
  // A packet that no host has sent appears before the NAT of `at`; `kind` says whose work it is.
  void inject(HostIndex at, const Address& from, ByteView bytes, Kind kind);
  void handle(const Event& event) override;  // a rebind

 private:
  struct Exit {
    PlaceIndex to = 0;
    Link* link = nullptr;
  };
  struct Place {
    EntityId entity;
    Receiver* receiver = nullptr;  // null: a router
    Address outside;
    NatPlan nat;
    std::uint32_t times_rebound = 0;
    std::optional<Instant> last_sent;
    std::vector<Address> contacted;  // only where the NAT filters
    std::vector<Exit> exits;
    std::vector<Link*> routes;  // by place; computed when first asked for
  };
  // Where a link ends. `passes_on`: also what is meant for this place goes on from here.
  class Hop final : public Port {
   public:
    Hop(Network& network, PlaceIndex place, bool passes_on)
        : network_(network), place_(place), passes_on_(passes_on) {}
    void accept(PacketSlot packet) override;

   private:
    Network& network_;
    PlaceIndex place_;
    bool passes_on_;
  };

  void add_direction(PlaceIndex from, PlaceIndex to, const LinkPlan& plan);
  void rebind(HostIndex host, bool new_ip);
  Link* route(PlaceIndex from, PlaceIndex to);
  std::vector<Link*> routes_from(PlaceIndex from) const;
  void arrive(HostIndex host, PacketSlot packet);
  std::optional<Kind> refused_by_nat(const Place& place, const Packet& packet) const;

  Engine& engine_;
  EntityId id_;
  FateScript* fates_ = nullptr;
  std::vector<Place> places_;
  std::vector<std::unique_ptr<Hop>> hops_;
  std::vector<std::unique_ptr<OnPathAttacker>> attackers_;
  std::vector<std::unique_ptr<Link>> links_;
  struct AddressHash {
    std::size_t operator()(const Address& address) const;
  };
  // Of every outside address that ever was; never walked.
  boost::unordered_flat_map<Address, HostIndex, AddressHash> owners_;
  Bytes arrived_;
};

}  // namespace stt::sim

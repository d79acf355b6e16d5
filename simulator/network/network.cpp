#include <simulator/network/network.hpp>

#include <algorithm>
#include <cstring>

namespace stt::sim {
namespace {

// 10.x.y.z with the host in the low bits and how often its NAT has changed the address in the
// middle; ports count up from 40000.
Address outside_address(HostIndex host, std::uint32_t ip_changes, std::uint32_t port_changes) {
  return Address::ipv4(10, static_cast<std::uint8_t>(ip_changes),
                       static_cast<std::uint8_t>(host >> 8), static_cast<std::uint8_t>(host),
                       static_cast<std::uint16_t>(40'000 + port_changes % 20'000));
}

}  // namespace

// What tells our addresses apart stands in the last bytes and the port.
std::size_t Network::AddressHash::operator()(const Address& address) const {
  std::uint64_t last = 0;
  std::memcpy(&last, address.ip.data() + 8, sizeof last);
  return (last ^ address.port) * 0x9E37'79B9'7F4A'7C15;
}

void Network::add_host(EntityId entity, Receiver& receiver, const std::vector<Rebind>& rebinds,
                       const NatPlan& nat) {
  const HostIndex host = places_.size();
  Place& place = places_.emplace_back();
  place.entity = entity;
  place.receiver = &receiver;
  place.nat = nat;
  place.outside = outside_address(host, 0, 0);
  owners_[place.outside] = host;
  for (const Rebind& rebind : rebinds) {
    engine_.queue().schedule(Instant(rebind.at), id_, rebind.new_ip ? 1 : 0, host);
  }
}

void Network::add_link(const LinkBetween& link) {
  add_direction(link.a, link.b, link.forward);
  add_direction(link.b, link.a, link.back);
}

void Network::add_direction(PlaceIndex from, PlaceIndex to, const LinkPlan& plan) {
  hops_.push_back(std::make_unique<Hop>(*this, to, false));
  Port* end = hops_.back().get();
  OnPathAttacker* attacker = nullptr;
  if (has_attacker(plan)) {
    hops_.push_back(std::make_unique<Hop>(*this, to, true));
    attackers_.push_back(std::make_unique<OnPathAttacker>(engine_, *end, *hops_.back()));
    end = attacker = attackers_.back().get();
  }
  links_.push_back(std::make_unique<Link>(engine_, plan, *end));
  if (attacker != nullptr) attacker->watch(*links_.back());
  places_[from].exits.push_back({to, links_.back().get()});
}

std::optional<HostIndex> Network::owner_of(const Address& address) const {
  const auto found = owners_.find(address);
  if (found == owners_.end()) return std::nullopt;
  return found->second;
}

void Network::send(HostIndex from, const Address& to, ByteView bytes) {
  Place& place = places_[from];
  const bool expired = place.nat.timeout > Duration{} && place.last_sent &&
                       engine_.now() - *place.last_sent > place.nat.timeout;
  if (expired) {
    place.contacted.clear();
    rebind(from, false);
  }
  place.last_sent = engine_.now();
  const bool is_new = std::ranges::find(place.contacted, to) == place.contacted.end();
  if (place.nat.filters && is_new) place.contacted.push_back(to);
  const PacketSlot packet = engine_.packets().create(place.outside, to, bytes);
  engine_.show(place.entity, packet);
  engine_.observe(place.entity, Kind::sent, engine_.packets().at(packet).number, bytes);
  if (fates_ != nullptr) return fates_->decide(from, packet);
  forward(from, packet);
}

void Network::inject(HostIndex at, const Address& from, ByteView bytes, Kind kind) {
  const PacketSlot packet = engine_.packets().create(from, places_[at].outside, bytes);
  engine_.show(id_, packet);
  engine_.observe(id_, kind, engine_.packets().at(packet).number, bytes);
  arrive(at, packet);
}

void Network::handle(const Event& event) {
  rebind(event.argument, event.code == 1);
}

void Network::rebind(HostIndex host, bool new_ip) {
  Place& place = places_[host];
  ++place.times_rebound;
  const std::uint32_t ip_changes = std::to_integer<std::uint32_t>(place.outside.ip[13]);
  place.outside = outside_address(host, ip_changes + (new_ip ? 1 : 0), place.times_rebound);
  owners_[place.outside] = host;
  engine_.observe(place.entity, Kind::rebound, place.times_rebound);
}

void Network::Hop::accept(PacketSlot packet) {
  const Place& place = network_.places_[place_];
  if (place.receiver != nullptr && !passes_on_) return network_.arrive(place_, packet);
  network_.forward(place_, packet);
}

void Network::forward(PlaceIndex place, PacketSlot packet) {
  const auto owner = owners_.find(engine_.packets().at(packet).to);
  Link* link = owner == owners_.end() ? nullptr : route(place, owner->second);
  if (link == nullptr) return drop(engine_, places_[place].entity, packet, Kind::unrouted);
  link->accept(packet);
}

Link* Network::route(PlaceIndex from, PlaceIndex to) {
  Place& place = places_[from];
  if (place.exits.size() == 1) {
    const Exit& exit = place.exits[0];
    return exit.to == to || places_[exit.to].receiver == nullptr ? exit.link : nullptr;
  }
  if (place.routes.empty()) place.routes = routes_from(from);
  return place.routes[to];
}

// Breadth first, exits in the order of their links; hosts do not pass on what is not theirs.
std::vector<Link*> Network::routes_from(PlaceIndex from) const {
  std::vector<Link*> routes(places_.size(), nullptr);
  std::vector<PlaceIndex> reached;
  for (const Exit& exit : places_[from].exits) {
    if (exit.to == from || routes[exit.to] != nullptr) continue;
    routes[exit.to] = exit.link;
    reached.push_back(exit.to);
  }
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (places_[reached[i]].receiver != nullptr) continue;
    for (const Exit& exit : places_[reached[i]].exits) {
      if (exit.to == from || routes[exit.to] != nullptr) continue;
      routes[exit.to] = routes[reached[i]];
      reached.push_back(exit.to);
    }
  }
  return routes;
}

std::optional<Kind> Network::refused_by_nat(const Place& place, const Packet& packet) const {
  if (packet.to != place.outside) return Kind::unbound;
  if (place.nat.timeout > Duration{}) {
    const bool is_open = place.last_sent && engine_.now() - *place.last_sent <= place.nat.timeout;
    if (!is_open) return Kind::binding_expired;
  }
  const bool is_known = std::ranges::find(place.contacted, packet.from) != place.contacted.end();
  if (place.nat.filters && !is_known) return Kind::filtered;
  return std::nullopt;
}

void Network::arrive(HostIndex host, PacketSlot slot) {
  Place& place = places_[host];
  Packet& packet = engine_.packets().at(slot);
  if (const auto why = refused_by_nat(place, packet)) {
    return drop(engine_, place.entity, slot, *why);
  }
  if (const auto why = place.receiver->refuses(packet.bytes.size())) {
    return drop(engine_, place.entity, slot, *why);
  }
  // The bytes leave the pool before the host acts: what it sends may use the slot again.
  arrived_.swap(packet.bytes);
  const Address from = packet.from;
  const std::uint64_t number = packet.number;
  engine_.packets().release(slot);
  engine_.observe(place.entity, Kind::delivered, number);
  place.receiver->receive(from, arrived_);
}

}  // namespace stt::sim

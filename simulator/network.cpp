#include <simulator/network.hpp>

namespace stt::sim {
namespace {

// 10.x.y.z with the host in the low bits and how often its NAT has changed the address in the
// middle; ports count up from 40000.
Address outside_address(HostIndex host, std::uint32_t ip_changes, std::uint32_t port_changes) {
  return Address::ipv4(10, static_cast<std::uint8_t>(ip_changes),
                       static_cast<std::uint8_t>(host >> 8), static_cast<std::uint8_t>(host),
                       static_cast<std::uint16_t>(40'000 + port_changes));
}

}  // namespace

void Network::add_host(EntityId entity, Receiver& receiver, const std::vector<Rebind>& rebinds) {
  const HostIndex host = hosts_.size();
  hosts_.push_back({entity, &receiver, outside_address(host, 0, 0), rebinds, 0});
  owners_[hosts_[host].outside] = host;
  for (const Rebind& rebind : rebinds) {
    engine_.queue().schedule(Instant(rebind.at), id_, rebind.new_ip ? 1 : 0, host);
  }
}

void Network::add_link(const LinkBetween& link) {
  add_direction(link.a, link.b, link.forward);
  add_direction(link.b, link.a, link.back);
}

void Network::add_direction(HostIndex from, HostIndex to, const LinkPlan& plan) {
  STT_ASSERT(!directions_.contains({from, to}));
  auto exit = std::make_unique<Exit>(*this, to);
  auto link = std::make_unique<Link>(engine_, plan, *exit);
  directions_[{from, to}] = {std::move(exit), std::move(link)};
}

void Network::send(HostIndex from, const Address& to, ByteView bytes) {
  const Place& place = hosts_[from];
  const PacketSlot packet = engine_.packets().create(place.outside, to, bytes);
  engine_.observe(place.entity, Kind::sent, engine_.packets().at(packet).number, bytes);
  const auto owner = owners_.find(to);
  if (owner == owners_.end()) return drop(place.entity, packet, Kind::unrouted);
  const auto direction = directions_.find({from, owner->second});
  if (direction == directions_.end()) return drop(place.entity, packet, Kind::unrouted);
  direction->second.link->accept(packet);
}

void Network::handle(const Event& event) {
  Place& place = hosts_[event.argument];
  ++place.times_rebound;
  const bool new_ip = event.code == 1;
  const std::uint32_t ip_changes = std::to_integer<std::uint32_t>(place.outside.ip[13]);
  place.outside =
      outside_address(event.argument, ip_changes + (new_ip ? 1 : 0), place.times_rebound);
  owners_[place.outside] = event.argument;
  engine_.observe(place.entity, Kind::rebound, place.times_rebound);
}

void Network::arrive(HostIndex host, PacketSlot slot) {
  Place& place = hosts_[host];
  Packet& packet = engine_.packets().at(slot);
  if (packet.to != place.outside) return drop(place.entity, slot, Kind::unbound);
  // The bytes leave the pool before the host acts: what it sends may use the slot again.
  arrived_.swap(packet.bytes);
  const Address from = packet.from;
  const std::uint64_t number = packet.number;
  engine_.packets().release(slot);
  engine_.observe(place.entity, Kind::delivered, number);
  place.receiver->receive(from, arrived_);
}

void Network::drop(EntityId where, PacketSlot packet, Kind why) {
  const std::uint64_t number = engine_.packets().at(packet).number;
  engine_.packets().release(packet);
  engine_.observe(where, why, number);
}

}  // namespace stt::sim

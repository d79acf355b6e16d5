// A proxy for the datagrams of one node on this machine, which treats them as a bad network would.
// What happens to the n-th datagram of a direction is drawn from a seed, so that two runs differ in
// no more than what real time does to them.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include <simulator/engine/draws.hpp>
#include <stt/adapters/asio/udp_socket.hpp>
#include <stt/base/time.hpp>

namespace stt::conform::live {

struct Impairment {
  sim::Ppm loss = 0;
  sim::Ppm duplication = 0;
  sim::Ppm reordering = 0;  // held back, so that later ones overtake
  Duration delay{};         // of all of them
};

// What happens to one datagram.
struct Fate {
  bool is_lost = false;
  bool is_doubled = false;
  Duration delay{};
  friend bool operator==(const Fate&, const Fate&) = default;
};

// The fates of one direction.
class Fates {
 public:
  Fates(const Impairment& impairment, std::uint64_t seed, std::uint64_t direction);
  Fate of(std::uint64_t number) const;

 private:
  Impairment impairment_;
  sim::Draws loss_;
  sim::Draws duplication_;
  sim::Draws reordering_;
};

struct RelayCounters {
  std::uint64_t datagrams = 0;
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  std::uint64_t held_back = 0;
};

class Relay {
 public:
  // Between `target` and whoever sends to address(), which is on the loopback.
  // node.address_unusable, node.transport_failed and the other errors of UdpSocket.
  static Result<Relay> open(const Address& target, const Impairment& impairment,
                            std::uint64_t seed);

  const Address& address() const { return inner_.local(); }
  // Takes what has arrived, and passes on what is due. To be called often.
  void move(Instant now);
  const RelayCounters& counters() const { return counters_; }

 private:
  struct Waiting {
    bool outward = false;
    Bytes bytes;
  };

  Relay(adapters::UdpSocket inner, adapters::UdpSocket outer, const Address& target,
        const Impairment& impairment, std::uint64_t seed);
  void take(Instant now, bool outward);
  void plan(Instant now, bool outward, ByteView datagram);
  void pass_on(const Waiting& waiting);

  adapters::UdpSocket inner_;  // towards our node
  adapters::UdpSocket outer_;  // towards the target
  Address target_;
  std::optional<Address> node_;  // who has sent to us
  Impairment impairment_;
  Fates outward_fates_;
  Fates inward_fates_;
  std::uint64_t outward_count_ = 0;
  std::uint64_t inward_count_ = 0;
  std::multimap<Instant, Waiting> waiting_;
  RelayCounters counters_;
  std::unique_ptr<adapters::ReceiveBatch> batch_;
};

}  // namespace stt::conform::live

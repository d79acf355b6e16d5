#include <conformance/live/relay.hpp>

#include <algorithm>

#include <stt/adapters/asio/socket_address.hpp>

namespace stt::conform::live {
namespace {

// Of a datagram that is held back: longer than a burst takes on the loopback.
constexpr std::uint64_t held_back_ms_min = 5;
constexpr std::uint64_t held_back_ms_max = 40;

// Datagrams are passed on one by one, as they came.
constexpr adapters::UdpSocketOptions socket_options{.offload = false};

Address any_address_like(const Address& address) {
  return adapters::family_of(address) == adapters::Family::ipv4 ? Address::ipv4(0, 0, 0, 0, 0)
                                                                : Address{};
}

}  // namespace

Fates::Fates(const Impairment& impairment, std::uint64_t seed, std::uint64_t direction)
    : impairment_(impairment),
      loss_(seed, direction, "live.loss"),
      duplication_(seed, direction, "live.duplication"),
      reordering_(seed, direction, "live.reordering") {}

Fate Fates::of(std::uint64_t number) const {
  Fate fate{.is_lost = loss_.chance_at(number, impairment_.loss),
            .is_doubled = duplication_.chance_at(number, impairment_.duplication),
            .delay = impairment_.delay};
  if (reordering_.chance_at(number, impairment_.reordering)) {
    fate.delay += std::chrono::milliseconds(
        reordering_.between_at(number, held_back_ms_min, held_back_ms_max));
  }
  return fate;
}

Result<Relay> Relay::open(const Address& target, const Impairment& impairment, std::uint64_t seed) {
  STT_TRY_ASSIGN(inner, adapters::UdpSocket::open(Address::ipv4(127, 0, 0, 1, 0), socket_options));
  STT_TRY_ASSIGN(outer, adapters::UdpSocket::open(any_address_like(target), socket_options));
  return Relay(std::move(inner), std::move(outer), target, impairment, seed);
}

Relay::Relay(adapters::UdpSocket inner, adapters::UdpSocket outer, const Address& target,
             const Impairment& impairment, std::uint64_t seed)
    : inner_(std::move(inner)),
      outer_(std::move(outer)),
      target_(target),
      impairment_(impairment),
      outward_fates_(impairment, seed, 0),
      inward_fates_(impairment, seed, 1),
      batch_(std::make_unique<adapters::ReceiveBatch>()) {}

void Relay::move(Instant now) {
  take(now, true);
  take(now, false);
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    pass_on(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
}

void Relay::take(Instant now, bool outward) {
  adapters::UdpSocket& socket = outward ? inner_ : outer_;
  for (auto arrivals = socket.receive(*batch_); !arrivals.empty();
       arrivals = socket.receive(*batch_)) {
    for (const adapters::Arrival& arrival : arrivals) {
      if (outward) node_ = arrival.from;
      if (!outward && arrival.from != target_) continue;
      for (ByteView left = arrival.bytes; !left.empty();) {
        const std::size_t size = std::min(left.size(), arrival.segment_bytes);
        plan(now, outward, left.first(size));
        left = left.subspan(size);
      }
    }
  }
}

void Relay::plan(Instant now, bool outward, ByteView datagram) {
  const Fate fate =
      outward ? outward_fates_.of(outward_count_++) : inward_fates_.of(inward_count_++);
  ++counters_.datagrams;
  counters_.lost += fate.is_lost ? 1 : 0;
  counters_.doubled += fate.is_doubled ? 1 : 0;
  counters_.held_back += fate.delay > impairment_.delay ? 1 : 0;
  if (fate.is_lost) return;
  for (int copies = fate.is_doubled ? 2 : 1; copies > 0; --copies) {
    waiting_.emplace(now + fate.delay, Waiting{outward, to_bytes(datagram)});
  }
}

void Relay::pass_on(const Waiting& waiting) {
  // What the system does not take is lost, as in any network.
  if (waiting.outward) {
    (void)outer_.send(target_, waiting.bytes, waiting.bytes.size());
  } else if (node_) {
    (void)inner_.send(*node_, waiting.bytes, waiting.bytes.size());
  }
}

}  // namespace stt::conform::live

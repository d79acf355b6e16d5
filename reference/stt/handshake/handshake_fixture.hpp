// Test support: two nodes' handshakes with a wire of datagrams between them, all deterministic.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <stt/handshake/handshakes.hpp>

namespace stt::handshake {

inline Bytes seed_named(std::string_view name) {
  return to_bytes(crypto::hash({as_bytes("test seed"), as_bytes(name)}));
}

// Fixed bytes per name, label and number of the draw; `inject` comes first, `fail_label` fails.
class FakeRandom final : public Random {
 public:
  explicit FakeRandom(std::string_view name) : name_(name) {}

  Result<void> fill(std::string_view label, MutableByteView out) override {
    if (label == fail_label) return fail(Errc::random_failed);
    std::vector<Bytes>& waiting = inject[std::string(label)];
    if (!waiting.empty()) {
      std::ranges::copy(waiting.front(), out.begin());
      waiting.erase(waiting.begin());
      return {};
    }
    const ByteArray<1> count{static_cast<std::byte>(draws_ & 0xFF)};
    const ByteArray<1> count_high{static_cast<std::byte>((draws_ >> 8) & 0xFF)};
    ++draws_;
    const auto bytes = crypto::hash({as_bytes(name_), as_bytes(label), count, count_high});
    std::copy_n(bytes.begin(), out.size(), out.begin());
    return {};
  }

  std::map<std::string, std::vector<Bytes>> inject;
  std::string fail_label;

 private:
  std::string name_;
  unsigned draws_ = 0;
};

struct UsedIds final : SessionIds {
  bool in_use(const SessionId& id) const override { return ids.contains(id); }
  std::set<SessionId> ids;
};

// The session id that an AUTH frame carries in the clear.
inline SessionId view_session(const Bytes& frame) {
  return std::get<wire::FrameView>(wire::parse_frame(frame)).header.session_id;
}

struct Sent {
  Address to;
  Bytes frame;
};

// One node as far as handshakes go.
class Side {
 public:
  Side(std::string_view name, const Address& own_address, HandshakeConfig config = {})
      : identity(*crypto::Identity::from_seed(seed_named(name))),
        random(name),
        address(own_address),
        handshakes(std::move(config), identity, random, used_ids),
        hint(*handshakes.add_shared_seed(seed_named("pair"))) {}
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  NodeId id() const { return NodeId{identity.node_id()}; }

  Result<HandshakeHandle> start(Instant now, const Address& to,
                                std::optional<NodeId> expected = std::nullopt) {
    return handshakes.start(now, to, hint, expected);
  }

  std::optional<Sent> poll(Instant now) {
    ByteArray<wire::handshake_frame_bytes_max> buffer;
    const auto transmit = handshakes.poll_transmit(now, buffer);
    if (!transmit) return std::nullopt;
    return Sent{transmit->to, to_bytes(ByteView(buffer).first(transmit->size))};
  }

  // The frame that must be due now, and nothing else.
  Bytes take(Instant now) {
    const auto sent = poll(now);
    EXPECT_TRUE(sent.has_value());
    EXPECT_FALSE(poll(now).has_value());
    return sent ? sent->frame : Bytes{};
  }
  bool silent(Instant now) { return !poll(now).has_value(); }

  Result<void> receive(Instant now, const Address& from, ByteView frame) {
    const auto parsed = wire::parse_frame(frame);
    if (const auto* error = std::get_if<Errc>(&parsed)) return fail(*error);
    if (std::holds_alternative<wire::NeedMore>(parsed)) return fail(Errc::frame_incomplete);
    return handshakes.handle_frame(now, from, std::get<wire::FrameView>(parsed));
  }

  std::vector<Outcome> outcomes() {
    std::vector<Outcome> out;
    while (auto outcome = handshakes.poll_outcome()) out.push_back(std::move(*outcome));
    return out;
  }
  std::optional<Established> established() {
    auto all = outcomes();
    if (all.size() != 1 || !std::holds_alternative<Established>(all[0])) return std::nullopt;
    return std::move(std::get<Established>(all[0]));
  }
  std::optional<Errc> failure() {
    auto all = outcomes();
    if (all.size() != 1 || !std::holds_alternative<Failed>(all[0])) return std::nullopt;
    return std::get<Failed>(all[0]).reason;
  }

  crypto::Identity identity;
  FakeRandom random;
  UsedIds used_ids;
  Address address;
  Handshakes handshakes;
  SeedHint hint;
};

inline const Address alice_address = Address::ipv4(192, 0, 2, 1, 9000);
inline const Address bob_address = Address::ipv4(192, 0, 2, 2, 9000);
inline const Address elsewhere = Address::ipv4(203, 0, 113, 7, 4242);

inline Address websocket_address(std::uint8_t number) {
  Address address{.transport = Transport::websocket};
  address.ip[15] = std::byte{number};
  return address;
}

// Alice starts handshakes with Bob. Each step hands over one frame and expects it to be taken.
class TwoNodes : public testing::Test {
 protected:
  Bytes hello() {
    EXPECT_TRUE(alice.start(now, bob.address));
    return alice.take(now);
  }
  Bytes response_to(const Bytes& hello_frame) {
    EXPECT_TRUE(bob.receive(now, alice.address, hello_frame));
    return bob.take(now);
  }
  Bytes proof_for(const Bytes& response_frame) {
    EXPECT_TRUE(alice.receive(now, bob.address, response_frame));
    return alice.take(now);
  }
  Bytes final_for(const Bytes& proof_frame) {
    EXPECT_TRUE(bob.receive(now, alice.address, proof_frame));
    return bob.take(now);
  }

  void wait(Duration duration) {
    now += duration;
    alice.handshakes.handle_timeout(now);
    bob.handshakes.handle_timeout(now);
  }

  Instant now = Instant{} + 1s;
  Side alice{"alice", alice_address};
  Side bob{"bob", bob_address};
};

}  // namespace stt::handshake

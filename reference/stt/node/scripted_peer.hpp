// A peer under the test's control, for tests: it makes a true handshake with a Node, and then seals
// whatever it likes with the session's keys. It keeps no rule unless the test does.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <stt/handshake/handshakes.hpp>
#include <stt/node/two_nodes.hpp>
#include <stt/session/opener.hpp>
#include <stt/session/sealer.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::testing {

// A frame that the node has sent, opened.
struct Opened {
  wire::FrameType type{};
  StreamId stream;
  Sequence sequence;
  Epoch epoch;
  Address to;
  std::size_t datagram_bytes = 0;
  std::size_t datagram = 0;  // which one
  Bytes payload;

  // The control message of that kind, if it is one. Borrows from `payload`.
  template <class M>
  std::optional<M> control() const {
    if (type != wire::FrameType::control) return std::nullopt;
    const auto message = wire::decode_control(payload);
    if (!message || !std::holds_alternative<M>(*message)) return std::nullopt;
    return std::get<M>(*message);
  }
};

class ScriptedPeer final : public handshake::SessionIds {
 public:
  ScriptedPeer(Side& victim, std::string_view node_seed, Address own,
               const handshake::HandshakeConfig& config = {})
      : address(own),
        victim_(victim),
        random_(own.port),
        identity_(*crypto::Identity::from_seed(as_bytes(node_seed))),
        handshakes_(config, identity_, random_, *this),
        hint_(*handshakes_.add_shared_seed(as_bytes(shared_seed))) {}

  bool in_use(const SessionId&) const override { return false; }

  // A handshake from here to the node; whether it led to a session.
  bool connect(Instant now) {
    if (!handshakes_.start(now, victim_.address, hint_)) return false;
    return exchange(now);
  }
  // A handshake that the node has begun with us, by connect().
  bool accept(Instant now) { return exchange(now); }

  NodeId id() const { return NodeId{identity_.node_id()}; }
  SessionId session() const { return session_; }
  session::Sealer& sealer() { return *sealer_; }

  // One frame around any payload, under the next sequence.
  Bytes seal(wire::FrameType type, StreamId stream, ByteView payload) {
    const auto header = sealer_->next_header(type, session_, stream);
    Bytes frame(wire::encoded_size(*header, payload.size()));
    wire::Writer writer(frame);
    const wire::FrameSlots slots = wire::lay_out_frame(writer, *header, payload.size());
    std::ranges::copy(payload, slots.payload.begin());
    sealer_->seal(*header, slots);
    return frame;
  }
  Bytes seal(const wire::ControlMessage& message) {
    Bytes payload(wire::encoded_size(message));
    wire::Writer writer(payload);
    wire::encode(writer, message);
    return seal(wire::FrameType::control, StreamId{}, payload);
  }
  Bytes seal(StreamId stream, const wire::StreamControlMessage& message) {
    Bytes payload(wire::encoded_size(message));
    wire::Writer writer(payload);
    wire::encode(writer, message);
    return seal(wire::FrameType::stream_control, stream, payload);
  }
  Bytes seal_data(StreamId stream, std::uint64_t offset, ByteView bytes, bool end = true,
                  wire::FrameType type = wire::FrameType::data) {
    const wire::DataMessage message{end, Position(offset), bytes};
    Bytes payload(wire::encoded_size(message));
    wire::Writer writer(payload);
    wire::encode(writer, message);
    return seal(type, stream, payload);
  }

  // Hands a datagram to the node, and takes what it says to that.
  void give(Instant now, Bytes datagram) { give_from(now, address, std::move(datagram)); }
  void give_from(Instant now, const Address& from, Bytes datagram) {
    victim_.node.handle_datagram(now, from, datagram);
    collect(now);
  }

  // Takes events and frames of the node. Frames of other sessions are left out.
  void collect(Instant now) {
    while (auto event = victim_.node.poll_event()) victim_.events.push_back(std::move(*event));
    while (const auto sent = victim_.node.poll_transmit(now, buffer_)) {
      Bytes datagram(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(sent->size));
      datagrams.push_back(datagram);
      open(now, sent->to, datagram);
    }
    while (auto event = victim_.node.poll_event()) victim_.events.push_back(std::move(*event));
  }

  // Lets the node's timers run up to `until`; nothing of it is answered.
  void wait(Instant& now, Duration time) {
    const Instant end = now + time;
    for (std::size_t steps = 0;; ++steps) {
      ASSERT_LT(steps, 100'000U) << "time stands still";
      const auto next = victim_.node.poll_timeout();
      if (!next || *next > end) break;
      now = std::max(now, *next);
      victim_.node.handle_timeout(now);
      collect(now);
    }
    now = end;
  }

  // An ACK of all that has been received, except what `leaves_out`.
  Bytes seal_ack(const std::function<bool(const Opened&)>& leaves_out = {}) {
    std::vector<Sequence> sequences;
    for (const Opened& frame : received) {
      if (!leaves_out || !leaves_out(frame)) sequences.push_back(frame.sequence);
    }
    std::ranges::sort(sequences, std::ranges::greater{});
    wire::Ack ack;
    for (const Sequence sequence : sequences) {
      if (!ack.ranges.empty() && sequence.next() >= ack.ranges.back().first) {
        ack.ranges.back().first = sequence;
      } else if (ack.ranges.size() < wire::ack_ranges_max) {
        ack.ranges.push_back({sequence, sequence});
      }
    }
    return seal(ack);
  }

  // How many control messages of that kind the node has sent.
  template <class M>
  std::size_t count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        received, [](const Opened& frame) { return frame.control<M>().has_value(); }));
  }
  template <class M>
  const Opened* last() const {
    for (auto i = received.rbegin(); i != received.rend(); ++i) {
      if (i->control<M>()) return &*i;
    }
    return nullptr;
  }

  Address address;
  std::vector<Opened> received;
  std::vector<Bytes> datagrams;  // of the node, to anybody
  std::vector<Bytes> secrets;    // chain_0 of both directions

 private:
  bool exchange(Instant now) {
    for (int steps = 0; steps < 10 && !sealer_; ++steps) {
      while (const auto sent = handshakes_.poll_transmit(now, buffer_)) {
        Bytes bytes(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(sent->size));
        victim_.node.handle_datagram(now, address, bytes);
      }
      while (const auto sent = victim_.node.poll_transmit(now, buffer_)) {
        const auto parsed = wire::parse_frame(ByteView(buffer_).first(sent->size));
        const auto* frame = std::get_if<wire::FrameView>(&parsed);
        if (frame != nullptr && (frame->header.type == wire::FrameType::handshake ||
                                 frame->header.type == wire::FrameType::auth)) {
          static_cast<void>(handshakes_.handle_frame(now, victim_.address, *frame));
        }
      }
      while (auto outcome = handshakes_.poll_outcome()) {
        if (auto* established = std::get_if<handshake::Established>(&*outcome)) {
          begin(now, std::move(*established));
        }
      }
    }
    while (const auto sent = handshakes_.poll_transmit(now, buffer_)) {
      Bytes bytes(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(sent->size));
      victim_.node.handle_datagram(now, address, bytes);
    }
    if (sealer_) collect(now);
    return sealer_.has_value();
  }

  void begin(Instant now, handshake::Established established) {
    session_ = established.session_id;
    secrets = {to_bytes(established.chain_i2r.view()), to_bytes(established.chain_r2i.view())};
    const bool initiator = established.role == Role::initiator;
    auto& sending = initiator ? established.chain_i2r : established.chain_r2i;
    auto& receiving = initiator ? established.chain_r2i : established.chain_i2r;
    const auto reliability = address.transport == Transport::websocket
                                 ? session::Reliability::reliable
                                 : session::Reliability::unreliable;
    sealer_.emplace(*session::Sealer::create(now, std::move(sending), reliability, {}, random_));
    opener_.emplace(std::move(receiving), reliability);
  }

  void open(Instant now, const Address& to, MutableByteView datagram) {
    const std::size_t whole = datagram.size();
    while (!datagram.empty()) {
      const auto parsed = wire::parse_frame(datagram);
      const auto* frame = std::get_if<wire::FrameView>(&parsed);
      if (frame == nullptr) return;
      const MutableByteView bytes = datagram.first(frame->whole.size());
      datagram = datagram.subspan(frame->whole.size());
      if (frame->header.session_id != session_) continue;
      if (frame->header.type == wire::FrameType::auth) continue;
      const auto opened = opener_->open(now, 1s, bytes, *frame);
      if (!opened) continue;
      received.push_back({frame->header.type, frame->header.stream_id, frame->header.sequence,
                          frame->epoch(), to, whole, datagrams.size(), to_bytes(opened->payload)});
    }
  }

  Side& victim_;
  CountingRandom random_;
  crypto::Identity identity_;
  handshake::Handshakes handshakes_;
  SeedHint hint_;
  SessionId session_;
  std::optional<session::Sealer> sealer_;
  std::optional<session::Opener> opener_;
  Bytes buffer_ = Bytes(65'536);
};

inline constexpr std::string_view mallory_seed = "mallory has a node seed: 32 bytes";
inline const Address mallory_address = Address::ipv4(198, 51, 100, 66, 6666);

// A node with a scripted peer, and a session between them.
struct Duel {
  explicit Duel(Config config = {}, const handshake::HandshakeConfig& theirs = {},
                const Address& from = mallory_address)
      : side(std::move(config), "victim has a node seed of 32 bytes", 1,
             Address::ipv4(192, 0, 2, 1, 1001)),
        peer(side, mallory_seed, from, theirs) {
    EXPECT_TRUE(side.node.add_shared_seed(as_bytes(shared_seed)));
    EXPECT_TRUE(side.node.start(now));
    EXPECT_TRUE(peer.connect(now));
    if (const auto* connected = side.last<Connected>()) session = connected->session;
  }

  void give(Bytes datagram) { peer.give(now, std::move(datagram)); }
  void wait(Duration time) { peer.wait(now, time); }
  // Lets time pass in steps; after each the peer acknowledges.
  void wait_and_ack(std::size_t steps, Duration step = 30ms) {
    for (std::size_t i = 0; i < steps; ++i) {
      wait(step);
      if (!peer.received.empty()) give(peer.seal_ack());
    }
  }
  SessionStatistics statistics() const { return *side.node.statistics(session); }
  bool active() const { return side.last<Closed>() == nullptr; }
  // The error that the session was closed with.
  Errc closed_by() const {
    const auto* closed = side.last<Closed>();
    return closed == nullptr ? Errc::no_error : closed->reason;
  }

  Instant now{1s};
  Side side;
  ScriptedPeer peer;
  SessionHandle session;
};

inline Bytes pattern(std::size_t size, std::uint32_t state = 1) {
  Bytes bytes(size);
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) append(all, part);
  return all;
}

}  // namespace stt::testing

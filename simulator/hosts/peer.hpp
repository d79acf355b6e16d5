// Who lives at a host: one node of the protocol, as its driver and its application talk to it. The
// reference's Node is one (node_peer.hpp); an implementation from elsewhere can be another. What
// may be called when, and what the answers mean, is said in stt/node/node.hpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <stt/node/node.hpp>

namespace stt::sim {

// What an application offers to a stream.
struct Offer {
  ByteView bytes;
  bool end_of_message = true;
  wire::FrameType type = wire::FrameType::data;
};

class Peer {
 public:
  virtual ~Peer() = default;

  virtual void start(Instant now) = 0;

  // Commands, from the application.
  virtual Result<SessionHandle> connect(Instant now, const Address& to) = 0;
  virtual Result<void> close(Instant now, SessionHandle session) = 0;
  virtual Result<StreamId> open_stream(Instant now, SessionHandle session) = 0;
  virtual Result<std::size_t> send(Instant now, SessionHandle session, StreamId stream,
                                   const Offer& offer) = 0;
  virtual Result<ReadPart> read(Instant now, SessionHandle session, StreamId stream,
                                MutableByteView out) = 0;
  virtual Result<Message> receive(Instant now, SessionHandle session, StreamId stream) = 0;
  virtual Result<void> close_stream(Instant now, SessionHandle session, StreamId stream) = 0;
  virtual Result<void> send_datagram(Instant now, SessionHandle session, wire::FrameType type,
                                     ByteView payload) = 0;

  // Inputs, from the network and the clock.
  virtual void handle_datagram(Instant now, const Address& from, MutableByteView datagram) = 0;
  virtual void handle_timeout(Instant now) = 0;

  // Outputs: polled until empty after each of the above.
  virtual std::optional<stt::Event> poll_event() = 0;
  virtual std::optional<Transmit> poll_transmit(Instant now, MutableByteView buffer) = 0;
  virtual std::optional<Instant> poll_timeout() const = 0;

  // Whether nothing is left of any session or handshake.
  virtual bool has_forgotten_all() = 0;
  // For those who look inside; null if there is no Node.
  virtual Node* node() { return nullptr; }
};

// What a peer is made of.
struct PeerPlan {
  Config config;
  Bytes node_seed;
  Bytes shared_seed;
  ByteArray<32> entropy{};  // all its randomness; another one in each life of a host
};

// An implementation from elsewhere, for a host of a world. What `make` throws, and what the peer
// throws later, ends the run.
struct ForeignPeer {
  std::function<std::unique_ptr<Peer>(const PeerPlan& plan)> make;
  // Its randomness is the plan's, as docs/adapter-protocol.md says, so what it sends can be opened.
  bool is_repeatable = false;
};

}  // namespace stt::sim

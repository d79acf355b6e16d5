// The reference at a host: a Node, and the randomness it draws from.
#pragma once

#include <simulator/hosts/peer.hpp>

namespace stt::sim {

class NodePeer final : public Peer {
 public:
  // The plan was judged when its scenario was read. Its entropy is not used: `random` is drawn
  // from.
  NodePeer(const PeerPlan& plan, std::unique_ptr<Random> random);

  void start(Instant now) override;
  Result<SessionHandle> connect(Instant now, const Address& to) override;
  Result<void> close(Instant now, SessionHandle session) override;
  Result<StreamId> open_stream(Instant now, SessionHandle session) override;
  Result<std::size_t> send(Instant now, SessionHandle session, StreamId stream,
                           const Offer& offer) override;
  Result<ReadPart> read(Instant now, SessionHandle session, StreamId stream,
                        MutableByteView out) override;
  Result<Message> receive(Instant now, SessionHandle session, StreamId stream) override;
  Result<void> close_stream(Instant now, SessionHandle session, StreamId stream) override;
  Result<void> send_datagram(Instant now, SessionHandle session, wire::FrameType type,
                             ByteView payload) override;
  void handle_datagram(Instant now, const Address& from, MutableByteView datagram) override;
  void handle_timeout(Instant now) override;
  std::optional<stt::Event> poll_event() override;
  std::optional<Transmit> poll_transmit(Instant now, MutableByteView buffer) override;
  std::optional<Instant> poll_timeout() const override;
  bool has_forgotten_all() override;
  Node* node() override { return &node_; }

 private:
  static Node make(const PeerPlan& plan, Random& random);

  std::unique_ptr<Random> random_;
  Node node_;
  SeedHint hint_{};
};

}  // namespace stt::sim

#include <simulator/hosts/node_peer.hpp>

#include <utility>

#include <stt/base/assert.hpp>

namespace stt::sim {

Node NodePeer::make(const PeerPlan& plan, Random& random) {
  Result<Node> node = Node::create(plan.config, plan.node_seed, random);
  STT_ASSERT(node.has_value());
  return std::move(*node);
}

NodePeer::NodePeer(const PeerPlan& plan, std::unique_ptr<Random> random)
    : random_(std::move(random)), node_(make(plan, *random_)) {
  const Result<SeedHint> hint = node_.add_shared_seed(plan.shared_seed);
  STT_ASSERT(hint.has_value());
  hint_ = *hint;
}

void NodePeer::start(Instant now) {
  const Result<void> started = node_.start(now);
  STT_ASSERT(started.has_value());
}

Result<SessionHandle> NodePeer::connect(Instant now, const Address& to) {
  return node_.connect(now, {to, hint_, {}});
}

Result<void> NodePeer::close(Instant now, SessionHandle session) {
  return node_.close(now, session);
}

Result<StreamId> NodePeer::open_stream(Instant now, SessionHandle session) {
  return node_.open_stream(now, session);
}

Result<std::size_t> NodePeer::send(Instant now, SessionHandle session, StreamId stream,
                                   const Offer& offer) {
  return node_.send(now, session, stream, offer.bytes, offer.end_of_message, offer.type);
}

Result<ReadPart> NodePeer::read(Instant now, SessionHandle session, StreamId stream,
                                MutableByteView out) {
  return node_.read(now, session, stream, out);
}

Result<Message> NodePeer::receive(Instant now, SessionHandle session, StreamId stream) {
  return node_.receive(now, session, stream);
}

Result<void> NodePeer::close_stream(Instant now, SessionHandle session, StreamId stream) {
  return node_.close_stream(now, session, stream);
}

Result<void> NodePeer::send_datagram(Instant now, SessionHandle session, wire::FrameType type,
                                     ByteView payload) {
  return node_.send_datagram(now, session, type, payload);
}

void NodePeer::handle_datagram(Instant now, const Address& from, MutableByteView datagram) {
  node_.handle_datagram(now, from, datagram);
}

void NodePeer::handle_timeout(Instant now) {
  node_.handle_timeout(now);
}

std::optional<stt::Event> NodePeer::poll_event() {
  return node_.poll_event();
}

std::optional<Transmit> NodePeer::poll_transmit(Instant now, MutableByteView buffer) {
  return node_.poll_transmit(now, buffer);
}

std::optional<Instant> NodePeer::poll_timeout() const {
  return node_.poll_timeout();
}

bool NodePeer::has_forgotten_all() {
  return node_.statistics().sessions == 0 && node_.statistics().half_open == 0;
}

}  // namespace stt::sim

// What Node, Session and Stream share: the protocol's node with its driver, and for each session
// and stream what waits for it. For the .cpp files of this folder.
//
// Ownership: a Node owns its NodeCore and shuts it down; handles and operations keep cores alive,
// as mere memory then. Nothing here calls the application: events only let operations try again.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <vector>

#include <stt/adapters/asio/steady_clock.hpp>
#include <stt/adapters/async/node.hpp>
#include <stt/crypto/system_random.hpp>

namespace stt::async::detail {

class Connecting;

// A message that had arrived when its session ended, or, without an end, what there was of it.
struct LeftOver {
  wire::FrameType type{};
  Bytes bytes;
  std::size_t taken = 0;
  bool whole = false;
};

struct StreamCore {
  StreamCore(SessionCore& its_session, StreamId its_id, bool by_peer);

  SessionCore& session;  // whoever holds the stream holds it, too
  const StreamId id;
  const bool opened_by_peer;
  bool claimed = false;        // somebody reads this very stream
  bool read_for_node = false;  // by node.receive()
  bool offered = false;        // among the readable ones of its session
  bool message_open = false;   // of ours: begun and not ended
  bool finished = false;       // the peer's direction has ended in order, and all of it was read
  std::optional<StreamClosed> ended;
  // When it has ended: what can still be read, and what reading says after that.
  std::deque<LeftOver> left_over;
  Errc end = Errc::stream_closed;
  WaitQueue readers;
  WaitQueue writers;
  WaitQueue watchers;  // closed()

  // Whether node.receive() leaves it alone.
  bool is_claimed() const;
  // Of attempts. stream.would_block; stream.closed when nothing will come any more.
  Result<Message> take_message();
  Result<ReadPart> take_part(MutableByteView out);
  // Takes what the protocol's node holds for it, before that is freed.
  void finish(const StreamClosed& event);
  void notify_all();
  void close_queues();
};

struct SessionCore : std::enable_shared_from_this<SessionCore> {
  SessionCore(std::shared_ptr<NodeCore> its_node, const Connected& connected);

  const std::shared_ptr<NodeCore> node;
  const Connected facts;
  Address address;  // follows the peer
  std::map<StreamId, std::shared_ptr<StreamCore>> streams;
  std::deque<std::shared_ptr<StreamCore>> unaccepted;  // opened by the peer; at most max_streams
  std::deque<Datagram> datagrams;
  std::uint64_t datagrams_dropped = 0;
  bool claims_streams = false;    // streams().accept() was called
  bool claims_datagrams = false;  // receive_datagram() was called
  std::optional<PeerError> peer_error;
  std::optional<Closed> ended;
  SessionStatistics last_statistics;  // when it has ended

  // For node.receive(): streams that may have a message for it, and whether the session waits for
  // its turn.
  std::deque<std::shared_ptr<StreamCore>> readable;
  bool offered = false;
  bool datagrams_turn = false;

  WaitQueue acceptors;
  WaitQueue creators;
  WaitQueue datagram_readers;
  WaitQueue watchers;  // close(), closed()

  SessionHandle handle() const { return facts.session; }
  SessionStatistics statistics() const;
  std::shared_ptr<StreamCore> add_stream(StreamId id, bool by_peer);
  std::optional<Datagram> take_datagram();
  std::optional<Packet> take_packet();
  bool has_packets() const {
    return !readable.empty() || (!datagrams.empty() && !claims_datagrams);
  }
  void notify_all();
  void close_queues();
};

class NodeCore : public std::enable_shared_from_this<NodeCore> {
 public:
  static Result<std::shared_ptr<NodeCore>> create(const net::any_io_executor& executor,
                                                  const Seeds& seeds, NodeOptions options);

  const net::any_io_executor& executor() const { return executor_; }
  // The protocol; null when the node was shut down.
  ::stt::Node* node() { return node_ ? &*node_ : nullptr; }
  const NodeOptions& options() const { return options_; }
  std::optional<SeedHint> first_seed() const { return first_seed_; }
  const adapters::NodeDriver* driver() const { return driver_ ? &*driver_ : nullptr; }
  // After every command.
  void pump() {
    if (driver_) driver_->pump_soon();
  }

  // Made when it is first asked for; null when the node has stopped.
  adapters::WebSocketTransport* websockets();
  adapters::WebSocketCounters websocket_counters() const {
    return websockets_ ? websockets_->counters() : adapters::WebSocketCounters{};
  }

  Result<void> start();
  tl::expected<std::vector<Address>, adapters::ConnectionError> listen_websocket(
      const adapters::WebSocketListen& options);
  void begin_stop();
  bool stopped() const { return stopped_ || !node_; }
  std::vector<Session> sessions() const;
  Result<std::optional<Session>> take_accepted();
  Result<std::optional<Packet>> take_packet();
  // The session has something for node.receive().
  void offer(SessionCore& session);

  // Of a Connecting, while it lives; and of its handshakes, until they end.
  void add(Connecting& connecting) { connectings_.insert(&connecting); }
  void remove(Connecting& connecting) { connectings_.erase(&connecting); }
  void watch(SessionHandle handle, Connecting& connecting) {
    connecting_.emplace(handle, &connecting);
  }
  void unwatch(SessionHandle handle) { connecting_.erase(handle); }

  // Pulls the plug: all operations complete with operation_aborted.
  void shut_down();

  WaitQueue starters;
  WaitQueue stoppers;
  WaitQueue acceptors;
  WaitQueue receivers;

 private:
  NodeCore(const net::any_io_executor& executor, NodeOptions options);

  void on_event(Instant now, const Event& event);
  void on(const Connected& event);
  void on(const ConnectFailed& event);
  void on(const StreamOpened& event);
  void on(const StreamReadable& event);
  void on(const StreamWritable& event);
  void on(const StreamFinished& event);
  void on(const StreamReset& event);
  void on(const StreamClosed& event);
  void on(const DatagramReceived& event);
  void on(const PeerAddressChanged& event);
  void on(const PeerError& event);
  void on(const Closed& event);
  void on(const Stopped& event);
  SessionCore* find(SessionHandle handle);
  StreamCore* find(SessionHandle session, StreamId stream);
  Connecting* take_connecting(SessionHandle handle);
  void forget_lingering(Instant now);

  const net::any_io_executor executor_;
  const NodeOptions options_;
  crypto::SystemRandom random_;
  std::optional<::stt::Node> node_;
  std::optional<adapters::WebSocketTransport> websockets_;
  std::optional<adapters::NodeDriver> driver_;  // lives no longer than what it drives
  std::optional<SeedHint> first_seed_;
  std::map<SessionHandle, std::shared_ptr<SessionCore>> sessions_;  // open
  // Ended a while ago, but what they have received may be asked for.
  std::deque<std::pair<Instant, std::shared_ptr<SessionCore>>> lingering_;
  std::map<SessionHandle, Connecting*> connecting_;
  std::set<Connecting*> connectings_;
  std::deque<std::weak_ptr<SessionCore>> accepted_;  // by the protocol, and not handed out
  std::deque<std::weak_ptr<SessionCore>> offered_;   // with packets for receive()
  bool stopped_ = false;
};

}  // namespace stt::async::detail

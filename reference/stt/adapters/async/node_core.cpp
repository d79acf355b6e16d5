#include <stt/adapters/async/node_core.hpp>

#include <algorithm>

#include <stt/adapters/async/connecting.hpp>

namespace stt::async::detail {
namespace {

constexpr std::size_t part_bytes_max = 65'536;  // of what is left over when a session ends

}  // namespace

Result<std::shared_ptr<NodeCore>> NodeCore::create(const net::any_io_executor& executor,
                                                   const Seeds& seeds, NodeOptions options) {
  std::shared_ptr<NodeCore> core(new NodeCore(executor, std::move(options)));
  STT_TRY_ASSIGN(node, ::stt::Node::create(core->options_.config, seeds.node_seed, core->random_));
  core->node_.emplace(std::move(node));
  STT_TRY_ASSIGN(hint, core->node_->add_shared_seed(seeds.shared_seed));
  core->first_seed_ = hint;
  core->driver_.emplace(
      executor, *core->node_,
      [raw = core.get()](Instant now, const Event& event) { raw->on_event(now, event); });
  return core;
}

NodeCore::NodeCore(const net::any_io_executor& executor, NodeOptions options)
    : starters(executor),
      stoppers(executor),
      acceptors(executor),
      receivers(executor),
      executor_(executor),
      options_(std::move(options)) {}

Result<void> NodeCore::start() {
  if (!node_) return fail(Errc::node_stopped);
  if (node_->state() != ::stt::NodeState::created) return fail(Errc::state_violation);
  if (options_.udp) STT_TRY(driver_->open_udp(*options_.udp));
  STT_TRY(node_->start(adapters::steady_now()));
  pump();
  return {};
}

adapters::WebSocketTransport* NodeCore::websockets() {
  if (!driver_) return nullptr;
  if (!websockets_) {
    websockets_.emplace(executor_, options_.websockets);
    websockets_->on_ended(
        [this](const Address& connection, const adapters::ConnectionError& error) {
          for (Connecting* connecting : connectings_) {
            connecting->on_connection_ended(connection, error.code);
          }
        });
    driver_->use_connections(*websockets_);
  }
  return &*websockets_;
}

tl::expected<std::vector<Address>, adapters::ConnectionError> NodeCore::listen_websocket(
    const adapters::WebSocketListen& options) {
  if (stopped()) {
    return tl::unexpected(adapters::ConnectionError{Errc::node_stopped, "the node has stopped"});
  }
  if (node_->state() == ::stt::NodeState::created) {
    return tl::unexpected(
        adapters::ConnectionError{Errc::state_violation, "the node has not started"});
  }
  return websockets()->listen(options);
}

void NodeCore::begin_stop() {
  if (!node_) return;
  node_->stop(adapters::steady_now());
  pump();
}

std::vector<Session> NodeCore::sessions() const {
  std::vector<Session> out;
  for (const auto& [handle, session] : sessions_) out.emplace_back(session);
  return out;
}

Result<std::optional<Session>> NodeCore::take_accepted() {
  while (!accepted_.empty() && !stopped()) {
    auto session = accepted_.front().lock();
    accepted_.pop_front();
    if (session) return Session(std::move(session));
  }
  if (stopped()) return std::optional<Session>();
  return fail(Errc::would_block);
}

//= STT-NODE-008
Result<std::optional<Packet>> NodeCore::take_packet() {
  while (!offered_.empty()) {
    const std::shared_ptr<SessionCore> session = offered_.front().lock();
    offered_.pop_front();
    if (!session) continue;
    session->offered = false;
    std::optional<Packet> packet = session->take_packet();
    if (session->has_packets()) offer(*session);  // behind the others
    if (packet) return packet;
  }
  if (stopped()) return std::optional<Packet>();
  return fail(Errc::would_block);
}

void NodeCore::offer(SessionCore& session) {
  if (std::exchange(session.offered, true)) return;
  offered_.push_back(session.weak_from_this());
  receivers.notify();
}

void NodeCore::shut_down() {
  if (!node_) return;
  driver_.reset();
  websockets_.reset();
  node_.reset();
  for (WaitQueue* queue : {&starters, &stoppers, &acceptors, &receivers}) queue->close();
  for (Connecting* connecting : connectings_) connecting->finished.close();
  for (const auto& [handle, session] : sessions_) session->close_queues();
  connecting_.clear();
  accepted_.clear();
  offered_.clear();
  sessions_.clear();
  lingering_.clear();
}

// Events

void NodeCore::on_event(Instant now, const Event& event) {
  forget_lingering(now);
  std::visit([this](const auto& one) { on(one); }, event);
}

SessionCore* NodeCore::find(SessionHandle handle) {
  const auto found = sessions_.find(handle);
  return found == sessions_.end() ? nullptr : found->second.get();
}

StreamCore* NodeCore::find(SessionHandle handle, StreamId stream) {
  SessionCore* const session = find(handle);
  if (session == nullptr) return nullptr;
  const auto found = session->streams.find(stream);
  return found == session->streams.end() ? nullptr : found->second.get();
}

Connecting* NodeCore::take_connecting(SessionHandle handle) {
  const auto found = connecting_.extract(handle);
  return found.empty() ? nullptr : found.mapped();
}

void NodeCore::on(const Connected& event) {
  auto session = std::make_shared<SessionCore>(shared_from_this(), event);
  if (event.address.transport == Transport::websocket) {
    session->address = websockets_->remote(event.address).value_or(event.address);
  }
  sessions_.emplace(event.session, session);
  if (event.role == Role::responder) {
    accepted_.push_back(session);
    acceptors.notify();
  } else if (Connecting* const connecting = take_connecting(event.session)) {
    connecting->on_connected(std::move(session));
  }
}

void NodeCore::on(const ConnectFailed& event) {
  Connecting* const connecting = take_connecting(event.session);
  if (connecting != nullptr) connecting->on_failed(event.session, event.reason);
}

void NodeCore::on(const StreamOpened& event) {
  SessionCore* const session = find(event.session);
  if (session == nullptr) return;
  session->unaccepted.push_back(session->add_stream(event.stream, true));
  session->acceptors.notify();
}

void NodeCore::on(const StreamReadable& event) {
  StreamCore* const stream = find(event.session, event.stream);
  if (stream == nullptr) return;
  stream->readers.notify();
  if (stream->is_claimed()) return;
  SessionCore& session = stream->session;
  if (!std::exchange(stream->offered, true)) {
    session.readable.push_back(session.streams.at(event.stream));
  }
  offer(session);
}

void NodeCore::on(const StreamWritable& event) {
  StreamCore* const stream = find(event.session, event.stream);
  if (stream != nullptr) stream->writers.notify();
}

void NodeCore::on(const StreamFinished& event) {
  StreamCore* const stream = find(event.session, event.stream);
  if (stream == nullptr) return;
  stream->finished = true;
  stream->readers.notify();
}

void NodeCore::on(const StreamReset& event) {
  StreamCore* const stream = find(event.session, event.stream);
  if (stream != nullptr) stream->readers.notify();
}

void NodeCore::on(const StreamClosed& event) {
  SessionCore* const session = find(event.session);
  const auto found =
      session == nullptr ? decltype(session->streams.end()){} : session->streams.find(event.stream);
  if (session == nullptr || found == session->streams.end()) return;
  const std::shared_ptr<StreamCore> stream = std::move(found->second);
  session->streams.erase(found);
  // One that was reset gives nothing to whoever would accept it; what has arrived of a session that
  // ends can still be read.
  if (event.reason != Errc::no_error && event.reason != Errc::stream_incomplete) {
    std::erase(session->unaccepted, stream);
  }
  stream->finish(event);
  stream->notify_all();
  session->creators.notify();
}

void NodeCore::on(const DatagramReceived& event) {
  SessionCore* const session = find(event.session);
  if (session == nullptr) return;
  if (session->datagrams.size() >= options_.config.datagram_queue_max) {
    ++session->datagrams_dropped;
    return;
  }
  session->datagrams.push_back({event.type, event.payload});
  session->datagram_readers.notify();
  if (!session->claims_datagrams) offer(*session);
}

void NodeCore::on(const PeerAddressChanged& event) {
  if (SessionCore* const session = find(event.session)) session->address = event.address;
}

void NodeCore::on(const PeerError& event) {
  if (SessionCore* const session = find(event.session)) session->peer_error = event;
}

void NodeCore::on(const Closed& event) {
  const auto found = sessions_.find(event.session);
  if (found == sessions_.end()) return;
  const std::shared_ptr<SessionCore> session = std::move(found->second);
  session->last_statistics = session->statistics();
  session->ended = event;
  sessions_.erase(found);
  lingering_.emplace_back(adapters::steady_now() + options_.config.close_deadline, session);
  session->notify_all();
}

// Sessions that ended without being accepted, and messages that nobody claimed, are kept for as
// long as the protocol keeps them; handles keep theirs.
void NodeCore::forget_lingering(Instant now) {
  while (!lingering_.empty() && lingering_.front().first <= now) lingering_.pop_front();
}

// Not from within the driver that reports this: it ends here.
void NodeCore::on(const Stopped&) {
  net::post(executor_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->driver_.reset();
    self->websockets_.reset();
    self->stopped_ = true;
    for (WaitQueue* queue : {&self->stoppers, &self->acceptors, &self->receivers}) queue->notify();
    for (Connecting* connecting : self->connectings_) connecting->finished.notify();
  });
}

// Sessions and streams

SessionCore::SessionCore(std::shared_ptr<NodeCore> its_node, const Connected& connected)
    : node(std::move(its_node)),
      facts(connected),
      address(connected.address),
      acceptors(node->executor()),
      creators(node->executor()),
      datagram_readers(node->executor()),
      watchers(node->executor()) {}

SessionStatistics SessionCore::statistics() const {
  if (ended || node->node() == nullptr) return last_statistics;
  SessionStatistics out = node->node()->statistics(handle()).value_or(SessionStatistics{});
  out.drops.add(Errc::queue_full, datagrams_dropped);
  return out;
}

std::shared_ptr<StreamCore> SessionCore::add_stream(StreamId id, bool by_peer) {
  auto stream = std::make_shared<StreamCore>(*this, id, by_peer);
  streams.emplace(id, stream);
  return stream;
}

std::optional<Datagram> SessionCore::take_datagram() {
  if (datagrams.empty()) return std::nullopt;
  std::optional<Datagram> out(std::move(datagrams.front()));
  datagrams.pop_front();
  return out;
}

// The next thing for node.receive(): datagrams and streams take turns, and so do streams.
std::optional<Packet> SessionCore::take_packet() {
  datagrams_turn = !datagrams_turn;
  if (!claims_datagrams && !datagrams.empty() && (datagrams_turn || readable.empty())) {
    Datagram datagram = *take_datagram();
    return Packet{Session(shared_from_this()), Stream(), datagram.type, std::move(datagram.bytes)};
  }
  while (!readable.empty()) {
    const std::shared_ptr<StreamCore> stream = std::move(readable.front());
    readable.pop_front();
    stream->offered = false;
    if (stream->is_claimed()) continue;
    auto message = stream->take_message();
    if (!message) continue;  // would_block, or its end, which is told by closed()
    stream->read_for_node = true;
    std::erase(unaccepted, stream);
    stream->offered = true;
    readable.push_back(stream);
    return Packet{Session(shared_from_this()), Stream(shared_from_this(), stream), message->type,
                  std::move(message->bytes)};
  }
  return std::nullopt;
}

void SessionCore::notify_all() {
  for (WaitQueue* queue : {&acceptors, &creators, &datagram_readers, &watchers}) queue->notify();
  for (const auto& [id, stream] : streams) stream->notify_all();
}

void SessionCore::close_queues() {
  for (WaitQueue* queue : {&acceptors, &creators, &datagram_readers, &watchers}) queue->close();
  for (const auto& [id, stream] : streams) stream->close_queues();
}

StreamCore::StreamCore(SessionCore& its_session, StreamId its_id, bool by_peer)
    : session(its_session),
      id(its_id),
      opened_by_peer(by_peer),
      readers(session.node->executor()),
      writers(session.node->executor()),
      watchers(session.node->executor()) {}

//= STT-NODE-020
bool StreamCore::is_claimed() const {
  return claimed || (opened_by_peer && session.claims_streams && !read_for_node);
}

Result<Message> StreamCore::take_message() {
  if (!ended) {
    ::stt::Node* const its_node = session.node->node();
    if (its_node == nullptr) return fail(Errc::node_stopped);
    auto message = its_node->receive(adapters::steady_now(), session.handle(), id);
    session.node->pump();
    // Its end is on its way to us, and will say how it ended.
    if (!message && message.error() == Errc::session_closed) return fail(Errc::would_block);
    return message;
  }
  if (left_over.empty()) return fail(end);
  LeftOver first = std::move(left_over.front());
  left_over.pop_front();
  if (!first.whole) return fail(end == Errc::stream_closed ? Errc::message_incomplete : end);
  first.bytes.erase(first.bytes.begin(),
                    first.bytes.begin() + static_cast<std::ptrdiff_t>(first.taken));
  return Message{first.type, std::move(first.bytes)};
}

Result<ReadPart> StreamCore::take_part(MutableByteView out) {
  if (!ended) {
    ::stt::Node* const its_node = session.node->node();
    if (its_node == nullptr) return fail(Errc::node_stopped);
    const auto part = its_node->read(adapters::steady_now(), session.handle(), id, out);
    session.node->pump();
    if (!part && part.error() == Errc::session_closed) return fail(Errc::would_block);
    return part;
  }
  if (left_over.empty()) return fail(end);
  LeftOver& first = left_over.front();
  const ByteView rest = ByteView(first.bytes).subspan(first.taken);
  const std::size_t size = std::min(rest.size(), out.size());
  std::ranges::copy(rest.first(size), out.begin());
  first.taken += size;
  const bool used_up = size == rest.size();
  const ReadPart part{size, used_up && first.whole, first.type};
  if (used_up) left_over.pop_front();
  return part;
}

void StreamCore::finish(const StreamClosed& event) {
  ::stt::Node& its_node = *session.node->node();
  const bool in_order =
      finished || event.reason == Errc::no_error || its_node.is_complete(session.handle(), id);
  Bytes buffer(part_bytes_max);
  bool goes_on = false;
  while (const auto part = its_node.read(adapters::steady_now(), session.handle(), id, buffer)) {
    if (!goes_on) left_over.push_back({part->type, {}, 0, false});
    append(left_over.back().bytes, ByteView(buffer).first(part->bytes));
    left_over.back().whole = part->end_of_message;
    goes_on = !part->end_of_message;
  }
  end = in_order ? Errc::stream_closed : event.reason;
  ended = event;
}

void StreamCore::notify_all() {
  for (WaitQueue* queue : {&readers, &writers, &watchers}) queue->notify();
}

void StreamCore::close_queues() {
  for (WaitQueue* queue : {&readers, &writers, &watchers}) queue->close();
}

}  // namespace stt::async::detail

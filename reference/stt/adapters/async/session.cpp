#include <stt/adapters/async/node_core.hpp>

namespace stt::async {
namespace {

// A command of the protocol's node, and the pump after it.
template <class Command>
Result<void> command(detail::SessionCore& session, Command give) {
  ::stt::Node* const node = session.node->node();
  if (node == nullptr) return fail(Errc::node_stopped);
  session.node->pump();
  return give(*node, adapters::steady_now());
}

}  // namespace

// Streams

void Streams::begin_create(Handler<Stream> handler, Streams self) {
  WaitQueue& creators = self.core_->creators;
  creators.begin<Stream>(
      [core = std::move(self.core_)]() -> Result<Stream> {
        ::stt::Node* const node = core->node->node();
        if (node == nullptr) return fail(Errc::node_stopped);
        const auto id = node->open_stream(adapters::steady_now(), core->handle());
        core->node->pump();
        if (!id) return fail(id.error() == Errc::stream_limit ? Errc::would_block : id.error());
        return Stream(core, core->add_stream(*id, false));
      },
      std::move(handler));
}

void Streams::begin_accept(Handler<std::optional<Stream>> handler, Streams self) {
  self.core_->claims_streams = true;
  WaitQueue& acceptors = self.core_->acceptors;
  acceptors.begin<std::optional<Stream>>(
      [core = std::move(self.core_)]() -> Result<std::optional<Stream>> {
        if (!core->unaccepted.empty()) {
          Stream stream(core, std::move(core->unaccepted.front()));
          core->unaccepted.pop_front();
          return stream;
        }
        if (core->ended || core->node->stopped()) return std::optional<Stream>();
        return fail(Errc::would_block);
      },
      std::move(handler));
}

std::vector<Stream> Streams::open() const {
  std::vector<Stream> out;
  for (const auto& [id, stream] : core_->streams) out.emplace_back(core_, stream);
  return out;
}

// Session

SessionId Session::id() const {
  return core_->facts.session_id;
}
NodeId Session::peer() const {
  return core_->facts.peer;
}
SeedHint Session::seed() const {
  return core_->facts.hint;
}
Role Session::role() const {
  return core_->facts.role;
}
Transport Session::transport() const {
  return core_->facts.address.transport;
}
Address Session::address() const {
  return core_->address;
}
bool Session::is_open() const {
  return !core_->ended && core_->node->node() != nullptr;
}
SessionStatistics Session::statistics() const {
  return core_->statistics();
}
std::optional<PeerError> Session::peer_error() const {
  return core_->peer_error;
}

Result<void> Session::rotate_keys() {
  return command(*core_, [this](::stt::Node& node, Instant now) {
    return node.rotate_keys(now, core_->handle());
  });
}

Result<void> Session::ping() {
  return command(
      *core_, [this](::stt::Node& node, Instant now) { return node.ping(now, core_->handle()); });
}

Result<void> Session::send_error(std::uint64_t code, std::string_view reason) {
  return command(*core_, [&](::stt::Node& node, Instant now) {
    return node.send_error(now, core_->handle(), code, reason);
  });
}

Result<void> Session::send_datagram(wire::FrameType type, ByteView bytes) {
  return command(*core_, [&](::stt::Node& node, Instant now) {
    return node.send_datagram(now, core_->handle(), type, bytes);
  });
}

void Session::begin_receive_datagram(Handler<std::optional<Datagram>> handler, Session self) {
  self.core_->claims_datagrams = true;
  WaitQueue& readers = self.core_->datagram_readers;
  readers.begin<std::optional<Datagram>>(
      [core = std::move(self.core_)]() -> Result<std::optional<Datagram>> {
        auto datagram = core->take_datagram();
        if (!datagram && !core->ended && !core->node->stopped()) return fail(Errc::would_block);
        return datagram;
      },
      std::move(handler));
}

void Session::begin_close(Handler<void> handler, Session self, std::uint64_t code,
                          std::string reason) {
  // A session that is over, or about to be, refuses this: then there is only the end to wait for.
  const auto given = command(*self.core_, [&](::stt::Node& node, Instant now) {
    return node.close(now, self.core_->handle(), code, reason);
  });
  const bool wrong = !given && given.error() == Errc::invalid_argument;
  WaitQueue& watchers = self.core_->watchers;
  watchers.begin<void>(
      [core = std::move(self.core_), wrong]() -> Result<void> {
        if (wrong) return fail(Errc::invalid_argument);
        if (!core->ended && !core->node->stopped()) return fail(Errc::would_block);
        return {};
      },
      std::move(handler));
}

void Session::begin_closed(Handler<Closed> handler, Session self) {
  WaitQueue& watchers = self.core_->watchers;
  watchers.begin<Closed>(
      [core = std::move(self.core_)]() -> Result<Closed> {
        if (core->ended) return *core->ended;
        return fail(core->node->node() == nullptr ? Errc::node_stopped : Errc::would_block);
      },
      std::move(handler));
}

}  // namespace stt::async

#include <conformance/tool/node_listen.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include <conformance/tool/incoming_transfer.hpp>
#include <conformance/tool/progress.hpp>
#include <stt/adapters/asio/node_driver.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/adapters/websocket/transport.hpp>
#include <stt/base/hex.hpp>

namespace stt::tool {
namespace {

constexpr char command[] = "stt node listen";
constexpr std::size_t read_bytes_max = 256U << 10;
constexpr Duration stop_limit = 3s;      // how long a clean end may take
constexpr Duration farewell_limit = 5s;  // how long the sender may take to say goodbye

struct Peer {
  NodeId id;
  Address address;
};

struct Receiving {
  IncomingTransfer transfer;
  std::unique_ptr<Progress> progress;
};

class Listener {
 public:
  Listener(NodeSetup& setup, const ListenOptions& options) : setup_(setup), options_(options) {}

  int run();

 private:
  using Key = std::pair<SessionHandle, StreamId>;

  int open_driver();
  int open_udp(std::uint16_t port);
  int open_websocket(std::uint16_t port, bool tls);
  void announce() const;
  void on_event(Instant now, const Event& event);
  void read(Instant now, Key key);
  void finish(Instant now, Key key, const VerdictMessage& verdict);
  void report(Key key, const IncomingTransfer& transfer, const VerdictMessage& verdict) const;
  void broke_off(Instant now, Key key);
  void end(Instant now, int exit_code);
  void end_after_farewell(Instant now, int exit_code);

  NodeSetup& setup_;
  const ListenOptions& options_;
  std::optional<adapters::WebSocketTransport> websockets_;
  std::optional<adapters::NodeDriver> driver_;
  std::vector<std::string> places_;  // where we listen, for people
  std::map<SessionHandle, Peer> peers_;
  std::map<Key, Receiving> receiving_;
  Bytes buffer_ = Bytes(read_bytes_max);
  // --once: the session whose end is waited for.
  std::optional<SessionHandle> last_;
  bool ending_ = false;
  int exit_code_ = exit_done;
};

int exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::stored: return exit_done;
    case Verdict::digest_differs: return exit_digest_differs;
    case Verdict::cannot_write: return exit_cannot_write;
    case Verdict::version: return exit_version;
    case Verdict::malformed: return exit_failed;
  }
  return exit_internal;
}

int Listener::open_udp(std::uint16_t port) {
  adapters::UdpOptions udp;
  udp.port = port;
  if (!options_.bind.empty()) udp.bind = adapters::parse_ip(options_.bind, port);
  if (const auto opened = driver_->open_udp(udp); !opened) {
    return cannot_listen(command, {"--port", port}, opened.error());
  }
  for (const Address& address : driver_->local_addresses()) {
    places_.push_back(adapters::display(address));
  }
  return exit_done;
}

int Listener::open_websocket(std::uint16_t port, bool tls) {
  if (!websockets_) {
    websockets_.emplace(setup_.loop);
    driver_->use_connections(*websockets_);
  }
  adapters::WebSocketListen options;
  options.port = port;
  if (!options_.bind.empty()) options.bind = adapters::parse_ip(options_.bind, port);
  if (tls) options.tls = {options_.certificate, options_.key};
  const auto addresses = websockets_->listen(options);
  if (!addresses && addresses.error().code == Errc::tls_file) {
    fmt::print(stderr, "{}: {}. --cert and --key are PEM files, the key without a passphrase.\n",
               command, addresses.error().text);
    return exit_unreadable;
  }
  if (!addresses)
    return cannot_listen(command, {tls ? "--wss" : "--ws", port}, addresses.error().code);
  for (const Address& address : *addresses) {
    places_.push_back(fmt::format("{}://{}/", tls ? "wss" : "ws", adapters::display(address)));
  }
  return exit_done;
}

int Listener::open_driver() {
  driver_.emplace(setup_.loop, *setup_.node,
                  [this](Instant now, const Event& event) { on_event(now, event); });
  int code = exit_done;
  if (options_.port) code = open_udp(*options_.port);
  if (code == exit_done && options_.ws) code = open_websocket(*options_.ws, false);
  if (code == exit_done && options_.wss) code = open_websocket(*options_.wss, true);
  return code;
}

void Listener::announce() const {
  fmt::print("listening on {}, node id {}\n", places_.front(), to_hex(setup_.node->id().bytes));
  for (std::size_t i = 1; i < places_.size(); ++i) fmt::print("listening on {} too\n", places_[i]);
  std::fflush(stdout);
}

int Listener::run() {
  if (const int code = open_driver(); code != exit_done) return code;
  const Instant now = setup_.loop.now();
  if (!setup_.node->start(now)) return exit_internal;
  setup_.loop.on_interrupt([this] {
    if (ending_) setup_.loop.stop();
    end(setup_.loop.now(), exit_interrupted);
    driver_->pump();
  });
  announce();
  driver_->pump();
  setup_.loop.run();
  receiving_.clear();  // removes what is half there
  if (exit_code_ == exit_interrupted) fmt::print(stderr, "{}: interrupted\n", command);
  return exit_code_;
}

void Listener::end(Instant now, int exit_code) {
  if (ending_) return;
  ending_ = true;
  exit_code_ = exit_code;
  for (const auto& [key, receiving] : receiving_) {
    if (!receiving.transfer.over()) {
      (void)setup_.node->stop_stream(now, key.first, key.second, refused_code);
    }
  }
  setup_.node->stop(now);
  setup_.loop.call_at(now + stop_limit, [this] { setup_.loop.stop(); });
}

// The sender closes the session once it has the verdict; closing first could lose it.
void Listener::end_after_farewell(Instant now, int exit_code) {
  setup_.loop.call_at(now + farewell_limit, [this, exit_code] {
    end(setup_.loop.now(), exit_code);
    driver_->pump();
  });
  exit_code_ = exit_code;
}

void Listener::on_event(Instant now, const Event& event) {
  if (const auto* connected = std::get_if<Connected>(&event)) {
    peers_[connected->session] = {connected->peer, connected->address};
    const auto remote = websockets_ ? websockets_->remote(connected->address) : std::nullopt;
    fmt::print(stderr, "connected: node {} at {}\n", to_hex(connected->peer.bytes),
               adapters::display(remote.value_or(connected->address)));
  } else if (const auto* opened = std::get_if<StreamOpened>(&event)) {
    const Key key{opened->session, opened->stream};
    receiving_.try_emplace(key, Receiving{IncomingTransfer(options_.out), nullptr});
  } else if (const auto* readable = std::get_if<StreamReadable>(&event)) {
    read(now, {readable->session, readable->stream});
  } else if (const auto* over = std::get_if<StreamClosed>(&event)) {
    broke_off(now, {over->session, over->stream});
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    const SessionHandle session = closed->session;
    for (auto at = receiving_.lower_bound({session, StreamId(0)});
         at != receiving_.end() && at->first.first == session;) {
      broke_off(now, (at++)->first);
    }
    peers_.erase(session);
    if (last_ == session) end(now, exit_code_);
  } else if (std::holds_alternative<Stopped>(event)) {
    setup_.loop.stop();
  }
}

void Listener::read(Instant now, Key key) {
  const auto found = receiving_.find(key);
  if (found == receiving_.end()) return;
  Receiving& receiving = found->second;
  IncomingTransfer& transfer = receiving.transfer;
  // stream.would_block ends this; how a stream ends is told by events.
  while (const auto part = setup_.node->read(now, key.first, key.second, buffer_)) {
    if (part->bytes == 0 && !part->end_of_message) return;
    const bool begun = transfer.begun();
    const auto verdict = transfer.take(ByteView(buffer_).first(part->bytes), part->end_of_message);
    if (!begun && transfer.begun() && !verdict) {
      receiving.progress = std::make_unique<Progress>(
          transfer.header().name, transfer.header().size, now, stderr_is_terminal());
    }
    if (receiving.progress) receiving.progress->update(setup_.loop.now(), transfer.received());
    if (verdict) {
      receiving.progress.reset();
      finish(now, key, *verdict);
    }
  }
}

void Listener::finish(Instant now, Key key, const VerdictMessage& verdict) {
  report(key, receiving_.at(key).transfer, verdict);
  const Bytes message = encode(verdict);
  // Refused only if the stream or session is already over: then nobody waits for the verdict.
  (void)setup_.node->send(now, key.first, key.second, message);
  (void)setup_.node->close_stream(now, key.first, key.second);
  if (verdict.verdict != Verdict::stored && verdict.verdict != Verdict::digest_differs) {
    (void)setup_.node->stop_stream(now, key.first, key.second, refused_code);
  }
  if (!options_.once || last_) return;
  last_ = key.first;
  end_after_farewell(now, exit_code_of(verdict.verdict));
}

void Listener::report(Key key, const IncomingTransfer& transfer,
                      const VerdictMessage& verdict) const {
  const auto peer = peers_.find(key.first);
  const std::string from = peer == peers_.end() ? "a peer" : to_hex(peer->second.id.bytes);
  const std::string& file = transfer.header().name;
  switch (verdict.verdict) {
    case Verdict::stored:
      fmt::print("received {}: {} bytes, SHA3-256 {} verified, from node {}\n", verdict.text,
                 transfer.received(), to_hex(transfer.digest()), from);
      std::fflush(stdout);
      return;
    case Verdict::digest_differs:
      fmt::print(stderr,
                 "{}: {} was dropped: its digest differs, the sender read other bytes than it "
                 "hashed. Send it again.\n",
                 command, file);
      return;
    case Verdict::cannot_write:
      fmt::print(stderr, "{}: {} was dropped: {}. Make room or choose another --out.\n", command,
                 file, verdict.text);
      return;
    case Verdict::malformed:
    case Verdict::version:
      fmt::print(stderr,
                 "{}: a transfer from node {} was refused: {}. Is the sender `stt node send` of "
                 "the same release?\n",
                 command, from, verdict.text);
      return;
  }
}

void Listener::broke_off(Instant now, Key key) {
  const auto found = receiving_.find(key);
  if (found == receiving_.end()) return;
  const IncomingTransfer& transfer = found->second.transfer;
  const bool incomplete = transfer.begun() && !transfer.over();
  found->second.progress.reset();
  if (incomplete && !ending_) {
    fmt::print(stderr, "{}: {} broke off after {} of {} bytes and was dropped.\n", command,
               transfer.header().name, transfer.received(), transfer.header().size);
  }
  receiving_.erase(found);
  if (incomplete && options_.once && !last_) end(now, exit_no_answer);
}

}  // namespace

int listen(const ListenOptions& options) {
  if (const auto problem = prepare_folder(options.out)) {
    fmt::print(stderr, "{}: {}. Choose another --out.\n", command, *problem);
    return exit_cannot_write;
  }
  Config config = transfer_config();
  if (!options.expect.empty()) {
    config.accept_peer = [wanted = node_id_of(options.expect)](
                             const NodeId& peer, const SeedHint&) { return peer == wanted; };
  }
  NodeSetup setup;
  if (const int code = set_up(setup, options.node, config, command); code != exit_done) return code;
  return Listener(setup, options).run();
}

}  // namespace stt::tool

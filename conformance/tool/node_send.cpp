#include <conformance/tool/node_send.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include <conformance/tool/outgoing_file.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/progress.hpp>
#include <stt/adapters/asio/node_driver.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/adapters/websocket/transport.hpp>
#include <stt/base/hex.hpp>

namespace stt::tool {
namespace {

constexpr char command[] = "stt node send";
constexpr std::size_t addresses_max = 4;        // a node has at most that many pending per seed
constexpr Duration next_address_after = 250ms;  // RFC 8305, Connection Attempt Delay
constexpr Duration stop_limit = 3s;             // how long a clean end may take

class Sender {
 public:
  Sender(NodeSetup& setup, const SendOptions& options, OutgoingFile& file)
      : setup_(setup), options_(options), file_(file) {}

  int run();

 private:
  void open_driver();
  int open_udp();
  void open_websocket();
  void on_connection(const tl::expected<Address, adapters::ConnectionError>& connection);
  std::string hint_of_silence() const;
  void try_next_address(Instant now);
  void on_event(Instant now, const Event& event);
  void on_connected(Instant now, const Connected& connected);
  void on_connect_failed(Instant now, const ConnectFailed& failed);
  void send_more(Instant now);
  void read_verdict(Instant now);
  void judge(Instant now, const VerdictMessage& verdict);
  void end(Instant now, int exit_code, const std::string& why);
  void end_lost(Instant now, const std::string& why);

  NodeSetup& setup_;
  const SendOptions& options_;
  OutgoingFile& file_;
  std::optional<adapters::WebSocketTransport> websockets_;
  std::optional<adapters::NodeDriver> driver_;
  std::string lost_because_;  // how the WebSocket ended
  std::vector<Address> addresses_;
  std::size_t tried_ = 0;
  std::vector<SessionHandle> pending_;
  std::optional<SessionHandle> session_;
  std::optional<StreamId> stream_;
  std::unique_ptr<Progress> progress_;
  bool ending_ = false;
  int exit_code_ = exit_no_answer;
};

void Sender::open_driver() {
  driver_.emplace(setup_.loop, *setup_.node,
                  [this](Instant now, const Event& event) { on_event(now, event); });
}

int Sender::open_udp() {
  if (const auto opened = driver_->open_udp({}); !opened) {
    fmt::print(stderr, "{}: the system gives no UDP socket: {}.\n", command, name(opened.error()));
    return exit_unavailable;
  }
  const auto endpoint = adapters::parse_host_port(options_.to);
  const auto found = adapters::resolve(*endpoint);
  if (!found) {
    fmt::print(stderr,
               "{}: {} has no address that can be used. Check the name and the network; IPv6 "
               "link-local addresses (fe80::) are not supported.\n",
               command, endpoint->host);
    return exit_no_answer;
  }
  std::ranges::copy_if(*found, std::back_inserter(addresses_),
                       [this](const Address& address) { return driver_->can_reach(address); });
  addresses_.resize(std::min(addresses_.size(), addresses_max));
  if (addresses_.empty()) {
    fmt::print(stderr, "{}: {} has IPv6 addresses only, and this machine has no IPv6.\n", command,
               endpoint->host);
    return exit_no_answer;
  }
  return exit_done;
}

void Sender::open_websocket() {
  adapters::WebSocketLimits limits;
  limits.session_deadline = std::chrono::seconds(options_.timeout_seconds);
  websockets_.emplace(setup_.loop, limits);
  websockets_->on_ended([this](const Address&, const adapters::ConnectionError& error) {
    lost_because_ = fmt::format("{}: {}", name(error.code), error.text);
  });
  driver_->use_connections(*websockets_);
  websockets_->connect({*adapters::parse_websocket_url(options_.to), {options_.ca}},
                       [this](const auto& connection) {
                         on_connection(connection);
                         driver_->pump();
                       });
}

void Sender::on_connection(const tl::expected<Address, adapters::ConnectionError>& connection) {
  if (ending_) return;
  if (connection) {
    addresses_ = {*connection};
    try_next_address(setup_.loop.now());
    return;
  }
  const adapters::ConnectionError& error = connection.error();
  const std::string what = fmt::format("{}: {}.", name(error.code), error.text);
  const Instant now = setup_.loop.now();
  switch (error.code) {
    case Errc::tls_file: end(now, exit_unreadable, what + " --ca is a PEM file."); return;
    case Errc::certificate_expired:
    case Errc::certificate_host:
    case Errc::certificate_untrusted:
      end(now, exit_identity_refused,
          what +
              " The server there is not the one of the URL, or its authority is not trusted: "
              "name it by --ca.");
      return;
    default:
      end(now, exit_no_answer,
          what + fmt::format(" Is {} right, and is `stt node listen` running there?", options_.to));
  }
}

int Sender::run() {
  open_driver();
  const bool by_udp = !is_url(options_.to);
  if (const int code = by_udp ? open_udp() : exit_done; code != exit_done) return code;
  const Instant now = setup_.loop.now();
  if (!setup_.node->start(now)) return exit_internal;
  setup_.loop.on_interrupt([this] {
    if (ending_) setup_.loop.stop();
    end(setup_.loop.now(), exit_interrupted, "interrupted; the receiver keeps nothing.");
    driver_->pump();
  });
  if (by_udp) {
    try_next_address(now);
  } else {
    open_websocket();
  }
  driver_->pump();
  setup_.loop.run();
  return exit_code_;
}

// One address after the other, without waiting for each to fail: the first that answers is taken.
void Sender::try_next_address(Instant now) {
  while (tried_ < addresses_.size()) {
    const auto handle = setup_.node->connect(
        now, {addresses_[tried_++], setup_.hint,
              options_.expect.empty() ? std::nullopt : std::optional(node_id_of(options_.expect))});
    if (!handle) continue;
    pending_.push_back(*handle);
    break;
  }
  if (tried_ >= addresses_.size()) return;
  setup_.loop.call_at(now + next_address_after, [this] {
    if (session_ || ending_) return;
    try_next_address(setup_.loop.now());
    driver_->pump();
  });
}

void Sender::on_event(Instant now, const Event& event) {
  if (const auto* connected = std::get_if<Connected>(&event)) {
    on_connected(now, *connected);
  } else if (const auto* failed = std::get_if<ConnectFailed>(&event)) {
    on_connect_failed(now, *failed);
  } else if (const auto* writable = std::get_if<StreamWritable>(&event)) {
    if (session_ == writable->session && stream_ == writable->stream) send_more(now);
  } else if (const auto* readable = std::get_if<StreamReadable>(&event)) {
    if (session_ == readable->session && stream_ == readable->stream) read_verdict(now);
  } else if (const auto* over = std::get_if<StreamClosed>(&event)) {
    if (session_ == over->session && stream_ == over->stream) {
      end_lost(now, fmt::format("the receiver gave the transfer up ({}).", name(over->reason)));
    }
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    if (session_ == closed->session) {
      end_lost(now, closed->by_peer
                        ? std::string("the receiver ended the session before its verdict.")
                        : fmt::format("the session is lost ({}).",
                                      lost_because_.empty() ? name(closed->reason)
                                                            : std::string_view(lost_because_)));
    }
  } else if (std::holds_alternative<Stopped>(event)) {
    setup_.loop.stop();
  }
}

void Sender::on_connected(Instant now, const Connected& connected) {
  std::erase(pending_, connected.session);
  if (session_ || ending_) {
    (void)setup_.node->close(now, connected.session);
    return;
  }
  session_ = connected.session;
  for (const SessionHandle other : pending_) (void)setup_.node->close(now, other);
  const auto remote = websockets_ ? websockets_->remote(connected.address) : std::nullopt;
  fmt::print(stderr, "connected: node {} at {}\n", to_hex(connected.peer.bytes),
             adapters::display(remote.value_or(connected.address)));
  const auto stream = setup_.node->open_stream(now, connected.session);
  if (!stream) {
    end_lost(now, fmt::format("the receiver takes no stream ({}).", name(stream.error())));
    return;
  }
  stream_ = *stream;
  progress_ = std::make_unique<Progress>(file_.header().name, file_.header().size, now,
                                         stderr_is_terminal());
  send_more(now);
}

void Sender::on_connect_failed(Instant now, const ConnectFailed& failed) {
  std::erase(pending_, failed.session);
  if (session_ || ending_) return;
  if (failed.reason == Errc::identity_refused) {
    end(now, exit_identity_refused,
        "the node there is not the expected one: it holds the shared seed, but proved another node "
        "id than --expect. Check the address and the id.");
  } else if (failed.reason == Errc::no_common_version || failed.reason == Errc::no_common_suite) {
    end(now, exit_version, "the node there speaks no version of STT that we do. Update one side.");
  } else if (tried_ < addresses_.size()) {
    try_next_address(now);
  } else if (pending_.empty()) {
    end(now, exit_no_answer,
        fmt::format("no answer from {} within {} s. {}have both the same seed? A node is silent to "
                    "whoever does not hold its seed.",
                    options_.to, options_.timeout_seconds, hint_of_silence()));
  }
}

std::string Sender::hint_of_silence() const {
  if (!websockets_) {
    return "Is the address right, is `stt node listen` running there, does a firewall pass UDP, "
           "and ";
  }
  return lost_because_.empty() ? "There is a WebSocket; "
                               : fmt::format("There was a WebSocket ({}); ", lost_because_);
}

void Sender::send_more(Instant now) {
  while (const auto part = file_.next()) {
    const auto taken =
        setup_.node->send(now, *session_, *stream_, part->bytes, part->end_of_message);
    // Refused: the stream is over, which an event tells.
    if (!taken) return;
    file_.consume(*taken);
    progress_->update(setup_.loop.now(), file_.body_bytes_sent());
    if (*taken < part->bytes.size()) return;  // goes on with StreamWritable
  }
  if (file_.problem()) {
    end(now, exit_unreadable, *file_.problem() + ". Nothing was stored; send it again.");
    return;
  }
  (void)setup_.node->close_stream(now, *session_, *stream_);
}

void Sender::read_verdict(Instant now) {
  const auto message = setup_.node->receive(now, *session_, *stream_);
  if (!message || ending_) return;
  const auto verdict = decode_verdict(message->bytes);
  if (!verdict) {
    end(now, exit_version,
        "the receiver answers in a way this release does not understand. Update one side.");
    return;
  }
  judge(now, *verdict);
}

void Sender::judge(Instant now, const VerdictMessage& verdict) {
  progress_.reset();
  const std::string text = printable(verdict.text);
  switch (verdict.verdict) {
    case Verdict::stored:
      fmt::print("sent {}: {} bytes, SHA3-256 {} verified by the receiver, stored as {}\n",
                 file_.header().name, file_.header().size, to_hex(file_.digest()), text);
      std::fflush(stdout);
      end(now, exit_done, {});
      return;
    case Verdict::digest_differs:
      end(now, exit_digest_differs,
          fmt::format("the digest differs: {}, here {}. Did the file change meanwhile? Send it "
                      "again.",
                      text, to_hex(file_.digest())));
      return;
    case Verdict::cannot_write:
      end(now, exit_cannot_write,
          fmt::format("the receiver cannot store the file: {}. Make room there, or listen with "
                      "another --out.",
                      text));
      return;
    case Verdict::version:
      end(now, exit_version, fmt::format("the receiver refused: {}. Update one side.", text));
      return;
    case Verdict::malformed:
      end(now, exit_failed, fmt::format("the receiver refused: {}. Update one side.", text));
      return;
  }
}

void Sender::end_lost(Instant now, const std::string& why) {
  end(now, exit_no_answer,
      why + " Nothing was stored unless the receiver says so; see its output and send again.");
}

void Sender::end(Instant now, int exit_code, const std::string& why) {
  if (ending_) return;
  ending_ = true;
  exit_code_ = exit_code;
  progress_.reset();
  if (!why.empty()) fmt::print(stderr, "{}: {}\n", command, why);
  // What is not sent yet is of no use any more; a stop would try to flush it.
  if (exit_code != exit_done && session_ && stream_) {
    (void)setup_.node->reset_stream(now, *session_, *stream_, abandoned_code);
  }
  setup_.node->stop(now);
  setup_.loop.call_at(now + stop_limit, [this] { setup_.loop.stop(); });
}

}  // namespace

bool is_url(const std::string& to) {
  return to.find("://") != std::string::npos;
}

int send(const SendOptions& options) {
  OutgoingFile file;
  if (const auto problem = file.open(options.file)) {
    fmt::print(stderr, "{}: {}.\n", command, *problem);
    return exit_unreadable;
  }
  Config config = transfer_config();
  config.accepts = false;
  config.rotate_after_bytes = options.rotate_after_bytes;
  config.handshake_deadline = std::chrono::seconds(options.timeout_seconds);
  NodeSetup setup;
  if (const int code = set_up(setup, options.node, config, command); code != exit_done) return code;
  return Sender(setup, options, file).run();
}

}  // namespace stt::tool

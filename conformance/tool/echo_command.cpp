// `stt conform echo`: the reference behind real sockets, as the live group wants it.
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>

#include <fmt/core.h>
#include <conformance/live/target.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/node_setup.hpp>
#include <conformance/tool/suite_commands.hpp>
#include <stt/adapters/asio/node_driver.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/adapters/websocket/transport.hpp>
#include <stt/base/hex.hpp>

namespace stt::tool {
namespace {

constexpr char command_name[] = "stt conform echo";
constexpr std::size_t part_bytes_max = 64U << 10;

struct EchoOptions {
  std::optional<std::uint16_t> udp;
  std::optional<std::uint16_t> ws;
  std::string bind = "127.0.0.1";
};

class Echo {
 public:
  explicit Echo(const EchoOptions& options) : options_(options) {}
  int run();

 private:
  using Key = std::pair<SessionHandle, StreamId>;
  // What was read and is not sent back yet: at most one part.
  struct Stream {
    Bytes part;
    std::size_t sent = 0;
    bool ends_message = false;
    wire::FrameType type{};
    bool is_waiting = false;
    bool is_finished = false;  // by the peer
  };

  int open(Node& node);
  void on_event(Instant now, const Event& event);
  void move(Instant now, Key key);
  bool send_rest(Instant now, Key key, Stream& stream);

  const EchoOptions& options_;
  adapters::EventLoop loop_;
  crypto::SystemRandom random_;
  std::optional<Node> node_;
  std::optional<adapters::WebSocketTransport> websockets_;
  std::optional<adapters::NodeDriver> driver_;
  std::map<Key, Stream> streams_;
};

int Echo::open(Node& node) {
  driver_.emplace(loop_, node, [this](Instant now, const Event& event) { on_event(now, event); });
  const auto bind = adapters::parse_ip(options_.bind, 0);
  if (options_.udp) {
    adapters::UdpOptions udp;
    udp.bind = bind;
    udp.port = *options_.udp;
    if (const auto opened = driver_->open_udp(udp); !opened) {
      return cannot_listen(command_name, {"--udp", *options_.udp}, opened.error());
    }
    fmt::print("listening on udp://{}\n", adapters::display(driver_->local_addresses().front()));
  }
  if (options_.ws) {
    websockets_.emplace(loop_);
    driver_->use_connections(*websockets_);
    const auto opened = websockets_->listen({.bind = bind, .port = *options_.ws});
    if (!opened) return cannot_listen(command_name, {"--ws", *options_.ws}, opened.error().code);
    fmt::print("listening on ws://{}/\n", adapters::display(opened->front()));
  }
  std::fflush(stdout);
  return exit_done;
}

int Echo::run() {
  ByteArray<32> seed{};
  if (!random_.fill("node.seed", seed)) return exit_internal;
  auto node = Node::create({}, seed, random_);
  if (!node || !node->add_shared_seed(*from_hex(conform::live::shared_seed_hex))) {
    return exit_internal;
  }
  node_.emplace(std::move(*node));
  if (const int code = open(*node_); code != exit_done) return code;
  if (!node_->start(loop_.now())) return exit_internal;
  loop_.on_interrupt([this] { loop_.stop(); });
  driver_->pump();
  loop_.run();
  return exit_interrupted;
}

void Echo::on_event(Instant now, const Event& event) {
  if (const auto* opened = std::get_if<StreamOpened>(&event)) {
    streams_.try_emplace({opened->session, opened->stream});
  } else if (const auto* readable = std::get_if<StreamReadable>(&event)) {
    move(now, {readable->session, readable->stream});
  } else if (const auto* writable = std::get_if<StreamWritable>(&event)) {
    move(now, {writable->session, writable->stream});
  } else if (const auto* finished = std::get_if<StreamFinished>(&event)) {
    const Key key{finished->session, finished->stream};
    if (const auto found = streams_.find(key); found != streams_.end()) {
      found->second.is_finished = true;
      move(now, key);
    }
  } else if (const auto* over = std::get_if<StreamClosed>(&event)) {
    streams_.erase({over->session, over->stream});
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    std::erase_if(streams_,
                  [&](const auto& entry) { return entry.first.first == closed->session; });
  }
}

// Reads no more than it can send back: who sends too much meets the credit of the stream.
void Echo::move(Instant now, Key key) {
  const auto found = streams_.find(key);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  while (send_rest(now, key, stream)) {
    stream.part.resize(part_bytes_max);
    const auto part = node_->read(now, key.first, key.second, stream.part);
    if (!part) break;  // nothing yet, or nothing more
    stream.part.resize(part->bytes);
    stream.ends_message = part->end_of_message;
    stream.type = part->type;
    stream.is_waiting = true;
  }
  if (stream.is_finished && !stream.is_waiting) {
    (void)node_->close_stream(now, key.first, key.second);
  }
}

// Whether nothing is left to send.
bool Echo::send_rest(Instant now, Key key, Stream& stream) {
  if (!stream.is_waiting) return true;
  const ByteView rest = ByteView(stream.part).subspan(stream.sent);
  const auto taken =
      node_->send(now, key.first, key.second, rest, stream.ends_message, stream.type);
  if (!taken) return false;
  stream.sent += *taken;
  if (*taken < rest.size()) return false;
  stream.sent = 0;
  stream.is_waiting = false;
  return true;
}

}  // namespace

void add_echo_command(Command conform) {
  auto options = std::make_shared<EchoOptions>();
  const Command command = conform.add_command(
      "echo", "The reference behind real sockets: sends back what it gets on streams");
  const Option udp =
      command.add_option("--udp", options->udp, "Listen on this UDP port; 0: any that is free")
          .type_name("PORT");
  const Option ws = command.add_option("--ws", options->ws, "Listen for WebSockets on this port")
                        .type_name("PORT");
  command.add_option("--bind", options->bind, "The only address to listen on")
      .type_name("IP")
      .check(check_ip);
  command.footer(
      "What the live group of the suite wants of an implementation, shown by the reference; it "
      "holds\n"
      "the published test seed, so it listens on the loopback unless --bind says otherwise.\n"
      "\n"
      "  stt conform echo --udp 9000 &\n"
      "  stt conform run --live udp://127.0.0.1:9000 --echo\n"
      "\n"
      "Prints \"listening on URL\" for each transport, and ends by a signal.\n"
      "Exit codes: 64 usage; 69 the port cannot be had; 130 interrupted.");
  command.action([options, udp, ws] {
    if (!udp.is_given() && !ws.is_given()) throw UsageError("one of --udp and --ws is required");
    return Echo(*options).run();
  });
}

}  // namespace stt::tool

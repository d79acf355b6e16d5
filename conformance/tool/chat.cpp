#include <conformance/tool/chat.hpp>

#include <fmt/core.h>

#include <csignal>
#include <cstdio>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/standard_streams.hpp>
#include <stt/adapters/async/node.hpp>
#include <stt/base/hex.hpp>

namespace stt::tool {
namespace {

namespace net = boost::asio;
using namespace net::experimental::awaitable_operators;

constexpr char command[] = "stt chat";
constexpr auto await_tuple = net::as_tuple(net::use_awaitable);
constexpr wire::FrameType chat_line{0x80};  // a message is one line, without its end
constexpr std::size_t line_bytes_max = 65'536;
constexpr std::uint64_t receive_bytes_max = 1U << 20;  // that wait until they are printed
constexpr auto stop_limit = std::chrono::seconds(3);   // how long a clean end may take
// Of our CLOSE, when it is not the end of a conversation in order. An application's codes begin
// here.
constexpr std::uint64_t broken_off_code = 65'536;

class Chat {
 public:
  Chat(async::Node& node, const ChatOptions& options)
      : node_(node),
        options_(options),
        input_(node.get_executor(), line_bytes_max),
        output_(node.get_executor()) {}

  net::awaitable<int> run();

 private:
  net::awaitable<int> talk();
  net::awaitable<int> call(async::Session& session);
  net::awaitable<void> turn_others_away();
  net::awaitable<int> converse(async::Session session);
  net::awaitable<async::Stream> stream_of(async::Session session);
  net::awaitable<void> send_lines(async::Stream stream);
  net::awaitable<int> print_lines(async::Stream stream);
  net::awaitable<int> end(async::Session session, async::Stream stream);
  net::awaitable<int> broke_off(async::Session session, async::error_code error);
  void announce() const;

  async::Node& node_;
  const ChatOptions& options_;
  StandardInput input_;
  StandardOutput output_;
};

net::awaitable<int> Chat::run() {
  if (const auto [unusable] = co_await node_.start(await_tuple); unusable) {
    co_return cannot_listen(command, {"--listen", options_.port},
                            static_cast<Errc>(unusable.value()));
  }
  net::signal_set signals(node_.get_executor(), SIGINT, SIGTERM);
  auto first = co_await (talk() || signals.async_wait(net::use_awaitable));
  const bool interrupted = first.index() == 1;
  if (interrupted) {
    fmt::print(stderr, "{}: interrupted\n", command);
    for (async::Session session : node_.sessions()) {
      session.close(broken_off_code, "interrupted", net::detached);
    }
  }
  net::steady_timer limit(node_.get_executor(), stop_limit);
  co_await (node_.stop(net::use_awaitable) || limit.async_wait(net::use_awaitable) ||
            signals.async_wait(net::use_awaitable));
  co_return interrupted ? int{exit_interrupted} : std::get<0>(first);
}

void Chat::announce() const {
  const auto addresses = node_.local_addresses();
  fmt::print(stderr, "listening on {}, node id {}\n", adapters::display(addresses.front()),
             to_hex(node_.id().bytes));
  for (std::size_t i = 1; i < addresses.size(); ++i) {
    fmt::print(stderr, "listening on {} too\n", adapters::display(addresses[i]));
  }
}

net::awaitable<int> Chat::talk() {
  async::Session session;
  if (!options_.to.empty()) {
    if (const int code = co_await call(session); code != exit_done) co_return code;
  } else {
    announce();
    const auto accepted = co_await node_.accept();
    if (!accepted) co_return exit_internal;  // only a node that has stopped gives nothing
    session = *accepted;
  }
  fmt::print(stderr, "connected: node {} at {}\n", to_hex(session.peer().bytes),
             adapters::display(session.address()));
  auto ended = co_await (converse(session) || turn_others_away());
  co_return std::get<0>(ended);
}

net::awaitable<int> Chat::call(async::Session& session) {
  const auto place = adapters::parse_host_port(options_.to);
  async::PeerOptions peer;
  if (!options_.expect.empty()) peer.expected = node_id_of(options_.expect);
  auto [error, connected] = co_await node_.connect_udp(place->host, place->port, peer, await_tuple);
  if (!error) {
    session = connected;
    co_return exit_done;
  }
  if (error == Errc::identity_refused) {
    fmt::print(stderr, "{}: the node at {} is not the one of --expect.\n", command, options_.to);
    co_return exit_identity_refused;
  }
  fmt::print(stderr,
             "{}: no answer from {} ({}). Is the address right, is `stt chat --listen` running "
             "there, and have both the same seed? A node is silent to whoever does not hold its "
             "seed.\n",
             command, options_.to, error.message());
  co_return exit_no_answer;
}

// A conversation is between two.
net::awaitable<void> Chat::turn_others_away() {
  while (auto other = co_await node_.accept()) {
    co_await other->close(broken_off_code, "in another conversation", await_tuple);
  }
}

net::awaitable<int> Chat::converse(async::Session session) {
  const auto stream = co_await stream_of(session);
  if (!stream) co_return co_await broke_off(session, Errc::session_closed);
  const int code = co_await (print_lines(stream) && send_lines(stream));
  if (code == exit_done) co_return co_await end(session, stream);
  co_await session.close(broken_off_code, "its output cannot be written", await_tuple);
  co_return code;
}

// The one of the conversation; none if the session is over.
net::awaitable<async::Stream> Chat::stream_of(async::Session session) {
  if (session.role() == Role::initiator) {
    auto [error, created] = co_await session.streams().create(await_tuple);
    co_return error ? async::Stream() : created;
  }
  auto accepted = co_await session.streams().accept();
  co_return accepted ? *accepted : async::Stream();
}

net::awaitable<void> Chat::send_lines(async::Stream stream) {
  while (const auto line = co_await input_.next()) {
    const auto [error, size] = co_await stream.send(as_bytes(*line), chat_line, await_tuple);
    if (error) break;
  }
  // If the stream is lost, print_lines() hears and says so.
  co_await stream.close(await_tuple);
}

// When the peer has said everything, or nothing more can be heard, so have we: the line that is
// being sent is the last.
net::awaitable<int> Chat::print_lines(async::Stream stream) {
  int code = exit_done;
  while (code == exit_done) {
    const auto [error, message] = co_await stream.receive(await_tuple);
    if (error) code = co_await broke_off(stream.session(), error);
    if (error || !message) break;
    if (message->type != chat_line) continue;  // not of this tool
    const std::string_view text(reinterpret_cast<const char*>(message->bytes.data()),
                                message->bytes.size());
    if (co_await output_.write(printable(text) + "\n")) continue;
    fmt::print(stderr, "{}: standard output cannot be written.\n", command);
    code = exit_cannot_write;
  }
  input_.stop();
  co_return code;
}

// Whether the peer has heard everything, too: its end of the session in order says so as well.
net::awaitable<int> Chat::end(async::Session session, async::Stream stream) {
  const auto [error, over] = co_await stream.closed(await_tuple);
  if (error || over.reason != Errc::no_error) {
    const auto [lost, closed] = co_await session.closed(await_tuple);
    if (lost || !closed.by_peer || closed.code != 0) {
      co_return co_await broke_off(session, over.reason);
    }
  }
  co_await session.close(await_tuple);
  co_return exit_done;
}

net::awaitable<int> Chat::broke_off(async::Session session, async::error_code error) {
  std::string why = error.message();
  if (!session.is_open()) {
    const auto [lost, closed] = co_await session.closed(await_tuple);
    if (!lost && closed.by_peer && !closed.text.empty()) why = "the peer: " + closed.text;
    if (!lost && !closed.by_peer) why = name(closed.reason);
  }
  fmt::print(stderr, "{}: the conversation broke off ({}).\n", command, printable(why));
  co_return exit_no_answer;
}

Config chat_config(const ChatOptions& options) {
  Config config;
  config.parameters.max_message_bytes = line_bytes_max;
  config.parameters.max_streams = 1;
  config.parameters.initial_session_credit = receive_bytes_max;
  config.receive_budget_bytes = receive_bytes_max;
  // People may be silent for long.
  config.parameters.idle_timeout_ms =
      1'000 * static_cast<std::uint64_t>(options.idle_timeout_seconds);
  config.parameters.keep_alive_ms = config.parameters.idle_timeout_ms / 3;
  config.handshake_deadline = std::chrono::seconds(options.timeout_seconds);
  config.close_deadline = std::chrono::seconds(2);
  config.accepts = options.to.empty();
  if (config.accepts && !options.expect.empty()) {
    config.accept_peer = [wanted = node_id_of(options.expect)](
                             const NodeId& peer, const SeedHint&) { return peer == wanted; };
  }
  return config;
}

}  // namespace

int chat(const ChatOptions& options) {
  crypto::SystemRandom random;
  NodeSeeds seeds;
  if (const int code = read_seeds(seeds, random, options.node, command); code != exit_done) {
    return code;
  }
  async::NodeOptions node_options;
  node_options.config = chat_config(options);
  node_options.udp->port = options.port;
  if (!options.bind.empty())
    node_options.udp->bind = adapters::parse_ip(options.bind, options.port);
  net::io_context context(1);
  auto node = async::Node::create(context.get_executor(), {seeds.own.bytes, seeds.shared.bytes},
                                  node_options);
  if (!node) return explain_refused_seed(node.error(), command);
  tell_new_identity(options.node, node->id());
  std::signal(SIGPIPE, SIG_IGN);  // an output that nobody reads is an error, not our end
  Chat conversation(*node, options);
  int exit_code = exit_internal;
  net::co_spawn(context, conversation.run(), [&](const std::exception_ptr& failure, int code) {
    if (failure) std::rethrow_exception(failure);
    exit_code = code;
    context.stop();
  });
  context.run();
  return exit_code;
}

}  // namespace stt::tool

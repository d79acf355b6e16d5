// Goodput of two nodes over a WebSocket on the loopback, against Beast alone, which sends as many
// messages of the same size in the same run; once as they are, and once sealing and opening each,
// which is what a node adds whatever its code is like. With TLS both encrypt twice. On either side
// one thread sends and one receives, as two processes would.
#include <benchmark/benchmark.h>

#include <chrono>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <stt/adapters/asio/node_driver.hpp>
#include <stt/adapters/websocket/test_certificates.hpp>
#include <stt/adapters/websocket/tls.hpp>
#include <stt/adapters/websocket/transport.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/crypto/system_random.hpp>

namespace {

using namespace stt;
namespace net = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using tcp = net::ip::tcp;
using SteadyClock = std::chrono::steady_clock;
using TlsStream = beast::ssl_stream<tcp::socket>;

constexpr std::size_t round_bytes = 16U << 20;  // of the application, an iteration
constexpr std::size_t frame_overhead_bytes = 128;
constexpr std::string_view shared_seed = "the seed of a pair in a benchmark";

double seconds(SteadyClock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

struct Tls {
  adapters::testing::Certificates certificates;
  adapters::testing::Certificates::Files files =
      certificates.issue({"bench", "IP:127.0.0.1", std::chrono::hours(1)});
};

const Tls& tls() {
  static const Tls made;
  return made;
}

// What a node takes ahead of the network becomes one message.
Config config_of(std::size_t message_bytes) {
  Config config;
  config.parameters.initial_stream_credit = 16U << 20;
  config.parameters.max_streams = 1;
  config.send_buffer_bytes = message_bytes - frame_overhead_bytes;
  config.rotate_after_messages = UINT64_MAX;
  return config;
}

// A node with WebSockets on a loop of its own.
struct Party {
  Party(std::size_t message_bytes, std::string_view seed, adapters::NodeDriver::OnEvent on_event)
      : node(*Node::create(config_of(message_bytes), as_bytes(seed), random)),
        hint(*node.add_shared_seed(as_bytes(shared_seed))),
        transport(loop),
        driver(loop, node, std::move(on_event)) {
    driver.use_connections(transport);
    (void)node.start(loop.now());
  }

  adapters::EventLoop loop;
  crypto::SystemRandom random;
  Node node;
  SeedHint hint;
  adapters::WebSocketTransport transport;
  adapters::NodeDriver driver;
};

// Takes messages on a thread of its own, and answers each with one byte.
class Receiver {
 public:
  Receiver(std::size_t message_bytes, bool with_tls)
      : party_(message_bytes, "the node seed of the one who takes",
               [this](Instant now, const Event& event) { on_event(now, event); }) {
    adapters::WebSocketListen options;
    options.bind = Address::ipv4(127, 0, 0, 1, 0);
    if (with_tls) options.tls = {tls().files.certificate, tls().files.key};
    address_ = party_.transport.listen(options)->front();
    thread_ = std::thread([this] { party_.loop.run(); });
  }
  ~Receiver() {
    party_.loop.stop();
    thread_.join();
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  std::uint16_t port() const { return address_.port; }

 private:
  void on_event(Instant now, const Event& event) {
    const auto* readable = std::get_if<StreamReadable>(&event);
    if (readable == nullptr) return;
    while (const auto part = party_.node.read(now, readable->session, readable->stream, buffer_)) {
      if (part->end_of_message) {
        (void)party_.node.send(now, readable->session, readable->stream, as_bytes("!"));
      }
    }
  }

  Bytes buffer_ = Bytes(256U << 10);
  Party party_;
  Address address_;
  std::thread thread_;
};

class Sender {
 public:
  Sender(std::size_t message_bytes, bool with_tls, std::uint16_t port)
      : party_(message_bytes, "the node seed of the one who sends",
               [this](Instant now, const Event& event) { on_event(now, event); }) {
    const std::string url =
        std::string(with_tls ? "wss" : "ws") + "://127.0.0.1:" + std::to_string(port) + "/";
    party_.transport.connect({*adapters::parse_websocket_url(url), {tls().certificates.ca_file()}},
                             [this](const auto& connection) {
                               if (!connection) return party_.loop.stop();
                               (void)party_.node.connect(party_.loop.now(),
                                                         {*connection, party_.hint, std::nullopt});
                               party_.driver.pump();
                             });
    party_.loop.run_for(5s);
  }

  // Moves round_bytes as one message, until the answer; false if it took too long.
  bool move() {
    if (!stream_) return false;
    left_ = round_bytes;
    answered_ = false;
    send_more(party_.loop.now());
    party_.driver.pump();
    return party_.loop.run_for(20s) && answered_;
  }

 private:
  void on_event(Instant now, const Event& event) {
    if (const auto* connected = std::get_if<Connected>(&event)) {
      session_ = connected->session;
      if (const auto stream = party_.node.open_stream(now, session_)) stream_ = *stream;
      party_.loop.stop();
    } else if (std::holds_alternative<StreamWritable>(event)) {
      send_more(now);
    } else if (std::holds_alternative<StreamReadable>(event)) {
      answered_ = party_.node.receive(now, session_, *stream_).has_value();
      if (answered_) party_.loop.stop();
    }
  }

  void send_more(Instant now) {
    while (left_ > 0) {
      const ByteView part = ByteView(bytes_).first(std::min(left_, bytes_.size()));
      const auto taken = party_.node.send(now, session_, *stream_, part, part.size() == left_);
      if (!taken) return;
      left_ -= *taken;
      if (*taken < part.size()) return;
    }
  }

  Bytes bytes_ = Bytes(2U << 20);
  Party party_;
  SessionHandle session_;
  std::optional<StreamId> stream_;
  std::size_t left_ = 0;
  bool answered_ = false;
};

void ours(benchmark::State& state, bool with_tls) {
  const auto message_bytes = static_cast<std::size_t>(state.range(0));
  const Receiver receiver(message_bytes, with_tls);
  Sender sender(message_bytes, with_tls, receiver.port());
  if (!sender.move()) {
    state.SkipWithError("no session");
    return;
  }
  for (auto _ : state) {
    const auto begin = SteadyClock::now();
    if (!sender.move()) {
      state.SkipWithError("stalled");
      break;
    }
    state.SetIterationTime(seconds(SteadyClock::now() - begin));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(round_bytes) * state.iterations());
}

// Beast alone

template <class Stream>
websocket::stream<Stream, false> stream_on(tcp::socket socket, net::ssl::context& context) {
  socket.set_option(tcp::no_delay(true));
  if constexpr (std::is_same_v<Stream, TlsStream>) {
    return websocket::stream<Stream, false>(std::move(socket), context);
  } else {
    return websocket::stream<Stream, false>(std::move(socket));
  }
}

template <class Stream>
void prepare(websocket::stream<Stream, false>& stream) {
  stream.binary(true);
  stream.auto_fragment(false);
  stream.write_buffer_bytes(64U << 10);
  stream.read_message_max(16U << 20);
}

// Receives round after round, and answers each with one byte, until the peer ends.
template <class Stream>
void receive_plain(websocket::stream<Stream, false>& stream, bool sealed) {
  crypto::Aead aead{crypto::Key{}};
  const ByteArray<crypto::nonce_bytes> nonce{};
  beast::error_code error;
  beast::flat_buffer buffer;
  std::size_t left = round_bytes;
  while (true) {
    buffer.clear();
    stream.read(buffer, error);
    if (error) return;
    const MutableByteView message(static_cast<std::byte*>(buffer.data().data()), buffer.size());
    if (sealed) {
      const MutableByteView text = message.first(message.size() - crypto::tag_bytes);
      if (!aead.open(nonce, {}, text, message.last(crypto::tag_bytes))) return;
    }
    left -= std::min(left, message.size() - (sealed ? crypto::tag_bytes : 0));
    if (left > 0) continue;
    left = round_bytes;
    stream.write(net::buffer("!", 1), error);
  }
}

template <class Stream>
void beast_alone(benchmark::State& state, bool sealed) {
  constexpr bool with_tls = std::is_same_v<Stream, TlsStream>;
  const std::size_t text_bytes = static_cast<std::size_t>(state.range(0)) - frame_overhead_bytes;
  net::io_context context;
  net::ssl::context server_tls(
      adapters::make_server_context({tls().files.certificate, tls().files.key})->release());
  net::ssl::context client_tls(
      adapters::make_client_context({tls().certificates.ca_file()})->release());
  tcp::acceptor acceptor(context, {net::ip::address_v4::loopback(), 0});
  std::thread thread([&] {
    auto stream = stream_on<Stream>(acceptor.accept(), server_tls);
    if constexpr (with_tls) stream.next_layer().handshake(net::ssl::stream_base::server);
    stream.accept();
    prepare(stream);
    receive_plain(stream, sealed);
  });
  tcp::socket socket(context);
  socket.connect(acceptor.local_endpoint());
  auto stream = stream_on<Stream>(std::move(socket), client_tls);
  if constexpr (with_tls) stream.next_layer().handshake(net::ssl::stream_base::client);
  stream.handshake("localhost", "/");
  prepare(stream);

  crypto::Aead aead{crypto::Key{}};
  const ByteArray<crypto::nonce_bytes> nonce{};  // of a benchmark's key
  const Bytes plain(text_bytes);
  Bytes message(text_bytes + crypto::tag_bytes);
  beast::flat_buffer answer;
  for (auto _ : state) {
    const auto begin = SteadyClock::now();
    for (std::size_t left = round_bytes; left > 0;) {
      const std::size_t size = std::min(left, text_bytes);
      MutableByteView text = MutableByteView(message).first(size);
      std::ranges::copy(ByteView(plain).first(size), text.begin());  // as a node's send() does
      if (sealed) {
        const auto tag = MutableByteView(message).subspan(size, crypto::tag_bytes);
        aead.seal(nonce, {}, text, tag);
        text = MutableByteView(message).first(size + crypto::tag_bytes);
      }
      stream.write(net::buffer(text.data(), text.size()));
      left -= size;
    }
    answer.clear();
    stream.read(answer);
    state.SetIterationTime(seconds(SteadyClock::now() - begin));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(round_bytes) * state.iterations());
  beast::get_lowest_layer(stream).close();
  thread.join();
}

void ws_ours(benchmark::State& state) {
  ours(state, false);
}
void wss_ours(benchmark::State& state) {
  ours(state, true);
}
void ws_beast(benchmark::State& state) {
  beast_alone<tcp::socket>(state, false);
}
void wss_beast(benchmark::State& state) {
  beast_alone<TlsStream>(state, false);
}
void ws_beast_sealed(benchmark::State& state) {
  beast_alone<tcp::socket>(state, true);
}
void wss_beast_sealed(benchmark::State& state) {
  beast_alone<TlsStream>(state, true);
}

constexpr std::int64_t small_message = 64 << 10;
constexpr std::int64_t large_message = 2 << 20;

#define STT_ROW(name, function) \
  BENCHMARK(function)->Name(name)->Arg(small_message)->Arg(large_message)->UseManualTime()

STT_ROW("ws_goodput/ours", ws_ours);
STT_ROW("ws_goodput/yardstick", ws_beast);
STT_ROW("wss_goodput/ours", wss_ours);
STT_ROW("wss_goodput/yardstick", wss_beast);
STT_ROW("ws_sealed_goodput/ours", ws_ours);
STT_ROW("ws_sealed_goodput/yardstick", ws_beast_sealed);
STT_ROW("wss_sealed_goodput/ours", wss_ours);
STT_ROW("wss_sealed_goodput/yardstick", wss_beast_sealed);

}  // namespace

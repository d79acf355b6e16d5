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
#include <reports/bench/bulk_transfer.hpp>
#include <stt/adapters/websocket/test_certificates.hpp>
#include <stt/adapters/websocket/tls.hpp>
#include <stt/adapters/websocket/transport.hpp>
#include <stt/crypto/aead.hpp>

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

adapters::WebSocketTransport& add_websockets(bench::Party& party) {
  auto made = std::make_unique<adapters::WebSocketTransport>(party.loop);
  adapters::WebSocketTransport& transport = *made;
  party.transport = std::move(made);
  party.driver.use_connections(transport);
  return transport;
}

void ours(benchmark::State& state, bool with_tls) {
  const Config config = config_of(static_cast<std::size_t>(state.range(0)));
  bench::BulkReceiver receiver(config);
  adapters::WebSocketListen options;
  options.bind = Address::ipv4(127, 0, 0, 1, 0);
  if (with_tls) options.tls = {tls().files.certificate, tls().files.key};
  const auto addresses = add_websockets(receiver.party()).listen(options);
  if (!addresses) return state.SkipWithError("no port");
  receiver.run();

  bench::BulkSender sender(config, round_bytes);
  const std::string url = std::string(with_tls ? "wss" : "ws") +
                          "://127.0.0.1:" + std::to_string(addresses->front().port) + "/";
  add_websockets(sender.party())
      .connect({*adapters::parse_websocket_url(url), {tls().certificates.ca_file()}},
               [&sender](const auto& connection) {
                 if (!connection) return sender.party().loop.stop();
                 sender.connect(*connection);
               });
  sender.wait_for_session();
  bench::measure(state, sender, round_bytes);
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

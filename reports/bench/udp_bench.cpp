// Goodput of two nodes over UDP on the loopback, against plain sendto and recvfrom of the same
// datagrams in the same run: as many of them, of the same size. On either side one thread sends and
// one receives, as two processes would.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include <stt/adapters/asio/node_driver.hpp>
#include <stt/crypto/system_random.hpp>

namespace {

using namespace stt;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t round_bytes = 8U << 20;  // of the application, an iteration
constexpr std::size_t part_bytes_max = 256U << 10;
constexpr std::string_view shared_seed = "the seed of a pair in a benchmark";

double seconds(SteadyClock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

Config config_of(std::size_t datagram_bytes) {
  Config config;
  config.parameters.initial_stream_credit = 4U << 20;
  config.parameters.max_streams = 4;
  config.send_buffer_bytes = 4U << 20;
  config.datagram_bytes_initial = datagram_bytes;
  config.datagram_bytes_max = datagram_bytes;
  config.rotate_after_messages = UINT64_MAX;
  return config;
}

// A node on a loop of its own, bound to the loopback.
struct Party {
  Party(std::size_t datagram_bytes, std::string_view seed, adapters::NodeDriver::OnEvent on_event)
      : node(*Node::create(config_of(datagram_bytes), as_bytes(seed), random)),
        hint(*node.add_shared_seed(as_bytes(shared_seed))) {
    adapters::UdpOptions options;
    options.bind = Address::ipv4(127, 0, 0, 1, 0);
    driver.emplace(loop, node, std::move(on_event));
    (void)driver->open_udp(options);  // without a socket there is no session, which is told
  }

  adapters::EventLoop loop;
  crypto::SystemRandom random;
  Node node;
  SeedHint hint;
  std::optional<adapters::NodeDriver> driver;
};

// Takes messages on a thread of its own, and answers each with one byte.
class Receiver {
 public:
  explicit Receiver(std::size_t datagram_bytes)
      : party_(datagram_bytes, "the node seed of the one who takes",
               [this](Instant now, const Event& event) { on_event(now, event); }) {
    (void)party_.node.start(party_.loop.now());
    thread_ = std::thread([this] { party_.loop.run(); });
  }
  ~Receiver() {
    party_.loop.stop();
    thread_.join();
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  Address address() const { return address_; }

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

  Bytes buffer_ = Bytes(part_bytes_max);
  Party party_;
  Address address_ = party_.driver->local_addresses().front();
  std::thread thread_;
};

class Sender {
 public:
  Sender(std::size_t datagram_bytes, const Address& to)
      : party_(datagram_bytes, "the node seed of the one who sends",
               [this](Instant now, const Event& event) { on_event(now, event); }) {
    const Instant now = party_.loop.now();
    (void)party_.node.start(now);
    (void)party_.node.connect(now, {to, party_.hint, std::nullopt});
    party_.driver->pump();
    party_.loop.run_for(5s);
  }

  // Moves round_bytes as one message, until the answer; false if it took too long.
  bool move() {
    if (!stream_) return false;
    left_ = round_bytes;
    answered_ = false;
    send_more(party_.loop.now());
    party_.driver->pump();
    return party_.loop.run_for(20s) && answered_;
  }

  std::uint64_t datagrams_sent() const { return party_.driver->socket_counters().datagrams_sent; }

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

  Bytes bytes_ = Bytes(part_bytes_max);
  Party party_;
  SessionHandle session_;
  std::optional<StreamId> stream_;
  std::size_t left_ = 0;
  bool answered_ = false;
};

void udp_ours(benchmark::State& state) {
  const auto datagram_bytes = static_cast<std::size_t>(state.range(0));
  const Receiver receiver(datagram_bytes);
  Sender sender(datagram_bytes, receiver.address());
  if (!sender.move()) {  // which opens the congestion window
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

// How many datagrams a node sends for round_bytes.
std::uint64_t datagrams_of(std::size_t datagram_bytes) {
  const Receiver receiver(datagram_bytes);
  Sender sender(datagram_bytes, receiver.address());
  if (!sender.move()) return 0;
  const std::uint64_t before = sender.datagrams_sent();
  return sender.move() ? sender.datagrams_sent() - before : 0;
}

class PlainSocket {
 public:
  PlainSocket() : descriptor(::socket(AF_INET, SOCK_DGRAM, 0)) {
    const int buffer_bytes = 4 << 20;
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes);
    const timeval patience{0, 50'000};  // an end that was lost does not hang the benchmark
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bound = ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
            ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  }
  ~PlainSocket() { ::close(descriptor); }
  PlainSocket(const PlainSocket&) = delete;
  PlainSocket& operator=(const PlainSocket&) = delete;

  int descriptor;
  bool bound = false;
  sockaddr_in address{};
};

// Receives until `datagrams` have come, or none comes any more; how many came.
std::uint64_t receive_plain(const PlainSocket& socket, std::uint64_t datagrams,
                            std::size_t datagram_bytes) {
  Bytes bytes(datagram_bytes);
  std::uint64_t received = 0;
  while (received < datagrams) {
    sockaddr_in from{};
    socklen_t from_size = sizeof from;
    if (::recvfrom(socket.descriptor, bytes.data(), bytes.size(), 0,
                   reinterpret_cast<sockaddr*>(&from), &from_size) < 0) {
      break;
    }
    ++received;
  }
  return received;
}

// Nothing holds the plain sender back, so some datagrams may be lost: only what arrived counts, and
// the time until the last of it did.
void udp_yardstick(benchmark::State& state) {
  const auto datagram_bytes = static_cast<std::size_t>(state.range(0));
  const std::uint64_t datagrams = datagrams_of(datagram_bytes);
  PlainSocket sender;
  PlainSocket receiver;
  if (datagrams == 0 || !sender.bound || !receiver.bound) {
    state.SkipWithError("no sockets or no session");
    return;
  }
  const Bytes bytes(datagram_bytes);
  double moved = 0;
  for (auto _ : state) {
    const auto begin = SteadyClock::now();
    std::uint64_t received = 0;
    std::thread thread([&] { received = receive_plain(receiver, datagrams, datagram_bytes); });
    for (std::uint64_t i = 0; i < datagrams; ++i) {
      ::sendto(sender.descriptor, bytes.data(), bytes.size(), 0,
               reinterpret_cast<const sockaddr*>(&receiver.address), sizeof receiver.address);
    }
    const auto sent = SteadyClock::now();
    thread.join();
    // With losses the receiver waited in vain at the end: that is not its speed.
    const auto end = received == datagrams ? SteadyClock::now() : sent;
    state.SetIterationTime(seconds(end - begin));
    moved += static_cast<double>(received) / static_cast<double>(datagrams);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(moved * static_cast<double>(round_bytes)));
}

BENCHMARK(udp_ours)->Name("udp_goodput/ours")->Arg(1200)->Arg(1452)->UseManualTime();
BENCHMARK(udp_yardstick)->Name("udp_goodput/yardstick")->Arg(1200)->Arg(1452)->UseManualTime();

}  // namespace

// Goodput of two nodes over UDP on the loopback, against plain sendto and recvfrom of the same
// datagrams in the same run: as many of them, of the same size. On either side one thread sends and
// one receives, as two processes would.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include <reports/bench/bulk_transfer.hpp>

namespace {

using namespace stt;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t round_bytes = 8U << 20;  // of the application, an iteration

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

void open_on_loopback(bench::Party& party) {
  adapters::UdpOptions options;
  options.bind = Address::ipv4(127, 0, 0, 1, 0);
  (void)party.driver.open_udp(options);  // without a socket there is no session, which is told
}

// Two nodes with a session.
struct Pair {
  explicit Pair(std::size_t datagram_bytes)
      : receiver(config_of(datagram_bytes)), sender(config_of(datagram_bytes), round_bytes) {
    open_on_loopback(receiver.party());
    open_on_loopback(sender.party());
    const std::vector<Address> addresses = receiver.party().driver.local_addresses();
    receiver.run();
    if (addresses.empty()) return;
    sender.connect(addresses.front());
    sender.wait_for_session();
  }

  bench::BulkReceiver receiver;
  bench::BulkSender sender;
};

void udp_ours(benchmark::State& state) {
  Pair pair(static_cast<std::size_t>(state.range(0)));
  bench::measure(state, pair.sender, round_bytes);
}

// How many datagrams a node sends for round_bytes.
std::uint64_t datagrams_of(std::size_t datagram_bytes) {
  Pair pair(datagram_bytes);
  const auto sent = [&] { return pair.sender.party().driver.socket_counters().datagrams_sent; };
  if (!pair.sender.move()) return 0;
  const std::uint64_t before = sent();
  return pair.sender.move() ? sent() - before : 0;
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

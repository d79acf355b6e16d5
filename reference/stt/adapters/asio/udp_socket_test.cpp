#include <stt/adapters/asio/udp_socket.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <stt/adapters/asio/event_loop.hpp>
#include <stt/adapters/asio/transmit_queue.hpp>

namespace stt::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

const Address any_port = Address::ipv4(127, 0, 0, 1, 0);

Address ipv6_loopback() {
  return *parse_ip("::1", 0);
}

UdpSocket open_socket(const Address& local, bool offload = true) {
  UdpSocketOptions options;
  options.offload = offload;
  auto socket = UdpSocket::open(local, options);
  EXPECT_TRUE(socket.has_value()) << name(socket.error());
  return std::move(*socket);
}

// `count` datagrams of `size` bytes, the i-th filled with i, and `tail` bytes of 0xFF.
Bytes pattern(std::size_t count, std::size_t size, std::size_t tail = 0) {
  Bytes out;
  for (std::size_t i = 0; i < count; ++i) out.insert(out.end(), size, static_cast<std::byte>(i));
  out.insert(out.end(), tail, std::byte{0xFF});
  return out;
}

// Loopback delivers within the call that sends, so nothing has to be waited for.
std::vector<Bytes> receive_all(UdpSocket& socket) {
  ReceiveBatch batch;
  std::vector<Bytes> out;
  for (auto arrivals = socket.receive(batch); !arrivals.empty(); arrivals = socket.receive(batch)) {
    for (const Arrival& arrival : arrivals) {
      ByteView left = arrival.bytes;
      while (!left.empty()) {
        const std::size_t size = std::min(left.size(), arrival.segment_bytes);
        out.push_back(to_bytes(left.first(size)));
        left = left.subspan(size);
      }
    }
  }
  return out;
}

TEST(SocketAddress, SurvivesTheRoundTripInBothFamilies) {
  for (const Address& address : {Address::ipv4(192, 0, 2, 7, 9000), *parse_ip("2001:db8::7", 9000),
                                 *parse_ip("::", 1), Address::ipv4(0, 0, 0, 0, 65535)}) {
    EXPECT_EQ(from_socket_address(to_socket_address(address).storage), address);
  }
  EXPECT_EQ(family_of(Address::ipv4(1, 2, 3, 4, 5)), Family::ipv4);
  EXPECT_EQ(family_of(*parse_ip("::1", 5)), Family::ipv6);
}

TEST(SocketAddress, IsDisplayedAsItIsTyped) {
  EXPECT_EQ(display(Address::ipv4(192, 0, 2, 7, 9000)), "192.0.2.7:9000");
  EXPECT_EQ(display(*parse_ip("2001:db8::7", 9000)), "[2001:db8::7]:9000");
}

TEST(ParseHostPort, TakesNamesAndBracketedAddresses) {
  const auto parts = [](std::string_view text) {
    const auto parsed = parse_host_port(text);
    return parsed ? parsed->host + "|" + std::to_string(parsed->port) : "refused";
  };
  EXPECT_EQ(parts("localhost:9000"), "localhost|9000");
  EXPECT_EQ(parts("192.0.2.1:1"), "192.0.2.1|1");
  EXPECT_EQ(parts("[::1]:65535"), "::1|65535");
  for (const char* wrong : {"", "host", "host:", ":9000", "host:0", "host:65536", "host:90x",
                            "host:-1", "::1:9000", "[::1]", "[]:9000"}) {
    EXPECT_EQ(parts(wrong), "refused") << wrong;
  }
}

TEST(Resolve, GivesEachAddressOnceAndRefusesNonsense) {
  EXPECT_THAT(*resolve({"127.0.0.1", 9}), ElementsAre(Address::ipv4(127, 0, 0, 1, 9)));
  EXPECT_EQ(resolve({"no such host!", 9}).error(), Errc::address_unusable);
}

//= STT-NODE-022 test
TEST(Resolve, RefusesLinkLocalAddresses) {
  for (const char* host : {"fe80::1", "febf::1", "fe80::1%lo"}) {
    const auto found = resolve({host, 9});
    ASSERT_FALSE(found) << host;
    EXPECT_EQ(found.error(), Errc::address_unusable) << host;
  }
  EXPECT_TRUE(resolve({"fec0::1", 9}));
}

TEST(UdpSocket, ReportsAnAddressInUseAndAnAddressOfOthers) {
  const UdpSocket first = open_socket(any_port);
  EXPECT_EQ(UdpSocket::open(first.local(), {}).error(), Errc::address_in_use);
  EXPECT_EQ(UdpSocket::open(Address::ipv4(192, 0, 2, 1, 0), {}).error(), Errc::address_unusable);
}

//= STT-NODE-016 test
class UdpSocketBothWays : public ::testing::TestWithParam<std::tuple<bool, bool, bool>> {};

// Whatever the system offers on either side, the same datagrams arrive with the same bounds.
TEST_P(UdpSocketBothWays, KeepsDatagramBoundaries) {
  const auto [ipv6, sender_offloads, receiver_offloads] = GetParam();
  const Address local = ipv6 ? ipv6_loopback() : any_port;
  UdpSocket sender = open_socket(local, sender_offloads);
  UdpSocket receiver = open_socket(local, receiver_offloads);
  const Bytes sent = pattern(40, 1200, 77);
  const SendResult result = sender.send(receiver.local(), sent, 1200);
  EXPECT_EQ(result.outcome, SendOutcome::sent);
  EXPECT_EQ(result.bytes_done, sent.size());
  const std::vector<Bytes> received = receive_all(receiver);
  ASSERT_THAT(received, SizeIs(41));
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(received[i], Bytes(1200, static_cast<std::byte>(i))) << i;
  }
  EXPECT_THAT(received.back(), SizeIs(77));
  EXPECT_EQ(sender.counters().datagrams_sent, 41U);
  EXPECT_EQ(receiver.counters().datagrams_received, 41U);
}

// A machine may have no IPv6.
std::vector<bool> families() {
  if (!UdpSocket::open(ipv6_loopback(), {})) return {false};
  return {false, true};
}

INSTANTIATE_TEST_SUITE_P(Families, UdpSocketBothWays,
                         ::testing::Combine(::testing::ValuesIn(families()), ::testing::Bool(),
                                            ::testing::Bool()));

TEST(UdpSocket, TellsWhereADatagramCameFrom) {
  UdpSocket sender = open_socket(any_port);
  UdpSocket receiver = open_socket(any_port);
  sender.send(receiver.local(), pattern(1, 1200), 1200);
  ReceiveBatch batch;
  const auto arrivals = receiver.receive(batch);
  ASSERT_THAT(arrivals, SizeIs(1));
  EXPECT_EQ(arrivals[0].from, sender.local());
}

//= STT-PATH-013 test
TEST(UdpSocket, GoesOnAfterAnAddressThatRefuses) {
  UdpSocket sender = open_socket(any_port);
  Address nobody;
  {
    const UdpSocket closed = open_socket(any_port);
    nobody = closed.local();
  }
  for (int i = 0; i < 3; ++i) {  // the first provokes an ICMP error, the next would meet it
    EXPECT_EQ(sender.send(nobody, pattern(2, 1200), 1200).outcome, SendOutcome::sent);
  }
  UdpSocket receiver = open_socket(any_port);
  sender.send(receiver.local(), pattern(1, 1200), 1200);
  EXPECT_THAT(receive_all(receiver), SizeIs(1));
}

TEST(UdpSocket, DropsADatagramThatNoPathTakesAndSendsTheRest) {
  UdpSocket sender = open_socket(any_port, false);
  const UdpSocket receiver = open_socket(any_port);
  const Bytes too_large(65'535);  // more than UDP over IPv4 carries
  EXPECT_EQ(sender.send(receiver.local(), too_large, too_large.size()).outcome, SendOutcome::sent);
  EXPECT_EQ(sender.counters().datagrams_refused, 1U);
}

TEST(UdpSocket, PassesOverEmptyDatagrams) {
  UdpSocket receiver = open_socket(any_port);
  const UdpSocket sender = open_socket(any_port);
  const SocketAddress to = to_socket_address(receiver.local());
  ::sendto(sender.descriptor(), "", 0, 0, reinterpret_cast<const sockaddr*>(&to.storage), to.size);
  ::sendto(sender.descriptor(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&to.storage), to.size);
  EXPECT_THAT(receive_all(receiver), ElementsAre(SizeIs(1)));
}

void add(TransmitQueue& queue, const Address& to, std::size_t size, int fill) {
  const auto room = queue.room();
  ASSERT_TRUE(room);
  std::ranges::fill(room->first(size), static_cast<std::byte>(fill));
  queue.add(to, size);
}

TEST(TransmitQueue, GathersRunsOfOneSizeThatAShorterOneEnds) {
  const Address a = Address::ipv4(192, 0, 2, 1, 1);
  const Address b = Address::ipv4(192, 0, 2, 2, 1);
  TransmitQueue queue;
  for (int i = 0; i < 3; ++i) add(queue, a, 1200, i);
  add(queue, a, 100, 3);   // ends the run
  add(queue, a, 100, 4);   // so this is another
  add(queue, b, 100, 5);   // another destination
  add(queue, b, 1200, 6);  // longer than its run
  std::vector<std::size_t> sizes;
  std::vector<std::size_t> segments;
  while (const auto* run = queue.front()) {
    sizes.push_back(run->size);
    segments.push_back(run->segment_bytes);
    queue.consume(run->size);
  }
  EXPECT_THAT(sizes, ElementsAre(3700, 100, 100, 1200));
  EXPECT_THAT(segments, ElementsAre(1200, 100, 100, 1200));
}

TEST(TransmitQueue, ResumesInTheMiddleOfARun) {
  TransmitQueue queue;
  const Address to = Address::ipv4(192, 0, 2, 1, 1);
  for (int i = 0; i < 3; ++i) add(queue, to, 1200, i);
  queue.consume(1200);
  ASSERT_NE(queue.front(), nullptr);
  EXPECT_EQ(queue.bytes(*queue.front()).size(), 2400U);
  EXPECT_EQ(queue.bytes(*queue.front())[0], std::byte{1});
  add(queue, to, 1200, 3);  // begins a run of its own: the first has been cut
  queue.consume(2400);
  EXPECT_EQ(queue.bytes(*queue.front())[0], std::byte{3});
  queue.consume(1200);
  EXPECT_TRUE(queue.empty());
}

TEST(TransmitQueue, KeepsRunsWithinWhatOneCallSends) {
  TransmitQueue queue;
  const Address to = Address::ipv4(192, 0, 2, 1, 1);
  std::size_t added = 0;
  while (queue.room()) {
    add(queue, to, 1452, 0);
    added += 1452;
  }
  EXPECT_GE(added, 100'000U);
  while (const auto* run = queue.front()) {
    EXPECT_LE(run->size, bytes_per_send_max);
    EXPECT_LE(run->size / run->segment_bytes, segments_per_send_max);
    added -= run->size;
    queue.consume(run->size);
  }
  EXPECT_EQ(added, 0U);
}

TEST(EventLoop, CallsAtTheMomentAndStops) {
  EventLoop loop;
  const Instant begin = loop.now();
  Instant called{};
  loop.call_at(begin + 20ms, [&] {
    called = loop.now();
    loop.stop();
  });
  EXPECT_TRUE(loop.run_for(10s));
  EXPECT_GE(called, begin + 20ms);
}

TEST(EventLoop, ALaterCallAtReplacesTheFirst) {
  EventLoop loop;
  bool first = false;
  loop.call_at(loop.now() + 5ms, [&] { first = true; });
  loop.call_at(loop.now() + 10ms, [&] { loop.stop(); });
  EXPECT_TRUE(loop.run_for(10s));
  EXPECT_FALSE(first);
  EXPECT_FALSE(loop.run_for(1ms));
}

TEST(EventLoop, TellsOfSignals) {
  EventLoop loop;
  int interrupts = 0;
  loop.on_interrupt([&] {
    if (++interrupts == 2)
      loop.stop();
    else
      std::raise(SIGTERM);
  });
  std::raise(SIGINT);
  EXPECT_TRUE(loop.run_for(10s));
  EXPECT_EQ(interrupts, 2);
}

}  // namespace
}  // namespace stt::adapters

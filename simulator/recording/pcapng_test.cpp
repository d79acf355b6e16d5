#include <simulator/recording/pcapng.hpp>

#include <gtest/gtest.h>

#include <sstream>

#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

const Address v4_one = Address::ipv4(192, 0, 2, 1, 1'000);
const Address v4_two = Address::ipv4(192, 0, 2, 2, 2'000);

Address ipv6(std::uint8_t last, std::uint16_t port) {
  Address address;
  address.ip = {std::byte{0x20}, std::byte{0x01}, std::byte{0x0D}, std::byte{0xB8}};
  address.ip[15] = std::byte{last};
  address.port = port;
  return address;
}

// The sum of what is checked, its checksum included, is all ones.
bool checks_out(ByteView bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = std::to_integer<std::uint32_t>(bytes[i]);
    sum += i % 2 == 0 ? value << 8 : value;
  }
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  return sum == 0xFFFF;
}

Bytes with_pseudo_header(ByteView addresses, ByteView datagram) {
  Bytes bytes = to_bytes(addresses);
  bytes.push_back(static_cast<std::byte>(datagram.size() >> 8));
  bytes.push_back(static_cast<std::byte>(datagram.size()));
  bytes.push_back({});
  bytes.push_back(std::byte{17});
  append(bytes, datagram);
  return bytes;
}

TEST(InIpPacket, GivesIpv4ItsHeadersAndChecksums) {
  const Bytes packet = in_ip_packet(v4_one, v4_two, as_bytes("odd"));
  EXPECT_EQ(to_hex(ByteView(packet).first(10)), "4500001f000040004011");
  EXPECT_EQ(to_hex(ByteView(packet).subspan(12, 14)), "c0000201c000020203e807d0000b");
  EXPECT_EQ(to_hex(ByteView(packet).subspan(28)), "6f6464");
  EXPECT_TRUE(checks_out(ByteView(packet).first(20)));
  EXPECT_TRUE(checks_out(
      with_pseudo_header(ByteView(packet).subspan(12, 8), ByteView(packet).subspan(20))));
}

TEST(InIpPacket, GivesIpv6ItsHeaderAndChecksum) {
  const Bytes packet = in_ip_packet(ipv6(1, 7), ipv6(2, 8), as_bytes("even"));
  EXPECT_EQ(to_hex(ByteView(packet).first(8)), "60000000000c1140");
  EXPECT_EQ(packet.size(), 40U + 8 + 4);
  EXPECT_TRUE(checks_out(
      with_pseudo_header(ByteView(packet).subspan(8, 32), ByteView(packet).subspan(40))));
  // One IPv6 address is enough.
  EXPECT_EQ(in_ip_packet(v4_one, ipv6(2, 8), {}).front(), std::byte{0x60});
}

TEST(InIpPacket, CutsWhatNoIpPacketHolds) {
  EXPECT_EQ(in_ip_packet(v4_one, v4_two, Bytes(70'000)).size(), 65'535U);
}

TEST(InIpPacket, NeverSaysThatThereIsNoChecksum) {
  // Of all payloads of two bytes one makes the sum all ones.
  int zeros = 0;
  for (unsigned value = 0; value <= 0xFFFF; ++value) {
    const Bytes payload{static_cast<std::byte>(value >> 8), static_cast<std::byte>(value)};
    const Bytes packet = in_ip_packet(v4_one, v4_two, payload);
    zeros += packet[26] == std::byte{} && packet[27] == std::byte{} ? 1 : 0;
  }
  EXPECT_EQ(zeros, 0);
}

// Laid out by hand from the Internet-Draft, figures 9 to 11.
TEST(PcapngWriter, WritesBlocksAsTheDraftHasThem) {
  std::ostringstream out;
  PcapngWriter writer(out, "abc");
  const auto section = out.str();
  EXPECT_EQ(to_hex(as_bytes(section)),
            "0a0d0d0a"
            "34000000"
            "4d3c2b1a"
            "01000000"
            "ffffffffffffffff"
            "04000700"
            "7374742073696d00"
            "01000300"
            "61626300"
            "00000000"
            "34000000");
  EXPECT_EQ(writer.add_interface("a > b", "x"), 0U);
  const auto interface = out.str().substr(section.size());
  EXPECT_EQ(to_hex(as_bytes(interface)),
            "01000000"
            "34000000"
            "65000000"
            "00000000"
            "02000500"
            "61203e2062000000"
            "03000100"
            "78000000"
            "09000100"
            "09000000"
            "00000000"
            "34000000");
  writer.write({0, Instant(0x1'0000'0002ns), 7, to_bytes(as_bytes("12345")), {"why"}});
  const auto packet = out.str().substr(section.size() + interface.size());
  EXPECT_EQ(to_hex(as_bytes(packet)),
            "06000000"
            "40000000"
            "00000000"
            "01000000"
            "02000000"
            "05000000"
            "05000000"
            "3132333435000000"
            "01000300"
            "77687900"
            "05000800"
            "0700000000000000"
            "00000000"
            "40000000");
  EXPECT_EQ(writer.add_interface("b > a", ""), 1U);
}

}  // namespace
}  // namespace stt::sim

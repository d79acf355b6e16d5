#include <simulator/recording/pcapng.hpp>

#include <stt/base/assert.hpp>

namespace stt::sim {
namespace {

enum BlockType : std::uint32_t {
  section_header = 0x0A0D0D0A,
  interface_block = 1,
  packet_block = 6
};
enum Option : std::uint16_t {
  end_of_options = 0,
  comment = 1,
  interface_name = 2,
  interface_description = 3,
  section_application = 4,
  packet_id = 5,
  interface_time_resolution = 9,
};
constexpr std::uint32_t byte_order_magic = 0x1A2B3C4D;
constexpr std::uint16_t raw_ip = 101;  // LINKTYPE_RAW
constexpr std::byte nanoseconds{9};    // 10^-9

constexpr std::uint8_t udp_protocol = 17;
constexpr std::uint8_t hops_max = 64;
constexpr std::size_t udp_header_bytes = 8;
constexpr std::size_t ipv4_header_bytes = 20;
constexpr std::size_t udp_datagram_bytes_max = 65'535 - ipv4_header_bytes;
constexpr std::size_t ip_checksum_at = 10;
constexpr std::size_t udp_checksum_at = 6;

// Blocks are little endian, what IP sees is big endian.
template <class T>
void put_little(Bytes& to, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    to.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void put_big(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::byte>(value >> 8));
  to.push_back(static_cast<std::byte>(value));
}

void pad(Bytes& to) {
  while (to.size() % 4 != 0) to.push_back({});
}

void put_option(Bytes& to, Option option, ByteView value) {
  value = value.first(std::min<std::size_t>(value.size(), 65'535));
  put_little<std::uint16_t>(to, option);
  put_little(to, static_cast<std::uint16_t>(value.size()));
  append(to, value);
  pad(to);
}

void put_end(Bytes& to) {
  put_little<std::uint32_t>(to, end_of_options);
}

// RFC 1071: the ones' complement sum of 16-bit words.
class InternetSum {
 public:
  void add(ByteView bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto value = std::to_integer<std::uint64_t>(bytes[i]);
      sum_ += i % 2 == 0 ? value << 8 : value;
    }
  }
  std::uint16_t checksum() const {
    std::uint64_t folded = sum_;
    while (folded > 0xFFFF) folded = (folded & 0xFFFF) + (folded >> 16);
    return static_cast<std::uint16_t>(~folded);
  }

 private:
  std::uint64_t sum_ = 0;
};

void set_big(Bytes& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::byte>(value >> 8);
  bytes[at + 1] = static_cast<std::byte>(value);
}

bool is_ipv4(const Address& address) {
  constexpr ByteArray<12> prefix{
      {{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, std::byte{0xFF}, std::byte{0xFF}}};
  return std::ranges::equal(prefix, ByteView(address.ip).first(prefix.size()));
}

Bytes udp_datagram(const Address& from, const Address& to, ByteView payload, std::size_t ip_bytes) {
  const std::size_t size = udp_header_bytes + payload.size();
  Bytes datagram;
  datagram.reserve(size);
  for (const std::size_t each : {std::size_t{from.port}, std::size_t{to.port}, size, std::size_t{}})
    put_big(datagram, each);
  append(datagram, payload);
  Bytes pseudo_header;
  append(pseudo_header, ByteView(from.ip).last(ip_bytes));
  append(pseudo_header, ByteView(to.ip).last(ip_bytes));
  put_big(pseudo_header, size);
  put_big(pseudo_header, udp_protocol);
  InternetSum sum;
  sum.add(pseudo_header);
  sum.add(datagram);
  // Zero would say that there is none.
  set_big(datagram, udp_checksum_at, sum.checksum() == 0 ? 0xFFFF : sum.checksum());
  return datagram;
}

Bytes ipv4_header(const Address& from, const Address& to, std::size_t datagram_bytes) {
  Bytes header{std::byte{0x45}, {}};
  put_big(header, ipv4_header_bytes + datagram_bytes);
  put_big(header, 0);
  put_big(header, 0x4000);  // may not be fragmented
  header.push_back(std::byte{hops_max});
  header.push_back(std::byte{udp_protocol});
  put_big(header, 0);
  append(header, ByteView(from.ip).last(4));
  append(header, ByteView(to.ip).last(4));
  InternetSum sum;
  sum.add(header);
  set_big(header, ip_checksum_at, sum.checksum());
  return header;
}

Bytes ipv6_header(const Address& from, const Address& to, std::size_t datagram_bytes) {
  Bytes header{std::byte{0x60}, {}, {}, {}};
  put_big(header, datagram_bytes);
  header.push_back(std::byte{udp_protocol});
  header.push_back(std::byte{hops_max});
  append(header, from.ip);
  append(header, to.ip);
  return header;
}

}  // namespace

PcapngWriter::PcapngWriter(std::ostream& out, std::string_view about) : out_(out) {
  Bytes body;
  put_little(body, byte_order_magic);
  put_little<std::uint16_t>(body, 1);  // version 1.0
  put_little<std::uint16_t>(body, 0);
  put_little(body, ~std::uint64_t{});  // the section's length is not said
  put_option(body, section_application, as_bytes("stt sim"));
  put_option(body, comment, as_bytes(about));
  put_end(body);
  write_block(section_header, body);
}

std::uint32_t PcapngWriter::add_interface(std::string_view name, std::string_view description) {
  Bytes body;
  put_little(body, raw_ip);
  put_little<std::uint16_t>(body, 0);
  put_little<std::uint32_t>(body, 0);  // packets are never cut
  put_option(body, interface_name, as_bytes(name));
  put_option(body, interface_description, as_bytes(description));
  put_option(body, interface_time_resolution, ByteView(&nanoseconds, 1));
  put_end(body);
  write_block(interface_block, body);
  return interfaces_++;
}

void PcapngWriter::write(const CapturedPacket& packet) {
  STT_ASSERT(packet.interface < interfaces_);
  const auto time = static_cast<std::uint64_t>(packet.at.time_since_epoch().count());
  const auto size = static_cast<std::uint32_t>(packet.bytes.size());
  Bytes body;
  body.reserve(packet.bytes.size() + 64);
  put_little(body, packet.interface);
  put_little(body, static_cast<std::uint32_t>(time >> 32));
  put_little(body, static_cast<std::uint32_t>(time));
  put_little(body, size);  // captured
  put_little(body, size);  // of the packet
  append(body, packet.bytes);
  pad(body);
  for (const std::string& each : packet.comments) put_option(body, comment, as_bytes(each));
  Bytes number;
  put_little(number, packet.number);
  put_option(body, packet_id, number);
  put_end(body);
  write_block(packet_block, body);
}

void PcapngWriter::write_block(std::uint32_t type, ByteView body) {
  constexpr std::size_t frame_bytes = 12;  // the type, and the length twice
  const auto length = static_cast<std::uint32_t>(body.size() + frame_bytes);
  Bytes block;
  block.reserve(length);
  put_little(block, type);
  put_little(block, length);
  append(block, body);
  put_little(block, length);
  out_.write(reinterpret_cast<const char*>(block.data()),
             static_cast<std::streamsize>(block.size()));
}

Bytes in_ip_packet(const Address& from, const Address& to, ByteView payload) {
  payload = payload.first(std::min(payload.size(), udp_datagram_bytes_max - udp_header_bytes));
  const bool v4 = is_ipv4(from) && is_ipv4(to);
  const Bytes datagram = udp_datagram(from, to, payload, v4 ? 4 : 16);
  Bytes packet =
      v4 ? ipv4_header(from, to, datagram.size()) : ipv6_header(from, to, datagram.size());
  append(packet, datagram);
  return packet;
}

}  // namespace stt::sim

// Capture files that Wireshark and tcpdump read: pcapng (draft-ietf-opsawg-pcapng), little endian,
// of what IP packets carry. Only what we need of it: one section, its interfaces, packets.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <stt/base/address.hpp>
#include <stt/base/time.hpp>

namespace stt::sim {

struct CapturedPacket {
  std::uint32_t interface = 0;
  Instant at{};
  std::uint64_t number = 0;  // epb_packetid
  Bytes bytes;               // an IP packet
  std::vector<std::string> comments;
};

class PcapngWriter {
 public:
  // `out` outlives it. Writes the section header at once.
  PcapngWriter(std::ostream& out, std::string_view comment);

  // The interface's number, for packets that come later. Time stamps are in nanoseconds.
  std::uint32_t add_interface(std::string_view name, std::string_view description);
  void write(const CapturedPacket& packet);

 private:
  void write_block(std::uint32_t type, ByteView body);

  std::ostream& out_;
  std::uint32_t interfaces_ = 0;
};

// An IP packet with a UDP datagram, IPv4 where both addresses are mapped IPv4 ones; checksums are
// right. What does not fit an IP packet is cut.
Bytes in_ip_packet(const Address& from, const Address& to, ByteView payload);

}  // namespace stt::sim

#include <stt/adapters/asio/udp_socket.hpp>

#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <stt/base/assert.hpp>

namespace stt::adapters {
namespace {

constexpr std::size_t message_bytes_max = 65'536;

bool set_option(int descriptor, int level, int option, int value) {
  return ::setsockopt(descriptor, level, option, &value, sizeof value) == 0;
}

// Root may go beyond the system's limit; everybody else gets what the limit allows.
void enlarge(int descriptor, int forced, int plain, std::size_t bytes) {
  const int value = static_cast<int>(bytes);
  if (!set_option(descriptor, SOL_SOCKET, forced, value)) {
    set_option(descriptor, SOL_SOCKET, plain, value);
  }
}

Errc errc_of_bind(int error) {
  if (error == EADDRINUSE) return Errc::address_in_use;
  if (error == EADDRNOTAVAIL || error == EACCES || error == EAFNOSUPPORT) {
    return Errc::address_unusable;
  }
  return Errc::transport_failed;
}

// The size that UDP_GRO put datagrams together by; all of it, if there is only one.
std::size_t segment_bytes_of(msghdr& header, std::size_t size) {
  for (cmsghdr* at = CMSG_FIRSTHDR(&header); at != nullptr; at = CMSG_NXTHDR(&header, at)) {
    if (at->cmsg_level != SOL_UDP || at->cmsg_type != UDP_GRO) continue;
    int segment = 0;
    std::memcpy(&segment, CMSG_DATA(at), sizeof segment);
    if (segment > 0) return static_cast<std::size_t>(segment);
  }
  return size;
}

std::size_t datagram_count(std::size_t bytes, std::size_t segment_bytes) {
  return (bytes + segment_bytes - 1) / segment_bytes;
}

// A failure to send that says "later"; nothing if it says "never".
std::optional<SendOutcome> retry_outcome(int error) {
  if (error == EAGAIN || error == EWOULDBLOCK) return SendOutcome::blocked;
  if (error == ENOBUFS || error == ENOMEM) return SendOutcome::no_buffers;
  return std::nullopt;
}

}  // namespace

struct ReceiveBatch::Memory {
  struct Control {
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> bytes;
  };

  std::unique_ptr<std::byte[]> bytes =
      std::make_unique_for_overwrite<std::byte[]>(messages_max * message_bytes_max);
  std::array<sockaddr_storage, messages_max> from;
  std::array<Control, messages_max> control;
  std::array<iovec, messages_max> vectors;
  std::array<mmsghdr, messages_max> headers;

  std::byte* at(std::size_t i) const { return bytes.get() + i * message_bytes_max; }

  // The system writes over lengths, so they are set again before every call.
  void reset() {
    for (std::size_t i = 0; i < messages_max; ++i) {
      vectors[i] = {at(i), message_bytes_max};
      headers[i] = {};
      msghdr& header = headers[i].msg_hdr;
      header.msg_name = &from[i];
      header.msg_namelen = sizeof from[i];
      header.msg_iov = &vectors[i];
      header.msg_iovlen = 1;
      header.msg_control = control[i].bytes.data();
      header.msg_controllen = control[i].bytes.size();
    }
  }
};

ReceiveBatch::ReceiveBatch() : memory_(std::make_unique<Memory>()) {}
ReceiveBatch::~ReceiveBatch() = default;

Result<UdpSocket> UdpSocket::open(const Address& local, const UdpSocketOptions& options) {
  //= STT-NODE-016
  const bool ipv4 = family_of(local) == Family::ipv4;
  const int descriptor =
      ::socket(ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return fail(errc_of_bind(errno));
  UdpSocket socket(descriptor, local);
  if (!ipv4) set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  const SocketAddress name = to_socket_address(local);
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&name.storage), name.size) != 0) {
    return fail(errc_of_bind(errno));
  }
  SocketAddress bound;
  bound.size = sizeof bound.storage;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0) {
    return fail(Errc::transport_failed);
  }
  socket.local_ = from_socket_address(bound.storage);
  socket.configure(options);
  return socket;
}

void UdpSocket::configure(const UdpSocketOptions& options) {
  enlarge(descriptor_, SO_RCVBUFFORCE, SO_RCVBUF, options.buffer_bytes);
  enlarge(descriptor_, SO_SNDBUFFORCE, SO_SNDBUF, options.buffer_bytes);
  // Nothing is fragmented on the way, and the system's idea of the path MTU is ignored: discovery
  // is the session's.
  if (family_of(local_) == Family::ipv4) {
    set_option(descriptor_, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  } else {
    set_option(descriptor_, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
  }
  if (!options.offload) return;
  set_option(descriptor_, SOL_UDP, UDP_GRO, 1);
  segments_ = set_option(descriptor_, SOL_UDP, UDP_SEGMENT, 0);  // off, but known
}

UdpSocket::~UdpSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      local_(other.local_),
      segments_(other.segments_),
      counters_(other.counters_) {}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  local_ = other.local_;
  segments_ = other.segments_;
  counters_ = other.counters_;
  return *this;
}

std::span<const Arrival> UdpSocket::receive(ReceiveBatch& batch) {
  ReceiveBatch::Memory& memory = *batch.memory_;
  memory.reset();
  ++counters_.receive_calls;
  int count = ::recvmmsg(descriptor_, memory.headers.data(), ReceiveBatch::messages_max,
                         MSG_DONTWAIT, nullptr);
  //= STT-PATH-013
  // A pending ICMP error is told once, in place of the datagrams behind it: ask again.
  for (int tries = 0; count < 0 && errno != EAGAIN && tries < 3; ++tries) {
    ++counters_.receive_errors;
    count = ::recvmmsg(descriptor_, memory.headers.data(), ReceiveBatch::messages_max, MSG_DONTWAIT,
                       nullptr);
  }
  std::size_t used = 0;
  for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
    mmsghdr& header = memory.headers[i];
    const bool truncated = (header.msg_hdr.msg_flags & MSG_TRUNC) != 0;
    if (header.msg_len == 0 || truncated) continue;  // an empty datagram says nothing
    Arrival& arrival = batch.arrivals_[used++];
    arrival.from = from_socket_address(memory.from[i]);
    arrival.bytes = MutableByteView(memory.at(i), header.msg_len);
    arrival.segment_bytes = segment_bytes_of(header.msg_hdr, header.msg_len);
    counters_.datagrams_received += datagram_count(arrival.bytes.size(), arrival.segment_bytes);
  }
  return std::span(batch.arrivals_).first(used);
}

SendResult UdpSocket::send(const Address& to, ByteView bytes, std::size_t segment_bytes) {
  STT_ASSERT(segment_bytes > 0 && !bytes.empty());
  STT_ASSERT(datagram_count(bytes.size(), segment_bytes) <= segments_per_send_max);
  const SocketAddress name = to_socket_address(to);
  if (segments_ && bytes.size() > segment_bytes) {
    if (const auto result = send_offloaded(name, bytes, segment_bytes)) return *result;
  }
  return send_singly(name, bytes, segment_bytes);
}

// All in one call; nothing if the system cannot do that here, then the datagrams go one by one.
std::optional<SendResult> UdpSocket::send_offloaded(const SocketAddress& to, ByteView bytes,
                                                    std::size_t segment_bytes) {
  const auto segment = static_cast<std::uint16_t>(segment_bytes);
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof segment)> control{};
  iovec vector{const_cast<std::byte*>(bytes.data()), bytes.size()};
  msghdr header{};
  header.msg_name = const_cast<sockaddr_storage*>(&to.storage);
  header.msg_namelen = to.size;
  header.msg_iov = &vector;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  cmsghdr* const message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = SOL_UDP;
  message->cmsg_type = UDP_SEGMENT;
  message->cmsg_len = CMSG_LEN(sizeof segment);
  std::memcpy(CMSG_DATA(message), &segment, sizeof segment);

  ++counters_.send_calls;
  if (::sendmsg(descriptor_, &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
    counters_.datagrams_sent += datagram_count(bytes.size(), segment_bytes);
    return SendResult{SendOutcome::sent, bytes.size()};
  }
  if (const auto outcome = retry_outcome(errno)) return SendResult{*outcome, 0};
  // EIO: the interface cannot checksum for us. EINVAL, EMSGSIZE: one of these does not fit.
  if (errno == EIO || errno == ENOPROTOOPT || errno == EOPNOTSUPP) segments_ = false;
  return std::nullopt;
}

SendResult UdpSocket::send_singly(const SocketAddress& to, ByteView bytes,
                                  std::size_t segment_bytes) {
  std::array<iovec, segments_per_send_max> vectors;
  std::array<mmsghdr, segments_per_send_max> headers;
  std::size_t count = 0;
  for (std::size_t at = 0; at < bytes.size(); at += segment_bytes, ++count) {
    const ByteView part = bytes.subspan(at, std::min(segment_bytes, bytes.size() - at));
    vectors[count] = {const_cast<std::byte*>(part.data()), part.size()};
    headers[count] = {};
    headers[count].msg_hdr.msg_name = const_cast<sockaddr_storage*>(&to.storage);
    headers[count].msg_hdr.msg_namelen = to.size;
    headers[count].msg_hdr.msg_iov = &vectors[count];
    headers[count].msg_hdr.msg_iovlen = 1;
  }
  std::size_t done = 0;
  while (done < count) {
    ++counters_.send_calls;
    const int sent = ::sendmmsg(descriptor_, &headers[done], static_cast<unsigned>(count - done),
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      done += static_cast<std::size_t>(sent);
      counters_.datagrams_sent += static_cast<std::uint64_t>(sent);
      continue;
    }
    if (const auto outcome = retry_outcome(errno)) return {*outcome, done * segment_bytes};
    //= STT-PATH-013
    ++counters_.datagrams_refused;  // this one will not do better later; the others may
    ++done;
  }
  return {SendOutcome::sent, bytes.size()};
}

}  // namespace stt::adapters

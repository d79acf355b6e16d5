// Every limit of the wire, checked before anything is allocated.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stt::wire {

inline constexpr std::size_t frame_bytes_max = 2'097'152;        // STT-FRAME: a whole frame
inline constexpr std::size_t handshake_frame_bytes_max = 1'200;  // HANDSHAKE and AUTH frames
inline constexpr std::size_t varint_bytes_max = 10;
inline constexpr std::size_t nonce_bytes = 24;
inline constexpr std::size_t tag_bytes = 16;
inline constexpr std::size_t hint_bytes = 8;
// magic 2, version 1, length 4, type 1, session id 8, stream id 3, sequence 10, metadata length 1
inline constexpr std::size_t header_bytes_max = 30;
inline constexpr std::size_t metadata_bytes_max = varint_bytes_max + nonce_bytes + tag_bytes;
inline constexpr std::size_t associated_bytes_max = header_bytes_max + varint_bytes_max;

inline constexpr std::size_t ack_ranges_max = 64;
inline constexpr std::size_t reason_bytes_max = 256;  // CLOSE and ERROR
inline constexpr std::uint64_t max_ack_delay_ms_max = (1U << 14) - 1;
inline constexpr std::size_t datagram_bytes_min = 1'200;   // every path carries this
inline constexpr std::size_t datagram_bytes_max = 65'507;  // UDP over IPv4

}  // namespace stt::wire

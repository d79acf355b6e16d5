// Every limit of the streams.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stt::stream {

inline constexpr std::size_t gaps_max = 256;  // a stream direction, between stored pieces

// Memory for stream content comes in chunks of this many positions.
inline constexpr std::size_t chunk_positions = 4'096;
// How far the window of one stream is widened beyond initial_stream_credit out of memory that is
// promised to nobody: a bandwidth-delay product of 4 MiB is 320 Mbit/s at 100 ms.
inline constexpr std::uint64_t extra_window_max = 4U << 20;
inline constexpr std::uint64_t extra_window_first = 64U << 10;

// Refused streams of which the peer has not said yet that they are over; more are dropped
// unacknowledged, until it has.
inline constexpr std::size_t refused_max = 256;

// A frame with less room for its payload is left for the next datagram. Every stream-control
// message fits (1 + 10 + 10 bytes, and 2 for a long stream id).
inline constexpr std::size_t payload_room_min = 64;

}  // namespace stt::stream

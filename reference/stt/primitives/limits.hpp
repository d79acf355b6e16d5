// Every limit of the primitives.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stt::primitives {

// Binary streams
inline constexpr std::size_t context_id_bytes_max = 256;          // STT-ENCODER-017
inline constexpr std::size_t segment_data_bytes_max = 1'048'576;  // STT-ENCODER-018: of one segment
inline constexpr std::size_t segment_data_bytes_default = 1'070;  // STT-ENCODER-012
inline constexpr std::size_t window_segments_max = 65'536;        // STT-DECODER-004: settable up to
inline constexpr std::size_t window_segments_default = 1'024;
inline constexpr std::size_t decoder_buffer_bytes_default = 16'777'216;  // STT-DECODER-012

// Storage: of one call, which is held in memory as a whole and is one commit on disk
inline constexpr std::size_t store_objects_max = 4'096;        // STT-STORAGE-015
inline constexpr std::uint64_t store_bytes_max = 268'435'456;  // STT-STORAGE-015

// Endpoints
inline constexpr std::size_t endpoint_name_bytes_max = 256;  // STT-ENDPOINT-010
inline constexpr std::size_t endpoints_max_default = 1'024;  // STT-ENDPOINT-010
inline constexpr std::size_t endpoint_items_default = 256;   // STT-ENDPOINT-008: of one queue
inline constexpr std::size_t endpoint_bytes_default = 1'048'576;

// Events
inline constexpr std::size_t emit_depth_max = 64;  // STT-EVENT-010

}  // namespace stt::primitives

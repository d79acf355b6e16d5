// How `stt node send` and `stt node listen` move a file: an application of STT, not part of it.
//
// The sender opens a stream, sends three messages of type DATA and closes its direction:
//
//   1  header   version u8 (1) | size varint | name LP (UTF-8, no folder)
//   2  body     the file, `size` bytes; read and written in parts, so that memory stays constant
//   3  digest   SHA3-256 of the body, 32 bytes
//
// The receiver answers on the same stream with one message and closes its direction:
//
//   4  verdict  verdict u8 | text LP (the name it stored the file under, or what went wrong)
//
// It may answer before the sender is done, when going on is of no use, and asks by STOP for no
// more; the sender then stops. Who gives up before its part is over says so by RESET. A file counts
// as received only with verdict 0, which is given after it is on disk under its name.
#pragma once

#include <cstdint>
#include <string>

#include <stt/base/bytes.hpp>
#include <stt/base/result.hpp>

namespace stt::tool {

inline constexpr std::uint8_t transfer_version = 1;
inline constexpr std::size_t name_bytes_max = 255;
inline constexpr std::size_t text_bytes_max = 1'024;
inline constexpr std::size_t header_message_bytes_max = 1 + 10 + 2 + name_bytes_max;
inline constexpr std::size_t verdict_message_bytes_max = 1 + 2 + text_bytes_max;
inline constexpr std::size_t digest_bytes = 32;

// In RESET and STOP: an application's own codes begin at 65,536 (STT-STREAM-060).
inline constexpr std::uint64_t abandoned_code = 65'536;  // the sender gave up
inline constexpr std::uint64_t refused_code = 65'537;    // the receiver wants no more

struct TransferHeader {
  std::uint8_t version = transfer_version;
  std::uint64_t size = 0;
  std::string name;
};

enum class Verdict : std::uint8_t {
  stored = 0,
  digest_differs = 1,
  cannot_write = 2,
  malformed = 3,  // the receiver does not understand what was sent
  version = 4,    // of this exchange
};

struct VerdictMessage {
  Verdict verdict{};
  std::string text;
};

// Names and texts over their limit are cut.
Bytes encode(const TransferHeader& header);
Bytes encode(const VerdictMessage& message);

// wire.truncated, wire.trailing_bytes, any varint error; base.invalid_argument for a name or text
// that is too long and for an unknown verdict. Of another version only `version` is decoded.
Result<TransferHeader> decode_header(ByteView bytes);
Result<VerdictMessage> decode_verdict(ByteView bytes);

// The name to store a file under: without folders, control characters and leading dots, at most 200
// bytes, never empty. What a peer says is not trusted with more.
std::string safe_name(std::string_view name);

}  // namespace stt::tool

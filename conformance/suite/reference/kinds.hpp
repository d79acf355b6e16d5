// The kinds of vectors that the reference answers. A new kind is a function and a line in the table
// of its group.
#pragma once

#include <span>
#include <string_view>

#include <conformance/suite/reference/fields.hpp>

namespace stt::conform {

struct Kind {
  std::string_view name;
  nlohmann::json (*answer)(const Fields& in);
};

std::span<const Kind> wire_kinds();       // varints, frames, datagrams
std::span<const Kind> message_kinds();    // the plaintext payloads of frames
std::span<const Kind> crypto_kinds();     // primitives, seeds, key schedule
std::span<const Kind> session_kinds();    // sealing, opening, replay
std::span<const Kind> handshake_kinds();  // transcripts, and one side against given frames
std::span<const Kind> delivery_kinds();   // streams put together, acknowledgements
std::span<const Kind> carriage_kinds();   // WebSockets
std::span<const Kind> primitive_kinds();  // binary streams, storage

}  // namespace stt::conform

// What a case does to a frame: to its plaintext before it is sealed, and to its bytes afterwards.
#pragma once

#include <string>

#include <nlohmann/json.hpp>
#include <stt/wire/frame.hpp>

namespace stt::conform::peers {

// "plain_cut": bytes less; "plain_append": bytes more; "plain_set": {"at","bytes"}.
Bytes edit_plaintext(Bytes plaintext, const nlohmann::json& options);
// "flip": the first bit of a field ("magic", "version", "length", "type", "session_id", "hint" or
// "epoch", "payload", "nonce", "tag"); "cut": bytes less; "append": bytes more; "hint": "unknown".
Bytes edit_frame(Bytes frame, const nlohmann::json& options);

// "zero", or eight bytes in hexadecimal.
SessionId read_session_id(const nlohmann::json& value);
Bytes read_hex(const nlohmann::json& value);
// A number, or a decimal string.
std::uint64_t read_number(const nlohmann::json& value);

}  // namespace stt::conform::peers

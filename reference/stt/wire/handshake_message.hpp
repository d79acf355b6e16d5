// The four handshake messages: the plaintext payloads of HANDSHAKE and AUTH frames.
//
//   HELLO       0x01 | LP(versions) | LP(suites) | nonce 32 | node_id 32 | ephemeral 32 | LP(zeros)
//   RESPONSE    0x02 | version | suite | nonce 32 | node_id 32 | ephemeral 32 | challenge 32
//   AUTH_PROOF  0x03 | session_id 8 | signature 64 | LP(parameters)
//   FINAL       0x04 | session_id 8 | signature 64 | LP(parameters)
//
// versions and suites are lists of u8, not empty, preference first. challenge is the nonce of the
// HELLO answered.
#pragma once

#include <stt/base/result.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/types.hpp>
#include <stt/wire/writer.hpp>

namespace stt::wire {

enum class HandshakeType : std::uint8_t { hello = 1, response = 2, auth_proof = 3, final = 4 };

struct Hello {
  ByteView versions;  // borrowed
  ByteView suites;    // borrowed
  ByteArray<32> nonce{};
  NodeId node_id;
  ByteArray<32> ephemeral{};
  std::size_t padding_bytes = 0;
};

struct ResponseMessage {
  std::uint8_t version = 0;
  std::uint8_t suite = 0;
  ByteArray<32> nonce{};
  NodeId node_id;
  ByteArray<32> ephemeral{};
  ByteArray<32> challenge{};
};

// AUTH_PROOF and FINAL differ in their type only.
struct AuthMessage {
  HandshakeType type{};
  SessionId session_id;
  ByteArray<64> signature{};
  ByteView parameters;  // borrowed; decode_parameters reads it
};

std::size_t encoded_size(const Hello& message);
std::size_t encoded_size(const ResponseMessage& message);
std::size_t encoded_size(const AuthMessage& message);
void encode(Writer& writer, const Hello& message);
void encode(Writer& writer, const ResponseMessage& message);
void encode(Writer& writer, const AuthMessage& message);

// Errors of all: wire.handshake_type (another first byte than asked for), wire.truncated, the
// varint errors, wire.trailing_bytes. Of a HELLO also wire.handshake_list_empty and
// wire.handshake_padding (not zero).
Result<Hello> decode_hello(ByteView payload);
Result<ResponseMessage> decode_response(ByteView payload);
Result<AuthMessage> decode_auth(ByteView payload, HandshakeType type);

}  // namespace stt::wire

#include <stt/wire/handshake_message.hpp>

#include <stt/wire/reader.hpp>

namespace stt::wire {
namespace {

void expect_type(Reader& reader, HandshakeType type) {
  //= STT-HANDSHAKE-004
  if (reader.u8() != static_cast<std::uint8_t>(type)) {
    reader.fail(Errc::handshake_type);
  }
}

ByteView list(Reader& reader) {
  const ByteView entries = reader.length_prefixed();
  //= STT-HANDSHAKE-005
  if (reader.ok() && entries.empty()) reader.fail(Errc::handshake_list_empty);
  return entries;
}

}  // namespace

std::size_t encoded_size(const Hello& message) {
  return 1 + length_prefixed_size(message.versions.size()) +
         length_prefixed_size(message.suites.size()) + 3 * 32 +
         length_prefixed_size(message.padding_bytes);
}

std::size_t encoded_size(const ResponseMessage&) {
  return 3 + 4 * 32;
}

std::size_t encoded_size(const AuthMessage& message) {
  return 1 + 8 + 64 + length_prefixed_size(message.parameters.size());
}

void encode(Writer& writer, const Hello& message) {
  writer.u8(static_cast<std::uint8_t>(HandshakeType::hello));
  writer.length_prefixed(message.versions);
  writer.length_prefixed(message.suites);
  writer.bytes(message.nonce);
  writer.bytes(message.node_id.bytes);
  writer.bytes(message.ephemeral);
  writer.varint(message.padding_bytes);
  writer.zeros(message.padding_bytes);
}

void encode(Writer& writer, const ResponseMessage& message) {
  writer.u8(static_cast<std::uint8_t>(HandshakeType::response));
  writer.u8(message.version);
  writer.u8(message.suite);
  writer.bytes(message.nonce);
  writer.bytes(message.node_id.bytes);
  writer.bytes(message.ephemeral);
  writer.bytes(message.challenge);
}

void encode(Writer& writer, const AuthMessage& message) {
  writer.u8(static_cast<std::uint8_t>(message.type));
  writer.bytes(message.session_id.bytes);
  writer.bytes(message.signature);
  writer.length_prefixed(message.parameters);
}

//= STT-HANDSHAKE-001
Result<Hello> decode_hello(ByteView payload) {
  Reader reader(payload);
  Hello message;
  expect_type(reader, HandshakeType::hello);
  message.versions = list(reader);
  message.suites = list(reader);
  message.nonce = reader.array<32>();
  message.node_id.bytes = reader.array<32>();
  message.ephemeral = reader.array<32>();
  const ByteView padding = reader.length_prefixed();
  //= STT-HANDSHAKE-006
  if (std::ranges::any_of(padding, [](std::byte byte) { return byte != std::byte{0}; })) {
    reader.fail(Errc::handshake_padding);
  }
  message.padding_bytes = padding.size();
  STT_TRY(reader.finish());
  return message;
}

//= STT-HANDSHAKE-002
//= STT-HANDSHAKE-007
Result<ResponseMessage> decode_response(ByteView payload) {
  Reader reader(payload);
  ResponseMessage message;
  expect_type(reader, HandshakeType::response);
  message.version = reader.u8();
  message.suite = reader.u8();
  message.nonce = reader.array<32>();
  message.node_id.bytes = reader.array<32>();
  message.ephemeral = reader.array<32>();
  message.challenge = reader.array<32>();
  STT_TRY(reader.finish());
  return message;
}

//= STT-HANDSHAKE-003
//= STT-HANDSHAKE-007
Result<AuthMessage> decode_auth(ByteView payload, HandshakeType type) {
  Reader reader(payload);
  AuthMessage message;
  expect_type(reader, type);
  message.type = type;
  message.session_id.bytes = reader.array<8>();
  message.signature = reader.array<64>();
  message.parameters = reader.length_prefixed();
  STT_TRY(reader.finish());
  return message;
}

}  // namespace stt::wire

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <stt/wire/codec_laws.hpp>
#include <stt/wire/handshake_message.hpp>

namespace stt::wire {
namespace {

const Bytes nonce = filled(32, 0xA1);
const Bytes node_id = filled(32, 0xB2);
const Bytes ephemeral = filled(32, 0xC3);
const Bytes challenge = filled(32, 0xD4);
const Bytes signature = filled(64, 0xE5);

Bytes hello(std::string_view versions = "02 01 02", std::string_view suites = "01 01",
            std::string_view padding = "03 000000") {
  return hex("01") + hex(versions) + hex(suites) + nonce + node_id + ephemeral + hex(padding);
}
Bytes response() {
  return hex("02 01 01") + nonce + node_id + ephemeral + challenge;
}
Bytes auth(std::string_view type) {
  return hex(type) + hex("0102030405060708") + signature + hex("02 beef");
}
Result<AuthMessage> decode_auth_proof(ByteView bytes) {
  return decode_auth(bytes, HandshakeType::auth_proof);
}

template <class Result>
Errc refusal(const Result& result) {
  return result ? Errc::no_error : result.error();
}

//= STT-HANDSHAKE-001 test
TEST(Hello, HasTheLayoutOfTheSpecification) {
  const Bytes bytes = hello();
  const auto message = decode_hello(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(to_hex(message->versions), "0102");
  EXPECT_EQ(to_hex(message->suites), "01");
  EXPECT_TRUE(equal(message->nonce, nonce));
  EXPECT_TRUE(equal(message->node_id.bytes, node_id));
  EXPECT_TRUE(equal(message->ephemeral, ephemeral));
  EXPECT_EQ(message->padding_bytes, 3U);
  EXPECT_EQ(encoded(*message), bytes);
}

//= STT-HANDSHAKE-002 test
TEST(Response, HasTheLayoutOfTheSpecification) {
  const Bytes bytes = response();
  const auto message = decode_response(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->version, 1U);
  EXPECT_EQ(message->suite, 1U);
  EXPECT_TRUE(equal(message->nonce, nonce));
  EXPECT_TRUE(equal(message->node_id.bytes, node_id));
  EXPECT_TRUE(equal(message->ephemeral, ephemeral));
  EXPECT_TRUE(equal(message->challenge, challenge));
  EXPECT_EQ(encoded(*message), bytes);
}

//= STT-HANDSHAKE-003 test
TEST(Auth, HasTheLayoutOfTheSpecification) {
  const Bytes proof = auth("03");
  const auto message = decode_auth(proof, HandshakeType::auth_proof);
  ASSERT_TRUE(message);
  EXPECT_EQ(to_hex(message->session_id.bytes), "0102030405060708");
  EXPECT_TRUE(equal(message->signature, signature));
  EXPECT_EQ(to_hex(message->parameters), "beef");
  EXPECT_EQ(encoded(*message), proof);
  const Bytes final_bytes = auth("04");
  const auto final_message = decode_auth(final_bytes, HandshakeType::final);
  ASSERT_TRUE(final_message);
  EXPECT_EQ(encoded(*final_message), final_bytes);
}

//= STT-HANDSHAKE-004 test
TEST(HandshakeMessage, RefusesAnotherTypeThanExpected) {
  Bytes bytes = hello();
  bytes[0] = std::byte{2};
  EXPECT_EQ(refusal(decode_hello(bytes)), Errc::handshake_type);
  bytes = response();
  bytes[0] = std::byte{1};
  EXPECT_EQ(refusal(decode_response(bytes)), Errc::handshake_type);
  EXPECT_EQ(refusal(decode_auth(auth("03"), HandshakeType::final)), Errc::handshake_type);
  EXPECT_EQ(refusal(decode_auth(auth("04"), HandshakeType::auth_proof)), Errc::handshake_type);
}

//= STT-HANDSHAKE-005 test
TEST(Hello, RefusesEmptyLists) {
  EXPECT_EQ(refusal(decode_hello(hello("00"))), Errc::handshake_list_empty);
  EXPECT_EQ(refusal(decode_hello(hello("01 01", "00"))), Errc::handshake_list_empty);
  EXPECT_TRUE(decode_hello(hello("01 01", "01 01")));
}

//= STT-HANDSHAKE-006 test
TEST(Hello, RefusesPaddingThatIsNotZeros) {
  EXPECT_EQ(refusal(decode_hello(hello("01 01", "01 01", "03 000001"))), Errc::handshake_padding);
  EXPECT_TRUE(decode_hello(hello("01 01", "01 01", "00")));
}

//= STT-HANDSHAKE-007 test
TEST(HandshakeMessage, RefusesEveryProperPrefix) {
  refuses_every_proper_prefix(hello(), decode_hello);
  refuses_every_proper_prefix(response(), decode_response);
  refuses_every_proper_prefix(auth("03"), decode_auth_proof);
}

//= STT-HANDSHAKE-007 test
TEST(HandshakeMessage, RefusesTrailingBytes) {
  EXPECT_EQ(refusal(decode_hello(hello() + hex("00"))), Errc::trailing_bytes);
  EXPECT_EQ(refusal(decode_response(response() + hex("00"))), Errc::trailing_bytes);
  EXPECT_EQ(refusal(decode_auth_proof(auth("03") + hex("00"))), Errc::trailing_bytes);
}

}  // namespace
}  // namespace stt::wire

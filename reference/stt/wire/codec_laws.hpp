// What every codec of this folder promises, as checks that its tests share.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <stt/base/bytes.hpp>
#include <stt/base/hex.hpp>
#include <stt/base/result.hpp>
#include <stt/wire/writer.hpp>

namespace stt::wire {

// Bytes from hexadecimal with spaces between the fields.
inline Bytes hex(std::string_view spaced) {
  std::string digits;
  for (const char digit : spaced) {
    if (digit != ' ') digits += digit;
  }
  const auto bytes = from_hex(digits);
  EXPECT_TRUE(bytes) << spaced;
  return bytes.value_or(Bytes());
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  append(left, right);
  return left;
}

inline Bytes filled(std::size_t size, std::uint8_t value) {
  return Bytes(size, std::byte{value});
}

// What RapidCheck draws and can print.
inline Bytes to_stt(const std::vector<std::uint8_t>& drawn) {
  return to_bytes(std::as_bytes(std::span(drawn)));
}

// Encodes, and checks that the size announced is the size written.
template <class Message>
Bytes encoded(const Message& message) {
  Bytes bytes(encoded_size(message));
  Writer writer(bytes);
  encode(writer, message);
  EXPECT_EQ(writer.room(), 0U) << "the announced size is not the written size";
  return bytes;
}

// Refuses every proper prefix, each with an error that says that something is missing.
template <class Decode>
void refuses_every_proper_prefix(const Bytes& whole, Decode decode) {
  ASSERT_TRUE(decode(ByteView(whole)));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A copy of its own size, so that a sanitizer notices a read beyond it.
    const Bytes prefix = to_bytes(ByteView(whole).first(size));
    const auto result = decode(ByteView(prefix));
    ASSERT_FALSE(result) << "prefix of " << size;
    EXPECT_TRUE(result.error() == Errc::truncated || result.error() == Errc::varint_truncated)
        << "prefix of " << size << ": " << name(result.error());
  }
}

}  // namespace stt::wire

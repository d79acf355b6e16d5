// What every codec of this folder promises, as checks that its tests share.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

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

// Numbers around every change of size of a varint.
inline std::uint64_t any_number() {
  const auto bits = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, 65));
  const auto raw = *rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>());
  return bits == 0 ? 0 : raw >> (64 - bits);
}

inline Bytes any_bytes(std::size_t low, std::size_t high) {
  const auto size = *rc::gen::inRange(low, high + 1);
  return to_stt(*rc::gen::container<std::vector<std::uint8_t>>(
      size, rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint8_t>())));
}

// One byte of them is another, or gone, or there is one more, before any of them or behind the
// last.
inline Bytes with_one_edit(Bytes bytes) {
  const auto index =
      static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
  const auto at = bytes.begin() + index;
  const std::byte drawn{*rc::gen::arbitrary<std::uint8_t>()};
  const int edit = *rc::gen::element(0, 1, 2);
  if (edit == 0 || at == bytes.end()) {
    bytes.insert(at, drawn);
  } else if (edit == 1) {
    bytes.erase(at);
  } else {
    *at = drawn;
  }
  return bytes;
}

// The laws of a codec, for one drawn message; to be called in a property.
//   encode: gives the bytes, and has checked that they are as many as announced
//   decode: a Result, of which `same` says whether it is the message
//   shortest: how many of the bytes must be there before any of their prefixes may decode; all,
//             unless the last field runs to the end of the payload
struct NoneShorter {
  std::size_t operator()(const Bytes& bytes) const { return bytes.size(); }
};
template <class Message, class Encode, class Decode, class Same, class Shortest = NoneShorter>
void keeps_the_laws(const Message& message, Encode encode, Decode decode, Same same,
                    Shortest shortest = {}) {
  const Bytes bytes = encode(message);
  const auto again = decode(ByteView(bytes));
  RC_ASSERT(again.has_value());
  RC_ASSERT(same(*again, message));
  // One value has one encoding.
  RC_ASSERT(encode(*again) == bytes);
  const Bytes edited = with_one_edit(bytes);
  if (const auto other = decode(ByteView(edited))) RC_ASSERT(encode(*other) == edited);
  for (std::size_t size = 0; size < shortest(bytes); ++size) {
    // A copy of its own size, so that a sanitizer notices a read beyond it.
    const Bytes prefix = to_bytes(ByteView(bytes).first(size));
    RC_ASSERT(!decode(ByteView(prefix)));
  }
}

}  // namespace stt::wire

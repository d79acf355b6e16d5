// The campaign cipher: stands in for XChaCha20-Poly1305 where thousands of worlds are simulated. It
// PROTECTS NOTHING. What a simulation needs of a cipher is kept: it is keyed; the text cannot be
// seen in what is sealed; a change of any byte, of the associated data, of nonce or key is noticed;
// opening verifies first and leaves the text as it was when it fails.
//
// Objects of this folder go into a program itself, so that its linker does not fetch the real
// stt/crypto/aead.cpp from the library. A test looks for `mark` in programs.
#include <stt/crypto/aead.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

#include <simulator/campaign_cipher/mixing.hpp>
#include <stt/base/assert.hpp>

namespace stt::crypto {
namespace {

using namespace campaign;

[[gnu::used]] constexpr char mark[] = "STT campaign cipher, which protects nothing";

// One frame's own key, from the key and the nonce.
struct FrameKey {
  std::uint64_t text = 0;
  std::uint64_t tag = 0;
};

FrameKey frame_key(const Key& key, Nonce nonce) {
  const std::uint64_t from_key = absorb(odd_a, key.view());
  return {absorb(from_key, nonce), absorb(from_key ^ odd_b, nonce)};
}

void scramble(std::uint64_t key, MutableByteView text) {
  std::size_t i = 0;
  std::uint64_t counter = key;
  for (; i + 8 <= text.size(); i += 8) {
    counter += odd_a;
    const std::uint64_t mixed = word(text.data() + i) ^ fold(counter, odd_b);
    std::memcpy(text.data() + i, &mixed, sizeof mixed);
  }
  std::uint64_t last = fold(counter + odd_a, odd_b);
  for (; i < text.size(); ++i, last >>= 8) text[i] ^= static_cast<std::byte>(last & 0xFF);
}

ByteArray<tag_bytes> tag_of(std::uint64_t key, ByteView associated, ByteView sealed) {
  const std::uint64_t state = absorb(absorb(key, associated), sealed);
  const std::array<std::uint64_t, 2> words{fold(state, odd_a), fold(state ^ key, odd_b)};
  return std::bit_cast<ByteArray<tag_bytes>>(words);
}

}  // namespace

void Aead::seal(Nonce nonce, ByteView associated, MutableByteView text, MutableByteView tag) {
  STT_ASSERT(tag.size() == tag_bytes);
  const FrameKey frame = frame_key(key_, nonce);
  scramble(frame.text, text);
  std::ranges::copy(tag_of(frame.tag, associated, text), tag.begin());
}

Result<void> Aead::open(Nonce nonce, ByteView associated, MutableByteView text, ByteView tag) {
  STT_ASSERT(tag.size() == tag_bytes);
  const FrameKey frame = frame_key(key_, nonce);
  if (!equal(tag_of(frame.tag, associated, text), tag)) return fail(Errc::authentication_failed);
  scramble(frame.text, text);
  return {};
}

}  // namespace stt::crypto

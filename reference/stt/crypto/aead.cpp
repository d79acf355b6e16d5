#include <stt/crypto/aead.hpp>

#include <sodium.h>

#include <stt/base/assert.hpp>
#include <stt/crypto/sodium_bytes.hpp>

namespace stt::crypto {
namespace {

// The nonce under the sub-key: four zero bytes, then the last eight of the long nonce.
ByteArray<12> inner_nonce(Nonce nonce) {
  ByteArray<12> inner{};
  std::ranges::copy(nonce.last<8>(), inner.begin() + 4);
  return inner;
}

}  // namespace

//= STT-CRYPTO-005
void Aead::use_prefix(Nonce nonce) {
  const auto prefix = nonce.first<16>();
  if (has_sub_key_ && equal(prefix, prefix_)) return;
  crypto_core_hchacha20(out(sub_key_.mutable_view()), in(prefix), in(key_.view()), nullptr);
  std::ranges::copy(prefix, prefix_.begin());
  has_sub_key_ = true;
}

void Aead::seal(Nonce nonce, ByteView associated, MutableByteView text, MutableByteView tag) {
  STT_ASSERT(tag.size() == tag_bytes);
  use_prefix(nonce);
  const ByteArray<12> inner = inner_nonce(nonce);
  crypto_aead_chacha20poly1305_ietf_encrypt_detached(out(text), out(tag), nullptr, in(text),
                                                     text.size(), in(associated), associated.size(),
                                                     nullptr, in(inner), in(sub_key_.view()));
}

//= STT-CRYPTO-004
//= STT-FRAME-036
Result<void> Aead::open(Nonce nonce, ByteView associated, MutableByteView text, ByteView tag) {
  STT_ASSERT(tag.size() == tag_bytes);
  use_prefix(nonce);
  const ByteArray<12> inner = inner_nonce(nonce);
  // In two steps, because libsodium's open zeroes its output when the tag is wrong, and a frame is
  // tried in place under more than one key. Block 0 of the key stream is the tag's.
  if (crypto_aead_chacha20poly1305_ietf_decrypt_detached(nullptr, nullptr, in(text), text.size(),
                                                         in(tag), in(associated), associated.size(),
                                                         in(inner), in(sub_key_.view())) != 0) {
    return fail(Errc::authentication_failed);
  }
  crypto_stream_chacha20_ietf_xor_ic(out(text), in(text), text.size(), in(inner), 1,
                                     in(sub_key_.view()));
  return {};
}

}  // namespace stt::crypto

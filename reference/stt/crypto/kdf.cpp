#include <stt/crypto/kdf.hpp>

#include <sodium.h>

#include <stt/base/assert.hpp>
#include <stt/crypto/sodium_bytes.hpp>

namespace stt::crypto {
namespace {

// BLAKE2b-256, fed in parts.
class Blake2b {
 public:
  explicit Blake2b(ByteView key) {
    STT_ASSERT(crypto_generichash_init(&state_, key.empty() ? nullptr : in(key), key.size(), 32) ==
               0);
  }
  Blake2b(const Blake2b&) = delete;
  Blake2b& operator=(const Blake2b&) = delete;
  ~Blake2b() { sodium_memzero(&state_, sizeof state_); }

  void update(ByteView bytes) { crypto_generichash_update(&state_, in(bytes), bytes.size()); }
  void update_length_prefixed(ByteView bytes) {
    ByteArray<10> length{};
    std::size_t size = 0;
    std::uint64_t rest = bytes.size();
    for (; rest >= 0x80; rest >>= 7) length[size++] = static_cast<std::byte>((rest & 0x7F) | 0x80);
    length[size++] = static_cast<std::byte>(rest);
    update(ByteView(length).first(size));
    update(bytes);
  }
  void finish(std::span<std::byte, 32> out) {
    crypto_generichash_final(&state_, crypto::out(out), out.size());
  }

 private:
  crypto_generichash_state state_{};
};

}  // namespace

Key kdf(const Key& key, std::string_view label, std::initializer_list<ByteView> context) {
  Blake2b state(key.view());
  state.update_length_prefixed(as_bytes(label));
  for (const ByteView part : context) state.update_length_prefixed(part);
  Key out;
  state.finish(out.mutable_view());
  return out;
}

Digest hash(std::initializer_list<ByteView> parts) {
  Blake2b state({});
  for (const ByteView part : parts) state.update(part);
  Digest out{};
  state.finish(out);
  return out;
}

Key hash_secret(std::initializer_list<ByteView> parts) {
  Blake2b state({});
  for (const ByteView part : parts) state.update(part);
  Key out;
  state.finish(out.mutable_view());
  return out;
}

}  // namespace stt::crypto

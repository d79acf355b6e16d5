#include <stt/crypto/sha3.hpp>

#include <openssl/evp.h>

#include <stt/base/assert.hpp>

namespace stt::crypto {

struct Sha3::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  State() { STT_ASSERT(EVP_DigestInit_ex(context, EVP_sha3_256(), nullptr) == 1); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha3::Sha3() : state_(std::make_unique<State>()) {}
Sha3::~Sha3() = default;
Sha3::Sha3(Sha3&&) noexcept = default;
Sha3& Sha3::operator=(Sha3&&) noexcept = default;

void Sha3::update(ByteView bytes) {
  STT_ASSERT(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

ByteArray<32> Sha3::finish() {
  ByteArray<32> out{};
  unsigned size = 0;
  STT_ASSERT(EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(out.data()),
                                &size) == 1);
  STT_ASSERT(size == out.size());
  return out;
}

//= STT-CRYPTO-012
ByteArray<32> sha3_256(ByteView bytes) {
  Sha3 state;
  state.update(bytes);
  return state.finish();
}

}  // namespace stt::crypto

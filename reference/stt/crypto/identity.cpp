#include <stt/crypto/identity.hpp>

#include <sodium.h>

#include <stt/base/assert.hpp>
#include <stt/crypto/sodium_bytes.hpp>

namespace stt::crypto {
namespace {

// What a handshake signature is over: label | digest.
Bytes signed_bytes(std::string_view label, const Digest& digest) {
  Bytes bytes = to_bytes(as_bytes(label));
  append(bytes, digest);
  return bytes;
}

}  // namespace

//= STT-IDENTITY-003
//= STT-IDENTITY-004
//= STT-IDENTITY-005
Result<Identity> Identity::from_seed(ByteView node_seed) {
  STT_TRY_ASSIGN(master, master_of(node_seed));
  const Key signing_seed = kdf(master, "identity");
  Identity identity;
  crypto_sign_seed_keypair(out(identity.node_id_), out(identity.signing_key_.mutable_view()),
                           in(signing_seed.view()));
  //= STT-IDENTITY-006
  identity.storage_key_ = kdf(master, "storage");
  return identity;
}

//= STT-CRYPTO-008
ByteArray<64> Identity::sign(std::string_view label, const Digest& digest) const {
  const Bytes message = signed_bytes(label, digest);
  ByteArray<64> signature{};
  crypto_sign_detached(out(signature), nullptr, in(message), message.size(),
                       in(signing_key_.view()));
  return signature;
}

Result<void> verify(const ByteArray<32>& node_id, std::string_view label, const Digest& digest,
                    const ByteArray<64>& signature) {
  const Bytes message = signed_bytes(label, digest);
  //= STT-CRYPTO-009
  //= STT-CRYPTO-010
  //= STT-CRYPTO-011
  if (crypto_sign_verify_detached(in(signature), in(message), message.size(), in(node_id)) != 0) {
    return fail(Errc::signature_invalid);
  }
  return {};
}

EphemeralKey::EphemeralKey(const Secret<32>& scalar) : scalar_(scalar) {
  STT_ASSERT(crypto_scalarmult_base(out(public_key_), in(scalar_.view())) == 0);
}

Result<Secret<32>> EphemeralKey::agree(const ByteArray<32>& peer) const {
  Secret<32> shared;
  //= STT-CRYPTO-006
  //= STT-CRYPTO-007
  if (crypto_scalarmult(out(shared.mutable_view()), in(scalar_.view()), in(peer)) != 0) {
    return fail(Errc::key_exchange_failed);
  }
  return shared;
}

}  // namespace stt::crypto

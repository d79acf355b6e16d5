#include <stt/handshake/transcript.hpp>

namespace stt::handshake {

PairKeys::PairKeys(crypto::Key pre_shared_key)
    : psk(std::move(pre_shared_key)),
      hello(crypto::kdf(psk, "hello")),
      h0(crypto::kdf(psk, "transcript")) {}

//= STT-HANDSHAKE-012
crypto::Digest extend(std::span<const std::byte, 32> previous, ByteView frame) {
  return crypto::hash({previous, frame});
}

//= STT-HANDSHAKE-013
crypto::Key response_key(const PairKeys& pair, const crypto::Digest& h1) {
  return crypto::kdf(pair.psk, "response", {h1});
}

//= STT-HANDSHAKE-014
//= STT-HANDSHAKE-015
//= STT-HANDSHAKE-051
//= STT-ROTATION-005
Result<HandshakeKeys> derive_keys(const PairKeys& pair, const crypto::Digest& h2,
                                  const crypto::EphemeralKey& ours, const ByteArray<32>& theirs) {
  STT_TRY_ASSIGN(agreed, ours.agree(theirs));
  const crypto::Key secret = crypto::kdf(pair.psk, "session", {h2, agreed.view()});
  return HandshakeKeys{
      crypto::kdf(secret, "auth i2r"),
      crypto::kdf(secret, "auth r2i"),
      crypto::kdf(secret, "chain i2r"),
      crypto::kdf(secret, "chain r2i"),
  };
}

//= STT-HANDSHAKE-018
SessionId session_id_of(const SessionIdInput& input) {
  SessionId id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    id.bytes[i] =
        input.nonce_i[i] ^ input.nonce_r[i] ^ input.node_id_i.bytes[i] ^ input.node_id_r.bytes[i];
  }
  return id;
}

}  // namespace stt::handshake

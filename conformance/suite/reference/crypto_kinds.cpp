// Primitives, seeds, and everything that is derived from them.
#include <array>

#include <conformance/suite/reference/kinds.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/crypto/identity.hpp>
#include <stt/crypto/sha3.hpp>
#include <stt/handshake/transcript.hpp>
#include <stt/session/key_chain.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

std::string hex(const crypto::Key& key) {
  return to_hex(key.view());
}

Bytes concatenated(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) append(all, part);
  return all;
}

json kdf(const Fields& in) {
  const crypto::Key key = in.secret<32>("key");
  const std::string label = in.text("label");
  const std::vector<Bytes> context = in.bytes_list("context");
  switch (context.size()) {
    case 0: return accept({{"key", hex(crypto::kdf(key, label))}});
    case 1: return accept({{"key", hex(crypto::kdf(key, label, {context[0]}))}});
    case 2: return accept({{"key", hex(crypto::kdf(key, label, {context[0], context[1]}))}});
    default: throw AdapterError("context: at most two parts");
  }
}

json hash(const Fields& in) {
  const Bytes all = concatenated(in.bytes_list("parts"));
  return accept({{"digest", to_hex(crypto::hash({all}))}});
}

json sha3_256(const Fields& in) {
  return accept({{"digest", to_hex(crypto::sha3_256(in.bytes("bytes")))}});
}

json aead_seal(const Fields& in) {
  Bytes text = in.bytes("text");
  ByteArray<crypto::tag_bytes> tag{};
  const auto nonce = in.array<crypto::nonce_bytes>("nonce");
  crypto::Aead(in.secret<32>("key")).seal(nonce, in.bytes("associated"), text, tag);
  return accept({{"ciphertext", to_hex(text)}, {"tag", to_hex(tag)}});
}

json aead_open(const Fields& in) {
  Bytes text = in.bytes("ciphertext");
  const auto nonce = in.array<crypto::nonce_bytes>("nonce");
  const auto tag = in.array<crypto::tag_bytes>("tag");
  const auto opened =
      crypto::Aead(in.secret<32>("key")).open(nonce, in.bytes("associated"), text, tag);
  if (!opened) return reject("open", opened.error());
  return accept({{"text", to_hex(text)}});
}

json key_exchange(const Fields& in) {
  const crypto::EphemeralKey ours(in.secret<32>("scalar"));
  const auto shared = ours.agree(in.array<32>("peer"));
  if (!shared) return reject("key_exchange", shared.error());
  return accept({{"public", to_hex(ours.public_key())}, {"shared", hex(*shared)}});
}

json signature_sign(const Fields& in) {
  const auto identity = crypto::Identity::from_seed(in.bytes("seed"));
  if (!identity) return reject("seed", identity.error());
  const auto signature = identity->sign(in.text("label"), in.array<32>("digest"));
  return accept({{"signature", to_hex(signature)}});
}

json signature_verify(const Fields& in) {
  const auto verified = crypto::verify(in.array<32>("node_id"), in.text("label"),
                                       in.array<32>("digest"), in.array<64>("signature"));
  if (!verified) return reject("signature", verified.error());
  return accept(json::object());
}

json seed_node(const Fields& in) {
  const auto identity = crypto::Identity::from_seed(in.bytes("seed"));
  if (!identity) return reject("seed", identity.error());
  return accept(
      {{"node_id", to_hex(identity->node_id())}, {"storage_key", hex(identity->storage_key())}});
}

json seed_shared(const Fields& in) {
  const auto secrets = crypto::PairSecrets::from_seed(in.bytes("seed"));
  if (!secrets) return reject("seed", secrets.error());
  return accept({{"psk", hex(secrets->psk)}, {"hint", to_hex(secrets->hint)}});
}

json session_id_derive(const Fields& in) {
  const auto nonce_i = in.array<32>("nonce_i");
  const auto nonce_r = in.array<32>("nonce_r");
  const NodeId node_id_i{in.array<32>("node_id_i")};
  const NodeId node_id_r{in.array<32>("node_id_r")};
  const SessionId id = handshake::session_id_of({nonce_i, nonce_r, node_id_i, node_id_r});
  return accept({{"session_id", to_hex(id.bytes)}});
}

// key_0 to key_3 of one direction.
json first_keys(const crypto::Key& chain_0) {
  json keys = json::array();
  session::KeyChain chain(chain_0);
  for (int epoch = 0; epoch < 4; ++epoch) keys.push_back(hex(chain.advance()));
  return keys;
}

json key_schedule(const Fields& in) {
  const handshake::PairKeys pair(in.secret<32>("psk"));
  const crypto::Digest h1 = handshake::extend(pair.h0.view(), in.bytes("hello"));
  const crypto::Digest h2 = handshake::extend(h1, in.bytes("response"));
  const crypto::Digest h3 = handshake::extend(h2, in.bytes("auth_proof"));
  const crypto::EphemeralKey ours(in.secret<32>("scalar"));
  const auto peer = in.array<32>("peer");
  const auto keys = handshake::derive_keys(pair, h2, ours, peer);
  if (!keys) return reject("key_exchange", keys.error());
  const auto shared = ours.agree(peer);
  return accept({{"h0", hex(pair.h0)},
                 {"h1", to_hex(h1)},
                 {"h2", to_hex(h2)},
                 {"h3", to_hex(h3)},
                 {"hello_key", hex(pair.hello)},
                 {"response_key", hex(handshake::response_key(pair, h1))},
                 {"secret", hex(crypto::kdf(pair.psk, "session", {h2, shared->view()}))},
                 {"auth_i2r", hex(keys->auth_i2r)},
                 {"auth_r2i", hex(keys->auth_r2i)},
                 {"chain_i2r", hex(keys->chain_i2r)},
                 {"chain_r2i", hex(keys->chain_r2i)},
                 {"keys_i2r", first_keys(keys->chain_i2r)},
                 {"keys_r2i", first_keys(keys->chain_r2i)}});
}

constexpr std::array kinds{
    Kind{"kdf", kdf},
    Kind{"hash", hash},
    Kind{"sha3", sha3_256},
    Kind{"aead.seal", aead_seal},
    Kind{"aead.open", aead_open},
    Kind{"key_exchange", key_exchange},
    Kind{"signature.sign", signature_sign},
    Kind{"signature.verify", signature_verify},
    Kind{"seed.node", seed_node},
    Kind{"seed.shared", seed_shared},
    Kind{"session_id.derive", session_id_derive},
    Kind{"key_schedule", key_schedule},
};

}  // namespace

std::span<const Kind> crypto_kinds() {
  return kinds;
}

}  // namespace stt::conform

#include <conformance/suite/peers/handshake_script.hpp>

#include <conformance/suite/peers/edits.hpp>
#include <stt/base/hex.hpp>
#include <stt/crypto/keyed_hash.hpp>
#include <stt/handshake/sealed_message.hpp>
#include <stt/wire/handshake_message.hpp>

namespace stt::conform::peers {

using nlohmann::json;

namespace {

crypto::EphemeralKey make_ephemeral(std::uint64_t number) {
  ByteArray<32> scalar{};
  scalar.fill(std::byte{0x42});
  scalar[1] = static_cast<std::byte>(number);
  scalar[2] = static_cast<std::byte>(number >> 8);
  return crypto::EphemeralKey(Secret<32>(scalar));
}

template <class Message>
Bytes plaintext(const Message& message) {
  Bytes bytes(encoded_size(message));
  wire::Writer writer(bytes);
  encode(writer, message);
  return bytes;
}

Bytes list_of(const json& options, const char* name) {
  if (!options.contains(name)) return {std::byte{1}};
  Bytes list;
  for (const json& value : options.at(name)) {
    list.push_back(static_cast<std::byte>(value.get<unsigned>()));
  }
  return list;
}

}  // namespace

SharedSeed shared_seed(ByteView seed) {
  const auto secrets = crypto::PairSecrets::from_seed(seed);
  return {SeedHint{secrets->hint}, handshake::PairKeys(secrets->psk)};
}

HandshakeScript::HandshakeScript(const Identities& identities, Nonces& nonces, std::uint64_t number)
    : identities_(identities),
      pair_(&identities.shared.keys),
      nonces_(nonces),
      number_(number),
      ephemeral_(make_ephemeral(number)) {}

ByteArray<32> HandshakeScript::draw(const char* what) const {
  const std::string message = what + std::to_string(number_);
  const ByteArray<64> drawn = crypto::keyed_hash(as_bytes("scripted peer"), as_bytes(message));
  ByteArray<32> out{};
  std::ranges::copy(ByteView(drawn).first(out.size()), out.begin());
  return out;
}

ByteArray<32> HandshakeScript::ephemeral_for(const json& options) const {
  // Zero is a point of low order: X25519 with it gives zeros.
  return options.value("ephemeral", "") == "low_order" ? ByteArray<32>{} : ephemeral_.public_key();
}

Bytes HandshakeScript::hello(const json& options) {
  const Bytes versions = list_of(options, "versions");
  const Bytes suites = list_of(options, "suites");
  wire::Hello message{.versions = versions, .suites = suites, .node_id = {}};
  message.nonce = nonce_i_ = draw("nonce_i");
  message.node_id = options.value("node_id", "") == "theirs" ? identities_.theirs
                                                             : NodeId{identities_.ours.node_id()};
  message.ephemeral = ephemeral_for(options);
  const auto named = [&](const char* option) -> const SharedSeed& {
    return options.value(option, "") == "other" ? identities_.other_shared : identities_.shared;
  };
  const wire::FrameHeader header = handshake::handshake_header(named("hint").hint);
  message.padding_bytes = options.contains("padding")
                              ? options.at("padding").get<std::size_t>()
                              : handshake::hello_padding_bytes(header, message);
  pair_ = &named("seed").keys;
  Bytes frame =
      seal_frame(header, edit_plaintext(plaintext(message), options), pair_->hello, nonces_.next());
  h1_ = handshake::extend(pair_->h0.view(), frame);
  return frame;
}

std::optional<json> HandshakeScript::take_hello(const wire::FrameView& frame) {
  const auto opened = open_frame(frame, pair_->hello);
  if (!opened) return std::nullopt;
  const auto message = wire::decode_hello(*opened);
  if (!message) return std::nullopt;
  nonce_i_ = message->nonce;
  their_ephemeral_ = message->ephemeral;
  h1_ = handshake::extend(pair_->h0.view(), frame.whole);
  return json{{"sent", "hello"},
              {"nonce", to_hex(message->nonce)},
              {"node_id", to_hex(message->node_id.bytes)},
              {"ephemeral", to_hex(message->ephemeral)}};
}

Bytes HandshakeScript::response(const json& options) {
  wire::ResponseMessage message;
  message.version = options.value("version", std::uint8_t{1});
  message.suite = options.value("suite", std::uint8_t{1});
  const std::string named = options.value("node_id", "");
  message.node_id = named == "theirs"  ? identities_.theirs
                    : named == "other" ? NodeId{identities_.other.node_id()}
                                       : NodeId{identities_.ours.node_id()};
  nonce_r_ = draw(("nonce_r " + std::to_string(responses_++) + " ").c_str());
  if (options.contains("session_id")) {
    // The id is the first eight bytes of the XOR of all four: this nonce makes it what is wanted.
    const SessionId wanted = read_session_id(options.at("session_id"));
    const SessionId given =
        handshake::session_id_of({nonce_i_, nonce_r_, identities_.theirs, message.node_id});
    for (std::size_t i = 0; i < wanted.bytes.size(); ++i) {
      nonce_r_[i] ^= wanted.bytes[i] ^ given.bytes[i];
    }
  }
  message.nonce = nonce_r_;
  message.ephemeral = ephemeral_for(options);
  message.challenge = options.value("challenge", "") == "wrong" ? draw("wrong") : nonce_i_;
  const crypto::Key key = handshake::response_key(*pair_, h1_);
  Bytes frame = seal_frame(handshake::handshake_header(identities_.shared.hint),
                           edit_plaintext(plaintext(message), options), key, nonces_.next());
  h2_ = handshake::extend(h1_, frame);
  const NodeId id_r = message.node_id;
  session_ =
      SessionKeys{handshake::session_id_of({nonce_i_, nonce_r_, identities_.theirs, id_r}), {}, {}};
  derive(their_ephemeral_);
  return frame;
}

std::optional<json> HandshakeScript::take_response(const wire::FrameView& frame) {
  const auto opened = open_frame(frame, handshake::response_key(*pair_, h1_));
  if (!opened) return std::nullopt;
  const auto message = wire::decode_response(*opened);
  if (!message) return std::nullopt;
  nonce_r_ = message->nonce;
  h2_ = handshake::extend(h1_, frame.whole);
  const NodeId ours{identities_.ours.node_id()};
  session_ =
      SessionKeys{handshake::session_id_of({nonce_i_, nonce_r_, ours, message->node_id}), {}, {}};
  derive(message->ephemeral);
  return json{{"sent", "response"},
              {"version", message->version},
              {"suite", message->suite},
              {"nonce", to_hex(message->nonce)},
              {"node_id", to_hex(message->node_id.bytes)},
              {"challenge_is_ours", message->challenge == nonce_i_},
              {"session_id", to_hex(session_->id.bytes)}};
}

void HandshakeScript::derive(const ByteArray<32>& their_ephemeral) {
  auto keys = handshake::derive_keys(*pair_, h2_, ephemeral_, their_ephemeral);
  if (!keys) return;
  session_->chain_i2r = keys->chain_i2r;
  session_->chain_r2i = keys->chain_r2i;
  keys_ = std::move(*keys);
}

Bytes HandshakeScript::auth(const json& options, bool from_initiator) {
  Bytes declared = plaintext(parameters);
  if (options.contains("parameters")) {
    declared = *from_hex(options.at("parameters").get<std::string>());
  }
  const bool foreign = options.value("signature", "") == "other";
  const crypto::Identity& signer = foreign ? identities_.other : identities_.ours;
  const auto label = from_initiator ? handshake::initiator_label : handshake::responder_label;
  wire::AuthMessage message{
      .type = from_initiator ? wire::HandshakeType::auth_proof : wire::HandshakeType::final,
      .session_id = session_->id,
      .signature = signer.sign(label, from_initiator ? h2_ : h3_),
      .parameters = declared};
  if (options.value("signature", "") == "flipped") message.signature[5] ^= std::byte{1};
  if (options.contains("session_id"))
    message.session_id = read_session_id(options.at("session_id"));
  const crypto::Key& key = from_initiator ? keys_->auth_i2r : keys_->auth_r2i;
  return seal_frame(handshake::auth_header(session_->id),
                    edit_plaintext(plaintext(message), options), key, nonces_.next());
}

Bytes HandshakeScript::auth_proof(const json& options) {
  if (!keys_) throw std::out_of_range("auth_proof: there is no RESPONSE yet");
  Bytes frame = auth(options, true);
  h3_ = handshake::extend(h2_, frame);
  return frame;
}

Bytes HandshakeScript::final(const json& options) {
  if (!keys_) throw std::out_of_range("final: there is no AUTH_PROOF yet");
  return auth(options, false);
}

std::optional<json> HandshakeScript::take_auth(const wire::FrameView& frame, bool from_initiator) {
  if (!keys_) return std::nullopt;
  const auto opened = open_frame(frame, from_initiator ? keys_->auth_i2r : keys_->auth_r2i);
  if (!opened) return std::nullopt;
  const auto type = from_initiator ? wire::HandshakeType::auth_proof : wire::HandshakeType::final;
  const auto message = wire::decode_auth(*opened, type);
  if (!message) return std::nullopt;
  const auto declared = wire::decode_parameters(message->parameters);
  if (declared) subject_parameters_ = *declared;
  const auto label = from_initiator ? handshake::initiator_label : handshake::responder_label;
  const bool proven = crypto::verify(identities_.theirs.bytes, label, from_initiator ? h2_ : h3_,
                                     message->signature)
                          .has_value();
  return json{{"sent", from_initiator ? "auth_proof" : "final"},
              {"session_id", to_hex(message->session_id.bytes)},
              {"proven", proven},
              {"parameters_good", declared.has_value()}};
}

std::optional<json> HandshakeScript::take_auth_proof(const wire::FrameView& frame) {
  auto taken = take_auth(frame, true);
  if (taken) h3_ = handshake::extend(h2_, frame.whole);
  return taken;
}

std::optional<json> HandshakeScript::take_final(const wire::FrameView& frame) {
  return take_auth(frame, false);
}

}  // namespace stt::conform::peers

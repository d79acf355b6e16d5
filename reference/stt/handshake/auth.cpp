#include <stt/handshake/auth.hpp>

namespace stt::handshake {

//= STT-HANDSHAKE-016
//= STT-HANDSHAKE-017
//= STT-PARAM-008
Result<Bytes> seal_auth(const Environment& environment, const AuthKind& kind,
                        const AuthSubject& subject, const crypto::Key& key) {
  const wire::Parameters& declared = environment.config.parameters;
  Bytes parameters(wire::encoded_size(declared));
  wire::Writer writer(parameters);
  wire::encode(writer, declared);

  const wire::AuthMessage message{
      .type = kind.type,
      .session_id = subject.session_id,
      .signature = environment.identity.sign(kind.signature_label, subject.transcript),
      .parameters = parameters};
  return seal_message(Seal{key, environment.random, kind.nonce_label},
                      auth_header(subject.session_id), message);
}

//= STT-HANDSHAKE-043
//= STT-HANDSHAKE-044
//= STT-HANDSHAKE-045
//= STT-HANDSHAKE-046
//= STT-HANDSHAKE-057
Result<wire::Parameters> judge_auth(const Environment& environment, const AuthKind& kind,
                                    const AuthSubject& subject, const Claim& claim,
                                    ByteView payload) {
  STT_TRY_ASSIGN(message, wire::decode_auth(payload, kind.type));
  if (message.session_id != subject.session_id) return fail(Errc::session_id_mismatch);
  STT_TRY(crypto::verify(claim.node_id.bytes, kind.signature_label, subject.transcript,
                         message.signature));
  STT_TRY_ASSIGN(parameters, wire::decode_parameters(message.parameters));
  if (claim.expected && *claim.expected != claim.node_id) return fail(Errc::identity_refused);
  const auto& policy = environment.config.accept_peer;
  if (policy && !policy(claim.node_id, claim.hint)) return fail(Errc::identity_refused);
  return parameters;
}

}  // namespace stt::handshake

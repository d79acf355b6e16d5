#include <stt/handshake/responder.hpp>

#include <stt/base/assert.hpp>

namespace stt::handshake {
namespace {

// A random 64-bit id is taken once in 2^64 / sessions draws: a second redraw in a row says that
// the randomness is broken, not that we are unlucky.
constexpr int nonce_draws_max = 8;

Result<void> check_hello(const Environment& environment, const wire::Hello& hello) {
  //= STT-HANDSHAKE-032
  if (hello.node_id == environment.own_id()) return fail(Errc::own_node_id);
  const auto offers = [](ByteView list, std::uint8_t choice) {
    return std::ranges::find(list, std::byte{choice}) != list.end();
  };
  //= STT-HANDSHAKE-009
  //= STT-HANDSHAKE-011
  if (!offers(hello.versions, protocol_version)) return fail(Errc::no_common_version);
  if (!offers(hello.suites, suite_1)) return fail(Errc::no_common_suite);
  return {};
}

// Draws nonce_r until the session id is usable.
//= STT-HANDSHAKE-041
//= STT-HANDSHAKE-042
Result<SessionId> draw_session_id(const Environment& environment, const wire::Hello& hello,
                                  ByteArray<32>& nonce_r) {
  const NodeId own = environment.own_id();
  for (int draw = 0; draw < nonce_draws_max; ++draw) {
    STT_TRY(environment.random.fill("response.nonce", nonce_r));
    const SessionId id = session_id_of(
        {.nonce_i = hello.nonce, .nonce_r = nonce_r, .node_id_i = hello.node_id, .node_id_r = own});
    if (environment.usable(id)) return id;
  }
  return fail(Errc::session_id_unusable);
}

}  // namespace

Responder::Responder(const Environment& environment, const HelloFrame& hello)
    : environment_(&environment),
      hint_(hello.frame.hint()),
      h1_(hello.h1),
      peer_(hello.from),
      created_(hello.arrived) {}

template <class Next>
void Responder::move_to(responder::Input input, Next next) {
  const auto expected = responder::next(state(), input);
  STT_ASSERT(expected.has_value());
  data_ = std::move(next);
  STT_ASSERT(state() == *expected);
}

//= STT-HANDSHAKE-035
Result<Responder> Responder::answer(const Environment& environment, const PairKeys& pair,
                                    const HelloFrame& frame, const wire::Hello& hello) {
  STT_TRY(check_hello(environment, hello));
  wire::ResponseMessage message{.version = protocol_version,
                                .suite = suite_1,
                                .node_id = environment.own_id(),
                                .challenge = hello.nonce};
  STT_TRY_ASSIGN(session_id, draw_session_id(environment, hello, message.nonce));
  Secret<32> scalar;
  STT_TRY(environment.random.fill("response.ephemeral", scalar.mutable_view()));
  const crypto::EphemeralKey ephemeral(scalar);
  message.ephemeral = ephemeral.public_key();

  Responder responder(environment, frame);
  const crypto::Key key = response_key(pair, frame.h1);
  STT_TRY_ASSIGN(response, seal_message(Seal{key, environment.random, "response.frame_nonce"},
                                        handshake_header(responder.hint_), message));
  const crypto::Digest h2 = extend(frame.h1, response);
  //= STT-HANDSHAKE-034
  STT_TRY_ASSIGN(keys, derive_keys(pair, h2, ephemeral, hello.ephemeral));

  responder.session_id_ = session_id;
  responder.response_ = std::move(response);
  responder.response_due_ = frame.from;
  responder.move_to(
      responder::Input::hello,
      ResponseSent{
          .subject = {.session_id = session_id, .transcript = h2},
          .claim = {.node_id = hello.node_id, .hint = responder.hint_, .expected = std::nullopt},
          .keys = std::move(keys),
          .answered_again = {}});
  return responder;
}

//= STT-HANDSHAKE-062
//= STT-HANDSHAKE-064
Result<void> Responder::handle_hello_again(const Address& from) {
  if (!responder::next(state(), responder::Input::hello_again)) {
    return fail(Errc::unexpected_message);
  }
  if (!may_come_from(peer_, from)) return fail(Errc::wrong_transport);
  std::get<ResponseSent>(data_).answered_again = from;
  response_due_ = from;
  return {};
}

//= STT-HANDSHAKE-047
//= STT-HANDSHAKE-048
Result<Established> Responder::handle_proof(Instant now, const Address& from,
                                            const wire::FrameView& frame) {
  auto* waiting = std::get_if<ResponseSent>(&data_);
  if (waiting == nullptr) return fail(Errc::unexpected_message);
  OpenedMessage opened;
  STT_TRY(opened.open(waiting->keys.auth_i2r, frame));
  if (!may_come_from(peer_, from)) return fail(Errc::wrong_transport);
  const auto parameters = judge_auth(*environment_, auth_proof_kind, waiting->subject,
                                     waiting->claim, opened.payload());
  if (!parameters) {
    move_to(responder::Input::bad_proof, Stopped{});
    return fail(parameters.error());
  }
  const crypto::Digest h3 = extend(waiting->subject.transcript, frame.whole);
  // Without randomness there is no FINAL; the next copy of the proof may find some.
  STT_TRY_ASSIGN(final_frame,
                 seal_auth(*environment_, final_kind, {.session_id = session_id_, .transcript = h3},
                           waiting->keys.auth_r2i));
  Established established{.handle = std::nullopt,
                          .role = Role::responder,
                          //= STT-PATH-030
                          .address = from == waiting->answered_again ? from : peer_,
                          .session_id = session_id_,
                          .peer = waiting->claim.node_id,
                          .hint = hint_,
                          .peer_parameters = *parameters,
                          .chain_i2r = std::move(waiting->keys.chain_i2r),
                          .chain_r2i = std::move(waiting->keys.chain_r2i),
                          .round_trip = std::nullopt};
  if (!waiting->answered_again) established.round_trip = now - created_;
  move_to(responder::Input::proof, FinalSent{.frame = std::move(final_frame),
                                             .proof_digest = crypto::hash({frame.whole}),
                                             .due = from});
  return established;
}

//= STT-HANDSHAKE-063
//= STT-HANDSHAKE-064
Result<void> Responder::handle_proof_again(const Address& from, const wire::FrameView& frame) {
  auto* kept = std::get_if<FinalSent>(&data_);
  if (kept == nullptr || crypto::hash({frame.whole}) != kept->proof_digest) {
    return fail(Errc::unexpected_message);
  }
  if (!may_come_from(peer_, from)) return fail(Errc::wrong_transport);
  kept->due = from;
  return {};
}

void Responder::give_up() {
  move_to(responder::Input::give_up, Stopped{});
}

void Responder::confirm() {
  move_to(responder::Input::session_frame, Succeeded{});
}

void Responder::end() {
  move_to(responder::Input::session_over, Stopped{});
}

std::optional<Responder::Reply> Responder::take_reply() {
  auto* kept = std::get_if<FinalSent>(&data_);
  if (kept != nullptr && kept->due) {
    const Address to = *kept->due;
    kept->due.reset();
    return Reply{to, kept->frame};
  }
  if (response_due_) {
    const Address to = *response_due_;
    response_due_.reset();
    return Reply{to, response_};
  }
  return std::nullopt;
}

}  // namespace stt::handshake

#include <stt/handshake/initiator.hpp>

#include <stt/base/assert.hpp>

namespace stt::handshake {
namespace {

constexpr ByteArray<1> offered_versions{std::byte{protocol_version}};
constexpr ByteArray<1> offered_suites{std::byte{suite_1}};

bool offered(ByteView list, std::uint8_t choice) {
  return std::ranges::find(list, std::byte{choice}) != list.end();
}

}  // namespace

template <class Next>
void Initiator::move_to(initiator::Input input, Next next) {
  const auto expected = initiator::next(state(), input);
  STT_ASSERT(expected.has_value());
  data_ = std::move(next);
  STT_ASSERT(state() == *expected);
}

std::optional<SessionId> Initiator::session_id() const {
  const auto* proof = std::get_if<ProofSent>(&data_);
  if (proof == nullptr) return std::nullopt;
  return proof->subject.session_id;
}

template <class AnyData>
auto Initiator::pace_of(AnyData& data) -> decltype(&std::get<HelloSent>(data).pace) {
  if (auto* hello = std::get_if<HelloSent>(&data)) return &hello->pace;
  if (auto* proof = std::get_if<ProofSent>(&data)) return &proof->pace;
  return nullptr;
}

Instant Initiator::wake() const {
  const Pace* own = pace_of(data_);
  if (own == nullptr || !resends()) return plan_.deadline;
  return std::min(own->resend, plan_.deadline);
}

ByteView Initiator::frame() const {
  if (const auto* hello = std::get_if<HelloSent>(&data_)) return hello->frame;
  if (const auto* proof = std::get_if<ProofSent>(&data_)) return proof->frame;
  return {};
}

Initiator::Pace Initiator::first_pace(Instant now) const {
  const Duration wait = environment_->config.resend_first;
  return {.sent = now, .resend = now + wait, .wait = wait};
}

//= STT-HANDSHAKE-020
Result<Initiator::HelloSent> Initiator::make_hello(Instant now) const {
  Random& random = environment_->random;
  wire::Hello hello{
      .versions = offered_versions, .suites = offered_suites, .node_id = environment_->own_id()};
  STT_TRY(random.fill("hello.nonce", hello.nonce));
  Secret<32> scalar;
  STT_TRY(random.fill("hello.ephemeral", scalar.mutable_view()));
  const crypto::EphemeralKey ephemeral(scalar);
  hello.ephemeral = ephemeral.public_key();

  const wire::FrameHeader header = handshake_header(plan_.hint);
  hello.padding_bytes = hello_padding_bytes(header, hello);
  STT_TRY_ASSIGN(frame,
                 seal_message(Seal{pair_->hello, random, "hello.frame_nonce"}, header, hello));
  const crypto::Digest h1 = extend(pair_->h0.view(), frame);
  return HelloSent{.frame = std::move(frame),
                   .pace = first_pace(now),
                   .nonce = hello.nonce,
                   .ephemeral = ephemeral,
                   .h1 = h1,
                   .response_key = response_key(*pair_, h1)};
}

Result<void> Initiator::start(Instant now) {
  STT_TRY_ASSIGN(hello, make_hello(now));
  move_to(initiator::Input::start, std::move(hello));
  return {};
}

//= STT-HANDSHAKE-040
Result<void> Initiator::handle_response(Instant now, const Address& from,
                                        const wire::FrameView& frame) {
  const auto* hello = std::get_if<HelloSent>(&data_);
  //= STT-HANDSHAKE-055
  if (hello == nullptr) return fail(Errc::authentication_failed);
  OpenedMessage opened;
  STT_TRY(opened.open(hello->response_key, frame));
  if (!may_come_from(plan_.peer, from)) return fail(Errc::wrong_transport);
  STT_TRY_ASSIGN(proof, accept_response(now, *hello, opened.payload(), frame.whole));
  move_to(initiator::Input::response, std::move(proof));
  return {};
}

//= STT-HANDSHAKE-056
Result<void> Initiator::check_response(const HelloSent& hello,
                                       const wire::ResponseMessage& response) const {
  //= STT-HANDSHAKE-033
  if (response.node_id == environment_->own_id()) return fail(Errc::own_node_id);
  //= STT-HANDSHAKE-037
  if (!equal_constant_time(response.challenge, hello.nonce)) return fail(Errc::wrong_challenge);
  //= STT-HANDSHAKE-036
  if (!offered(offered_versions, response.version)) return fail(Errc::not_offered);
  if (!offered(offered_suites, response.suite)) return fail(Errc::not_offered);
  return {};
}

Result<Initiator::ProofSent> Initiator::accept_response(Instant now, const HelloSent& hello,
                                                        ByteView payload, ByteView frame) const {
  STT_TRY_ASSIGN(response, wire::decode_response(payload));
  STT_TRY(check_response(hello, response));
  const NodeId own = environment_->own_id();
  const SessionId id = session_id_of({.nonce_i = hello.nonce,
                                      .nonce_r = response.nonce,
                                      .node_id_i = own,
                                      .node_id_r = response.node_id});
  //= STT-HANDSHAKE-039
  if (!environment_->usable(id)) return fail(Errc::session_id_unusable);

  const crypto::Digest h2 = extend(hello.h1, frame);
  //= STT-HANDSHAKE-038
  STT_TRY_ASSIGN(keys, derive_keys(*pair_, h2, hello.ephemeral, response.ephemeral));
  STT_TRY_ASSIGN(proof_frame, seal_auth(*environment_, auth_proof_kind,
                                        {.session_id = id, .transcript = h2}, keys.auth_i2r));
  const crypto::Digest h3 = extend(h2, proof_frame);
  return ProofSent{
      .frame = std::move(proof_frame),
      .pace = first_pace(now),
      .subject = {.session_id = id, .transcript = h3},
      .claim = {.node_id = response.node_id, .hint = plan_.hint, .expected = plan_.expected},
      .auth_r2i = std::move(keys.auth_r2i),
      .chain_i2r = std::move(keys.chain_i2r),
      .chain_r2i = std::move(keys.chain_r2i)};
}

Result<Established> Initiator::handle_final(Instant now, const Address& from,
                                            const wire::FrameView& frame) {
  auto* proof = std::get_if<ProofSent>(&data_);
  if (proof == nullptr) return fail(Errc::unexpected_message);
  OpenedMessage opened;
  STT_TRY(opened.open(proof->auth_r2i, frame));
  if (!may_come_from(plan_.peer, from)) return fail(Errc::wrong_transport);
  const auto parameters =
      judge_auth(*environment_, final_kind, proof->subject, proof->claim, opened.payload());
  if (!parameters) {
    move_to(initiator::Input::bad_final, Stopped{});
    return fail(parameters.error());
  }
  Established established{.handle = std::nullopt,
                          .role = Role::initiator,
                          .address = plan_.peer,
                          .session_id = proof->subject.session_id,
                          .peer = proof->claim.node_id,
                          .hint = plan_.hint,
                          .peer_parameters = *parameters,
                          .chain_i2r = std::move(proof->chain_i2r),
                          .chain_r2i = std::move(proof->chain_r2i),
                          .round_trip = std::nullopt};
  if (proof->pace.resends == 0) established.round_trip = now - proof->pace.sent;
  move_to(initiator::Input::final, Succeeded{});
  return established;
}

Result<bool> Initiator::handle_timeout(Instant now) {
  if (now >= plan_.deadline) {
    //= STT-HANDSHAKE-068
    move_to(initiator::Input::deadline, Stopped{});
    return fail(Errc::handshake_timeout);
  }
  if (now < wake()) return false;
  Pace& own = *pace_of(data_);
  //= STT-HANDSHAKE-067
  const bool proof_sent = state() == initiator::State::proof_sent;
  if (proof_sent && own.resends >= environment_->config.resends_before_new_hello) {
    auto hello = make_hello(now);
    if (!hello) {
      abandon();
      return fail(hello.error());
    }
    move_to(initiator::Input::renew_due, std::move(*hello));
    return true;
  }
  STT_ASSERT(initiator::next(state(), initiator::Input::resend_due) == state());
  //= STT-HANDSHAKE-060
  //= STT-HANDSHAKE-061
  ++own.resends;
  // Longer than the deadline is never; so the doubling cannot overflow.
  own.wait = std::min(own.wait * 2, environment_->config.deadline);
  own.resend = now + own.wait;
  return true;
}

void Initiator::abandon() {
  move_to(initiator::Input::abandon, Stopped{});
}

}  // namespace stt::handshake

#include <algorithm>

#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/sealing.hpp>
#include <stt/base/assert.hpp>
#include <stt/base/hex.hpp>
#include <stt/handshake/transcript.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

const std::string seed_i = times(32, "1a");
const std::string seed_r = times(32, "1b");
const std::string seed_shared = times(32, "15");

json draws_i() {
  return {{"hello.nonce", json::array({times(32, "a0")})},
          {"hello.ephemeral", json::array({times(32, "40")})},
          {"hello.frame_nonce", json::array({times(24, "a1")})},
          {"auth_proof.frame_nonce", json::array({times(24, "a2")})}};
}
json draws_r() {
  return {{"response.nonce", json::array({times(32, "b0")})},
          {"response.ephemeral", json::array({times(32, "50")})},
          {"response.frame_nonce", json::array({times(24, "b1")})},
          {"final.frame_nonce", json::array({times(24, "b2")})}};
}

ByteArray<32> array32(const std::string& hex) {
  ByteArray<32> out{};
  std::ranges::copy(unhex(hex), out.begin());
  return out;
}

// One good handshake: its frames, and the keys they are sealed under.
struct Played {
  std::string hello, response, proof, final_frame;
  std::string id_i, id_r;
  crypto::Key hello_key, response_key, auth_i2r, auth_r2i;
};

Played play(Author& author) {
  json entropy = draws_i();
  entropy.update(draws_r());
  author.accept(
      "handshake.transcript/defaults",
      {"Two seeds, a shared one and all randomness: four frames, byte for byte.",
       {"STT-HANDSHAKE-012", "STT-HANDSHAKE-013", "STT-HANDSHAKE-014", "STT-HANDSHAKE-015",
        "STT-HANDSHAKE-016", "STT-HANDSHAKE-017", "STT-HANDSHAKE-018", "STT-HANDSHAKE-019",
        "STT-HANDSHAKE-021", "STT-HANDSHAKE-022", "STT-PARAM-008", "STT-FRAME-034"}},
      {{"node_seed_i", seed_i},
       {"node_seed_r", seed_r},
       {"shared_seed", seed_shared},
       {"entropy", entropy}});
  const json& out = author.out("handshake.transcript/defaults");
  const auto secrets = crypto::PairSecrets::from_seed(unhex(seed_shared));
  STT_ASSERT(secrets.has_value());
  const handshake::PairKeys pair(secrets->psk);
  Played played{out.at("hello"),
                out.at("response"),
                out.at("auth_proof"),
                out.at("final"),
                out.at("responder").at("peer"),
                out.at("initiator").at("peer"),
                pair.hello,
                {},
                {},
                {}};
  const crypto::Digest h1 = handshake::extend(pair.h0.view(), unhex(played.hello));
  const crypto::Digest h2 = handshake::extend(h1, unhex(played.response));
  const crypto::EphemeralKey ours(Secret<32>(array32(times(32, "40"))));
  const crypto::EphemeralKey theirs(Secret<32>(array32(times(32, "50"))));
  const auto keys = handshake::derive_keys(pair, h2, ours, theirs.public_key());
  STT_ASSERT(keys.has_value());
  played.response_key = handshake::response_key(pair, h1);
  played.auth_i2r = keys->auth_i2r;
  played.auth_r2i = keys->auth_r2i;
  return played;
}

void add_transcript_negatives(Author& author) {
  const char* const base = "handshake.transcript/defaults";
  const auto without = [&](const char* label) {
    json entropy = author.in(base).at("entropy");
    entropy.erase(label);
    return described(std::string("entropy: ") + label + " fails", "entropy", entropy);
  };
  const auto refuse = [&](const char* id, const char* label, const char* stage) {
    author.reject(std::string("handshake.transcript/") + id, base, without(label),
                  {stage, Errc::random_failed},
                  {"Without randomness nothing is sent.", {"STT-FRAME-037", "STT-HANDSHAKE-020"}});
  };
  refuse("no-hello-nonce", "hello.nonce", "hello");
  refuse("no-hello-ephemeral", "hello.ephemeral", "hello");
  refuse("no-hello-frame-nonce", "hello.frame_nonce", "hello");
  refuse("no-response-nonce", "response.nonce", "response");
  refuse("no-response-ephemeral", "response.ephemeral", "response");
  refuse("no-auth-proof-frame-nonce", "auth_proof.frame_nonce", "auth_proof");
  refuse("no-final-frame-nonce", "final.frame_nonce", "final");
  const Refusal equal{"seed", Errc::seed_equals_node_seed};
  author.reject("handshake.transcript/shared-seed-of-initiator", base, set("shared_seed", seed_i),
                equal, {"Whoever holds the shared seed would be this node.", {"STT-IDENTITY-010"}});
  author.reject("handshake.transcript/shared-seed-of-responder", base, set("shared_seed", seed_r),
                equal, {"Whoever holds the shared seed would be this node.", {"STT-IDENTITY-010"}});
  author.reject("handshake.transcript/shared-seed-short", base, cut("shared_seed", 1),
                {"seed", Errc::seed_too_short}, {"31 bytes.", {"STT-IDENTITY-002"}});
}

// One changed frame in the list of a side.
struct Bad {
  std::string id;
  std::size_t frame;  // from 0
  Edit edit;          // of the frame's plaintext
  Errc reason;
  std::vector<std::string> requirements;
  const char* why;
};

void refuse_all(Author& author, const std::string& kind, const std::vector<Bad>& list,
                const std::vector<const crypto::Key*>& keys) {
  const std::string base = kind + "/good";
  for (const Bad& bad : list) {
    json frames = author.in(base).at("frames");
    frames[bad.frame] = resealed(frames[bad.frame], *keys[bad.frame], bad.edit);
    const std::string number = std::to_string(bad.frame + 1);
    author.reject(
        kind + "/" + bad.id, base.c_str(),
        described("frame " + number + ", " + bad.edit.text + "; sealed again", "frames", frames),
        {"frame " + number, bad.reason}, {bad.why, bad.requirements});
  }
}

// A bit of a whole frame changes, so that its seal is broken.
Edit tampered(const json& in, std::size_t frame, std::size_t byte) {
  json frames = in.at("frames");
  json bytes = {{"bytes", frames[frame]}};
  const Edit edit = flip("bytes", byte);
  edit.apply(bytes);
  frames[frame] = bytes["bytes"];
  return described("frame " + std::to_string(frame + 1) + ", " + edit.text, "frames", frames);
}

const std::string zero_point = times(32, "00");
// Where a field begins in the plaintext.
constexpr std::size_t hello_id_at = 37;
constexpr std::size_t hello_ephemeral_at = 69;
constexpr std::size_t hello_padding_at = 101;
constexpr std::size_t response_nonce_at = 3;
constexpr std::size_t response_id_at = 35;
constexpr std::size_t response_ephemeral_at = 67;
constexpr std::size_t response_challenge_at = 99;
constexpr std::size_t auth_session_at = 1;
constexpr std::size_t auth_signature_at = 9;
constexpr std::size_t auth_parameters_at = 73;

std::string ephemeral_of(const char* byte) {
  return to_hex(crypto::EphemeralKey(Secret<32>(array32(times(32, byte)))).public_key());
}

std::vector<Bad> bad_hellos(const Played& good) {
  const std::string padding = "8808" + times(1'032, "00");
  return {
      {"hello-own-node-id",
       0,
       replace("plaintext", hello_id_at, good.id_i, good.id_r),
       Errc::own_node_id,
       {"STT-HANDSHAKE-032"},
       "Our own HELLO, sent back, or a double of us."},
      {"hello-no-version",
       0,
       replace("plaintext", 1, "0101", "0102"),
       Errc::no_common_version,
       {"STT-HANDSHAKE-011"},
       "Only a version that we do not speak."},
      {"hello-no-suite",
       0,
       replace("plaintext", 3, "0101", "01ff"),
       Errc::no_common_suite,
       {"STT-HANDSHAKE-011"},
       "Only a suite that we do not know."},
      {"hello-empty-list",
       0,
       replace("plaintext", 1, "0101", "00"),
       Errc::handshake_list_empty,
       {"STT-HANDSHAKE-005", "STT-HANDSHAKE-035"},
       "No version at all."},
      {"hello-low-order",
       0,
       replace("plaintext", hello_ephemeral_at, ephemeral_of("40"), zero_point),
       Errc::key_exchange_failed,
       {"STT-HANDSHAKE-034", "STT-CRYPTO-007"},
       "An ephemeral whose secret everybody knows."},
      {"hello-unpadded",
       0,
       replace("plaintext", hello_padding_at, padding, "00"),
       Errc::hello_too_short,
       {"STT-HANDSHAKE-023", "STT-HANDSHAKE-024"},
       "An answer would be longer than the question."},
      {"hello-padding",
       0,
       replace("plaintext", hello_padding_at, padding, "8808" + times(1'031, "00") + "01"),
       Errc::handshake_padding,
       {"STT-HANDSHAKE-006"},
       "Padding that is not zeros."},
      {"hello-is-response",
       0,
       replace("plaintext", 0, "01", "02"),
       Errc::handshake_type,
       {"STT-HANDSHAKE-004"},
       "Under the HELLO key only a HELLO is expected."},
  };
}

// What can be wrong in AUTH_PROOF and FINAL alike.
std::vector<Bad> bad_auths(const std::string& id, const char* signature_requirement,
                           const std::string& session) {
  const std::string last = "080100";  // keep_alive_ms, the end of the parameters
  const std::size_t first_parameter_at = auth_parameters_at + 1;
  const std::size_t last_parameter_at = first_parameter_at + 34;
  return {
      {id + "-type",
       1,
       flip("plaintext", 0),
       Errc::handshake_type,
       {"STT-HANDSHAKE-043"},
       "Another message under the right key."},
      {id + "-session-id",
       1,
       replace("plaintext", auth_session_at, session, times(8, "77")),
       Errc::session_id_mismatch,
       {"STT-HANDSHAKE-043"},
       "The proof of another session."},
      {id + "-signature",
       1,
       flip("plaintext", auth_signature_at),
       Errc::signature_invalid,
       {"STT-HANDSHAKE-044", "STT-HANDSHAKE-050", signature_requirement},
       "The shared seed alone proves no identity."},
      {id + "-parameters-short",
       1,
       replace("plaintext", auth_parameters_at, "25", "22"),
       Errc::trailing_bytes,
       {"STT-HANDSHAKE-043"},
       "The parameters end before the message does."},
      {id + "-parameter-order",
       1,
       replace("plaintext", last_parameter_at, last, "010100"),
       Errc::parameter_order,
       {"STT-HANDSHAKE-045"},
       "Parameters in the wrong order."},
      {id + "-parameter-duplicate",
       1,
       replace("plaintext", last_parameter_at, last, "070100"),
       Errc::parameter_duplicate,
       {"STT-HANDSHAKE-045"},
       "A parameter twice."},
      {id + "-parameter-missing",
       1,
       replace("plaintext", last_parameter_at, last, "090100"),
       Errc::parameter_missing,
       {"STT-HANDSHAKE-045"},
       "One that is needed is not there."},
      {id + "-parameter-range",
       1,
       replace("plaintext", first_parameter_at + 11, "030140", "030100"),
       Errc::parameter_range,
       {"STT-HANDSHAKE-045"},
       "A session without streams."},
  };
}

void add_responder(Author& author, const Played& good, const std::string& session) {
  const char* const base = "handshake.responder/good";
  const json in = {{"node_seed", seed_r},
                   {"shared_seeds", json::array({seed_shared})},
                   {"entropy", draws_r()},
                   {"frames", json::array({good.hello, good.proof})}};
  author.accept(base,
                {"HELLO and AUTH_PROOF; RESPONSE and FINAL are the answers.",
                 {"STT-HANDSHAKE-019", "STT-HANDSHAKE-049", "STT-HANDSHAKE-080"}},
                in);
  json again = in;
  again["frames"] = json::array({good.hello, good.hello, good.proof, good.proof});
  author.accept("handshake.responder/copies",
                {"A copy is answered in the same bytes, and makes nothing new.",
                 {"STT-HANDSHAKE-062", "STT-HANDSHAKE-063", "STT-HANDSHAKE-071"}},
                again);
  json many = in;
  many["shared_seeds"] = json::array({times(32, "77"), seed_shared, times(40, "78")});
  author.accept("handshake.responder/several-seeds",
                {"The hint finds the right seed among several.", {"STT-IDENTITY-009"}}, many);
  json choice = in;
  // Without padding this HELLO would be too short: it gets some.
  choice["frames"] = json::array({resealed(
      good.hello, good.hello_key,
      described("", "plaintext",
                std::string("01"
                            "03ff0102"
                            "020701") +
                    times(32, "a0") + good.id_i + ephemeral_of("40") + "64" + times(100, "00")))});
  author.accept("handshake.responder/first-known-version",
                {"The first version and suite that the responder knows are taken.",
                 {"STT-HANDSHAKE-008", "STT-HANDSHAKE-009", "STT-HANDSHAKE-022"}},
                choice);

  refuse_all(author, "handshake.responder", bad_hellos(good), {&good.hello_key});
  refuse_all(author, "handshake.responder", bad_auths("auth-proof", "STT-HANDSHAKE-016", session),
             {&good.hello_key, &good.auth_i2r});
  const auto refuse = [&](const char* id, const Edit& edit, Refusal refusal, About about) {
    author.reject(std::string("handshake.responder/") + id, base, edit, std::move(refusal),
                  std::move(about));
  };
  refuse("hello-tampered", tampered(in, 0, 40), {"frame 1", Errc::authentication_failed},
         {"A HELLO that does not open is met with silence.", {"STT-HANDSHAKE-031"}});
  refuse("hello-hint", tampered(in, 0, 1'159), {"frame 1", Errc::unknown_hint},
         {"The hint of another pair.", {"STT-HANDSHAKE-030"}});
  refuse("auth-proof-tampered", tampered(in, 1, 40), {"frame 2", Errc::authentication_failed},
         {"An AUTH_PROOF that does not open changes nothing.", {"STT-HANDSHAKE-040"}});
  refuse("auth-proof-first",
         described("frames: AUTH_PROOF comes alone", "frames", json::array({good.proof})),
         {"frame 1", Errc::unexpected_message}, {"Nobody waits for it.", {"STT-HANDSHAKE-053"}});
  refuse("auth-proof-for-final",
         described("frame 2: our own FINAL comes back", "frames",
                   json::array({good.hello, good.final_frame})),
         {"frame 2", Errc::authentication_failed},
         {"The two directions have keys of their own.", {"STT-HANDSHAKE-015"}});
  refuse("identity", set("refuses", good.id_i), {"frame 2", Errc::identity_refused},
         {"The policy judges the proven node id.", {"STT-HANDSHAKE-046"}});
  refuse("seed-twice", push("shared_seeds", seed_shared), {"seed", Errc::seed_in_use},
         {"The same shared seed again.", {"STT-IDENTITY-011"}});
  refuse("seed-of-node", push("shared_seeds", seed_r), {"seed", Errc::seed_equals_node_seed},
         {"The node's own seed.", {"STT-IDENTITY-010"}});
  refuse("seed-short", push("shared_seeds", times(31, "79")), {"seed", Errc::seed_too_short},
         {"A shared seed of 31 bytes.", {"STT-IDENTITY-002"}});
  refuse("node-seed-short", cut("node_seed", 1), {"seed", Errc::seed_too_short},
         {"A node seed of 31 bytes.", {"STT-IDENTITY-002"}});
  refuse("other-seed", set("shared_seeds", json::array({times(32, "77")})),
         {"frame 1", Errc::unknown_hint},
         {"A node that holds another seed stays silent.", {"STT-HANDSHAKE-030"}});
}

// nonce_r that makes the session id zero.
std::string zeroing_nonce(const Played& good) {
  const Bytes id_i = unhex(good.id_i);
  const Bytes id_r = unhex(good.id_r);
  Bytes nonce(32);
  for (std::size_t i = 0; i < nonce.size(); ++i) nonce[i] = std::byte{0xA0} ^ id_i[i] ^ id_r[i];
  return to_hex(nonce);
}

void add_zero_session_id(Author& author, const Played& good) {
  json in = author.in("handshake.responder/good");
  in["frames"] = json::array({good.hello});
  in["entropy"]["response.nonce"] = json::array({zeroing_nonce(good), times(32, "b0")});
  author.accept(
      "handshake.responder/session-id-zero-drawn-again",
      {"A nonce that would give the session id zero is drawn again.", {"STT-HANDSHAKE-041"}}, in);
  json drawn_once = in["entropy"];
  drawn_once["response.nonce"] = json::array({zeroing_nonce(good)});
  author.reject("handshake.responder/session-id-zero-and-no-other",
                "handshake.responder/session-id-zero-drawn-again",
                described("entropy: the second nonce fails", "entropy", drawn_once),
                {"frame 1", Errc::random_failed},
                {"Rather no RESPONSE than one with session id zero.", {"STT-HANDSHAKE-041"}});
}

// NOLINTNEXTLINE(readability-function-size): a table of cases
void add_initiator(Author& author, const Played& good, const std::string& session) {
  const char* const base = "handshake.initiator/good";
  const json in = {{"node_seed", seed_i},
                   {"shared_seeds", json::array({seed_shared})},
                   {"entropy", draws_i()},
                   {"expected", good.id_r},
                   {"frames", json::array({good.response, good.final_frame})}};
  author.accept(base,
                {"HELLO, then AUTH_PROOF for RESPONSE; FINAL ends it.",
                 {"STT-HANDSHAKE-019", "STT-HANDSHAKE-049", "STT-HANDSHAKE-080"}},
                in);
  const std::string other_nonce = times(31, "a0") + "a1";
  const std::vector<Bad> bad_responses{
      {"response-own-node-id",
       0,
       replace("plaintext", response_id_at, good.id_r, good.id_i),
       Errc::own_node_id,
       {"STT-HANDSHAKE-033"},
       "An answer in our own name."},
      {"response-version",
       0,
       replace("plaintext", 1, "01", "02"),
       Errc::not_offered,
       {"STT-HANDSHAKE-036"},
       "A version that was not offered."},
      {"response-suite",
       0,
       replace("plaintext", 2, "01", "02"),
       Errc::not_offered,
       {"STT-HANDSHAKE-036"},
       "A suite that was not offered."},
      {"response-challenge",
       0,
       replace("plaintext", response_challenge_at, times(32, "a0"), other_nonce),
       Errc::wrong_challenge,
       {"STT-HANDSHAKE-037"},
       "The answer to another HELLO."},
      {"response-low-order",
       0,
       replace("plaintext", response_ephemeral_at, ephemeral_of("50"), zero_point),
       Errc::key_exchange_failed,
       {"STT-HANDSHAKE-038", "STT-CRYPTO-007"},
       "An ephemeral whose secret everybody knows."},
      {"response-session-id-zero",
       0,
       replace("plaintext", response_nonce_at, times(32, "b0"), zeroing_nonce(good)),
       Errc::session_id_unusable,
       {"STT-HANDSHAKE-039"},
       "A nonce that gives session id zero."},
      {"response-trailing",
       0,
       extend("plaintext", "00"),
       Errc::trailing_bytes,
       {"STT-HANDSHAKE-007"},
       "A byte behind the challenge."},
      {"response-is-hello",
       0,
       replace("plaintext", 0, "02", "01"),
       Errc::handshake_type,
       {"STT-HANDSHAKE-004"},
       "Under the RESPONSE key only a RESPONSE is expected."},
  };
  refuse_all(author, "handshake.initiator", bad_responses, {&good.response_key});
  refuse_all(author, "handshake.initiator", bad_auths("final", "STT-HANDSHAKE-017", session),
             {&good.response_key, &good.auth_r2i});
  const auto refuse = [&](const char* id, const Edit& edit, Refusal refusal, About about) {
    author.reject(std::string("handshake.initiator/") + id, base, edit, std::move(refusal),
                  std::move(about));
  };
  refuse("response-tampered", tampered(in, 0, 40), {"frame 1", Errc::authentication_failed},
         {"A RESPONSE that does not open changes nothing.", {"STT-HANDSHAKE-040"}});
  refuse("final-tampered", tampered(in, 1, 40), {"frame 2", Errc::authentication_failed},
         {"A FINAL that does not open changes nothing.", {"STT-HANDSHAKE-040"}});
  refuse("final-first",
         described("frames: FINAL comes alone", "frames", json::array({good.final_frame})),
         {"frame 1", Errc::unexpected_message}, {"Nobody waits for it.", {"STT-HANDSHAKE-053"}});
  refuse("auth-proof-reflected",
         described("frame 2: our own AUTH_PROOF comes back", "frames",
                   json::array({good.response, good.proof})),
         {"frame 2", Errc::authentication_failed},
         {"The two directions have keys of their own.", {"STT-HANDSHAKE-015"}});
  refuse("hello-reflected",
         described("frame 1: our own HELLO comes back", "frames", json::array({good.hello})),
         {"frame 1", Errc::own_node_id}, {"A mirror is no peer.", {"STT-HANDSHAKE-032"}});
  refuse("pinned", set("expected", times(32, "99")), {"frame 2", Errc::identity_refused},
         {"Another node than the one that was asked for.", {"STT-HANDSHAKE-046"}});
  refuse("policy", set("refuses", good.id_r), {"frame 2", Errc::identity_refused},
         {"The policy judges the proven node id.", {"STT-HANDSHAKE-046"}});
}

}  // namespace

void add_handshake_cases(Author& author) {
  const Played good = play(author);
  const std::string session =
      author.out("handshake.transcript/defaults").at("initiator").at("session_id");
  add_transcript_negatives(author);
  add_responder(author, good, session);
  add_zero_session_id(author, good);
  add_initiator(author, good, session);
}

}  // namespace stt::conform

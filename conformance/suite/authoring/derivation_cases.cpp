// Handshakes of a peer that derives one thing otherwise than STT/1: its frames do not open.
#include <algorithm>

#include <fmt/format.h>
#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/sealing.hpp>
#include <stt/base/assert.hpp>
#include <stt/crypto/keyed_hash.hpp>
#include <stt/handshake/transcript.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

const char* const responder = "handshake.responder/good";
const char* const initiator = "handshake.initiator/good";

crypto::Key key_of(ByteView bytes) {
  return crypto::Key(bytes.first<32>());
}

crypto::EphemeralKey ephemeral(const json& hex) {
  return crypto::EphemeralKey(key_of(unhex(hex.get<std::string>())));
}

// What both sides of the good handshake know.
struct Known {
  handshake::PairKeys pair;
  Bytes hello;
  crypto::Digest h1;
  crypto::Digest h2;
  crypto::Key agreed;  // by X25519
};

Known known_of(const Author& author) {
  const json& by_responder = author.in(responder);
  const json& by_initiator = author.in(initiator);
  const auto secrets =
      crypto::PairSecrets::from_seed(unhex(by_responder["shared_seeds"][0].get<std::string>()));
  STT_ASSERT(secrets.has_value());
  const handshake::PairKeys pair(secrets->psk);
  const Bytes hello = unhex(by_responder["frames"][0].get<std::string>());
  const Bytes response = unhex(by_initiator["frames"][0].get<std::string>());
  const crypto::Digest h1 = handshake::extend(pair.h0.view(), hello);
  const auto agreed =
      ephemeral(by_initiator["entropy"]["hello.ephemeral"][0])
          .agree(ephemeral(by_responder["entropy"]["response.ephemeral"][0]).public_key());
  STT_ASSERT(agreed.has_value());
  return {pair, hello, h1, handshake::extend(h1, response), *agreed};
}

// Of AUTH_PROOF.
crypto::Key auth_key(const crypto::Key& psk, const crypto::Digest& transcript, ByteView agreed) {
  return crypto::kdf(crypto::kdf(psk, "session", {transcript, agreed}), "auth i2r");
}

struct Wrong {
  const char* name;
  crypto::Key key;
  const char* words;
  About about;
};

// Frame `number` (from 1) of the base, sealed under each of these in place of `right`.
void refuse_all(Author& author, const char* base, std::size_t number, const crypto::Key& right,
                const std::vector<Wrong>& list) {
  const std::string kind = std::string(base).substr(0, std::string(base).find('/') + 1);
  for (const Wrong& wrong : list) {
    json frames = author.in(base).at("frames");
    frames[number - 1] = sealed_under(frames[number - 1], right, wrong.key);
    author.reject(
        kind + wrong.name, base,
        described(fmt::format("frame {}: sealed under {}", number, wrong.words), "frames", frames),
        {fmt::format("frame {}", number), Errc::authentication_failed}, wrong.about);
  }
}

// As a BLAKE2b of 64 bytes, of which 32 are taken.
crypto::Key cut_hello_key(const crypto::Key& psk) {
  const std::string label = std::string("\x05") + "hello";
  return key_of(crypto::keyed_hash(psk.view(), as_bytes(label)));
}

}  // namespace

void add_derivation_cases(Author& author) {
  const Known known = known_of(author);
  const crypto::Key& psk = known.pair.psk;
  const Bytes seed = unhex(author.in(responder)["shared_seeds"][0].get<std::string>());
  const crypto::Key bare = crypto::kdf(crypto::hash_secret({seed}), "psk");
  refuse_all(author, responder, 1, known.pair.hello,
             {{"hello-key-of-a-longer-hash",
               cut_hello_key(psk),
               "the first half of a BLAKE2b of 64 bytes",
               {"The length of the output is an input of BLAKE2b.", {"STT-CRYPTO-002"}}},
              {"hello-key-of-a-bare-seed",
               crypto::kdf(bare, "hello"),
               "the key of a master without its label",
               {"A seed is hashed with a label in front.", {"STT-IDENTITY-001"}}}});

  Bytes reversed = to_bytes(known.agreed.view());
  std::ranges::reverse(reversed);
  const Bytes nothing(reversed.size());
  refuse_all(author, responder, 2, auth_key(psk, known.h2, known.agreed.view()),
             {{"auth-proof-of-another-byte-order",
               auth_key(psk, known.h2, reversed),
               "a secret of the X25519 result in the other byte order",
               {"RFC 7748 says which byte comes first.", {"STT-CRYPTO-006", "STT-HANDSHAKE-010"}}},
              {"auth-proof-without-the-ephemerals",
               auth_key(psk, known.h2, nothing),
               "a secret that the seeds alone give",
               {"Who records a session and learns the seeds later would have this key.",
                {"STT-HANDSHAKE-051", "STT-HANDSHAKE-014"}}},
              {"auth-proof-of-an-earlier-transcript",
               auth_key(psk, known.h1, known.agreed.view()),
               "a secret of h1 in place of h2",
               {"The secret hangs on RESPONSE, too.", {"STT-HANDSHAKE-014"}}}});

  const auto response_key = [&](const crypto::Digest& h1) {
    return handshake::response_key(known.pair, h1);
  };
  refuse_all(author, initiator, 1, response_key(known.h1),
             {{"response-key-of-parts-changed-about",
               response_key(crypto::hash({known.hello, known.pair.h0.view()})),
               "a key of H(HELLO | h0)",
               {"The parts of a hash have an order.", {"STT-CRYPTO-003", "STT-HANDSHAKE-012"}}},
              {"response-key-of-a-hello-cut-short",
               response_key(handshake::extend(known.pair.h0.view(),
                                              ByteView(known.hello).first(known.hello.size() - 1))),
               "a key of HELLO without its last byte",
               {"The transcript has each frame whole, with its tag.", {"STT-HANDSHAKE-012"}}}});
}

}  // namespace stt::conform

#include <array>

#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/sealing.hpp>
#include <stt/base/hex.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

std::string text_hex(std::string_view text) {
  return to_hex(as_bytes(text));
}

// 00 01 02 ...
std::string counting(std::size_t count, unsigned from = 0) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>((from + i) & 0xFF);
  return to_hex(bytes);
}

void add_hashes(Author& author) {
  author.known("hash/empty", {"BLAKE2b-256 of nothing.", {"STT-CRYPTO-003"}},
               {{"parts", json::array()}},
               {{"digest", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"}});
  const json abc = {{"digest", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"}};
  author.known("hash/abc", {"BLAKE2b-256 of \"abc\".", {"STT-CRYPTO-003"}},
               {{"parts", json::array({"616263"})}}, abc);
  author.known(
      "hash/parts",
      {"Parts are hashed one after the other, without anything between them.", {"STT-CRYPTO-003"}},
      {{"parts", json::array({"61", "", "6263"})}}, abc);
  author.known("sha3/empty", {"SHA3-256 of nothing (FIPS 202).", {"STT-CRYPTO-012"}},
               {{"bytes", ""}},
               {{"digest", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"}});
  author.known("sha3/abc", {"SHA3-256 of \"abc\" (FIPS 202).", {"STT-CRYPTO-012"}},
               {{"bytes", "616263"}},
               {{"digest", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"}});
}

void add_kdf(Author& author) {
  const About about{"BLAKE2b-256 with a key, over LP(label) LP(context)...", {"STT-CRYPTO-002"}};
  author.accept("kdf/label-only", about,
                {{"key", counting(32)}, {"label", "key"}, {"context", json::array()}});
  author.accept(
      "kdf/one-context", about,
      {{"key", counting(32)}, {"label", "response"}, {"context", json::array({counting(32, 64)})}});
  author.accept("kdf/two-contexts", about,
                {{"key", counting(32)},
                 {"label", "session"},
                 {"context", json::array({counting(32, 64), counting(32, 128)})}});
  author.accept(
      "kdf/borders-of-parts",
      {"\"ab\" + \"c\" is not \"a\" + \"bc\": lengths stand before the parts.", {"STT-CRYPTO-002"}},
      {{"key", counting(32)}, {"label", "ab"}, {"context", json::array({"63"})}});
  author.accept("kdf/empty-context",
                {"An empty context is not the same as none.", {"STT-CRYPTO-002"}},
                {{"key", counting(32)}, {"label", "key"}, {"context", json::array({""})}});
  author.accept(
      "kdf/long-context", {"A context of 300 bytes has a length of two bytes.", {"STT-CRYPTO-002"}},
      {{"key", counting(32)}, {"label", "stream"}, {"context", json::array({times(300, "5a")})}});
}

void add_aead(Author& author) {
  const json in = {
      {"key", counting(32, 0x80)},
      {"nonce", counting(24, 0x40)},
      {"associated", "50515253c0c1c2c3c4c5c6c7"},
      {"text", text_hex("Ladies and Gentlemen of the class of '99: If I could offer you only one "
                        "tip for the future, sunscreen would be it.")}};
  const json out = {
      {"ciphertext",
       "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4e"
       "da7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2"
       "383565d3fff921f9664c97637da9768812f615c68b13b52e"},
      {"tag", "c0875924c1c7987947deafd8780acf49"}};
  author.known("aead.seal/draft-xchacha",
               {"The example of draft-irtf-cfrg-xchacha-03, A.3.1.", {"STT-CRYPTO-001"}}, in, out);
  json open = in;
  open.erase("text");
  open.update(out);
  author.known("aead.open/draft-xchacha", {"The same example, opened.", {"STT-CRYPTO-001"}}, open,
               {{"text", in["text"]}});
  json nothing = in;
  nothing["text"] = "";
  author.accept("aead.seal/empty", {"Nothing but a tag.", {"STT-CRYPTO-001"}}, nothing);

  const Refusal refusal{"open", Errc::authentication_failed};
  const auto refuse = [&](const char* id, const Edit& edit, const char* why) {
    author.reject(std::string("aead.open/") + id, "aead.open/draft-xchacha", edit, refusal,
                  {why, {"STT-CRYPTO-004", "STT-ERROR-002"}});
  };
  refuse("tag-first-bit", replace("tag", 0, "c0", "c1"), "Another tag.");
  refuse("tag-last-bit", replace("tag", 15, "49", "c9"), "The whole tag counts.");
  refuse("ciphertext", replace("ciphertext", 0, "bd", "bc"), "One bit of the text.");
  refuse("ciphertext-shorter", cut("ciphertext", 1), "The length is authenticated.");
  refuse("associated", replace("associated", 11, "c7", "c6"), "One bit of what is only covered.");
  refuse("associated-shorter", cut("associated", 1), "A byte less is covered.");
  refuse("nonce-prefix", replace("nonce", 0, "40", "41"), "Another sub-key.");
  refuse("nonce-end", replace("nonce", 23, "57", "56"), "Another counter.");
  refuse("key", replace("key", 31, "9f", "1f"), "Another key.");
}

void add_key_exchange(Author& author) {
  author.known("key_exchange/rfc-7748",
               {"The example of RFC 7748, section 6.1.", {"STT-CRYPTO-006"}},
               {{"scalar", "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"},
                {"peer", "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"}},
               {{"public", "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"},
                {"shared", "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"}});
  const auto refuse = [&](const char* id, std::string peer, const char* why) {
    author.reject(std::string("key_exchange/") + id, "key_exchange/rfc-7748",
                  set("peer", std::move(peer)), {"key_exchange", Errc::key_exchange_failed},
                  {why, {"STT-CRYPTO-007"}});
  };
  refuse("point-0", times(32, "00"), "A point of order 2: everybody knows the result.");
  refuse("point-of-order-8", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
         "A point of order 8.");
  refuse("point-not-reduced", "ed" + times(30, "ff") + "7f", "0, written as the prime itself.");
  author.accept_same("key_exchange/point-of-256-bits", "key_exchange/rfc-7748",
                     replace("peer", 31, "6a", "ea"),
                     {"A coordinate has 255 bits: the last one is not looked at (RFC 7748, section "
                      "5).",
                      {"STT-CRYPTO-006"}});
  const char* const base_point = "key_exchange/base-point";
  author.known(base_point, {"With the base point, 9, both come out the same.", {"STT-CRYPTO-006"}},
               {{"scalar", author.in("key_exchange/rfc-7748").at("scalar")},
                {"peer", "09" + times(31, "00")}},
               {{"public", author.out("key_exchange/rfc-7748").at("public")},
                {"shared", author.out("key_exchange/rfc-7748").at("public")}});
  author.accept_same(
      "key_exchange/base-point-not-reduced", base_point, set("peer", "f6" + times(30, "ff") + "7f"),
      {"9, written as the prime and 9, is taken as 9 (RFC 7748, section 5).", {"STT-CRYPTO-006"}});
}

// S + L: the same number modulo L, and the same signature to a careless verifier.
std::string with_order_added(const std::string& signature) {
  static constexpr std::array<unsigned, 16> order_low{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63,
                                                      0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2,
                                                      0xde, 0xf9, 0xde, 0x14};
  Bytes bytes = unhex(signature);
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned order = i < order_low.size() ? order_low[i] : (i == 31 ? 0x10U : 0U);
    const unsigned sum = std::to_integer<unsigned>(bytes[32 + i]) + order + carry;
    bytes[32 + i] = static_cast<std::byte>(sum & 0xFF);
    carry = sum >> 8;
  }
  return to_hex(bytes);
}

// Of the base below: R is that of the right signature plus the point of order 8 that
// "a-of-order-8" names, and S answers to this R. 8SB = 8R + 8kA holds, and SB = R + kA does not.
constexpr const char* right_but_for_the_cofactor =
    "13318b7022eea16630a3a353a116d5d2f7316a51b1114dd93c3d9fdbb758487f"
    "e894bf660d3b5bdb622db97e81c32d8394631c449d428938178c1bd9ebd55308";

void add_signatures(Author& author) {
  const std::string digest = counting(32, 0x20);
  author.accept("signature.sign/initiator",
                {"Ed25519 over label | digest, by the key of a node seed.",
                 {"STT-CRYPTO-008", "STT-IDENTITY-003", "STT-HANDSHAKE-016"}},
                {{"seed", counting(32)}, {"label", "STT-1 initiator"}, {"digest", digest}});
  const std::string signature = author.out("signature.sign/initiator").at("signature");
  author.accept("seed.node/32-bytes",
                {"The shortest seed, its node id and its storage key.",
                 {"STT-IDENTITY-001", "STT-IDENTITY-003", "STT-IDENTITY-004", "STT-IDENTITY-005",
                  "STT-IDENTITY-006"}},
                {{"seed", counting(32)}});
  author.accept("signature.verify/initiator", {"The signature fits.", {"STT-CRYPTO-008"}},
                {{"node_id", author.out("seed.node/32-bytes").at("node_id")},
                 {"label", "STT-1 initiator"},
                 {"digest", digest},
                 {"signature", signature}});
  const auto refuse = [&](const char* id, const Edit& edit, const char* requirement,
                          const char* why) {
    author.reject(std::string("signature.verify/") + id, "signature.verify/initiator", edit,
                  {"signature", Errc::signature_invalid}, {why, {requirement}});
  };
  const std::string first = signature.substr(0, 2);
  refuse("label", set("label", "STT-1 responder"), "STT-CRYPTO-013",
         "A signature of one role is none of the other.");
  refuse("digest", replace("digest", 0, "20", "21"), "STT-CRYPTO-008", "Another transcript.");
  refuse("r", replace("signature", 0, first, first == "00" ? "01" : "00"), "STT-CRYPTO-008",
         "Another R.");
  refuse("s-not-canonical",
         described("signature: the group order L is added to S", "signature",
                   with_order_added(signature)),
         "STT-CRYPTO-009", "The same signature in another form: S must be below L.");
  refuse("r-of-small-order",
         described("signature: R becomes the neutral point", "signature",
                   "01" + times(31, "00") + signature.substr(64)),
         "STT-CRYPTO-011", "An R that says nothing.");
  refuse("a-of-small-order", set("node_id", "01" + times(31, "00")), "STT-CRYPTO-010",
         "The neutral point would verify everything.");
  refuse("a-of-order-8",
         set("node_id", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
         "STT-CRYPTO-010", "A point of order 8.");
  refuse("a-not-canonical", set("node_id", "f0" + times(30, "ff") + "7f"), "STT-CRYPTO-010",
         "A coordinate above the prime.");
  refuse("right-but-for-the-cofactor",
         described("signature: a point of order 8 is added to R, and S follows", "signature",
                   right_but_for_the_cofactor),
         "STT-CRYPTO-014", "A verifier that multiplies by the cofactor would take it.");
  refuse("another-node",
         described("node_id: of another seed", "node_id",
                   "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
         "STT-CRYPTO-008", "The signature of somebody else.");
}

void add_seeds(Author& author) {
  author.accept("seed.node/45-bytes", {"A seed may be longer than 32 bytes.", {"STT-IDENTITY-002"}},
                {{"seed", counting(45)}});
  author.accept("seed.shared/32-bytes",
                {"The pre-shared key and the hint of a pair.",
                 {"STT-IDENTITY-001", "STT-IDENTITY-007", "STT-IDENTITY-008", "STT-CRYPTO-013"}},
                {{"seed", counting(32, 0x60)}});
  author.reject("seed.node/31-bytes", "seed.node/32-bytes", cut("seed", 1),
                {"seed", Errc::seed_too_short}, {"A byte too short.", {"STT-IDENTITY-002"}});
  author.reject("seed.shared/31-bytes", "seed.shared/32-bytes", cut("seed", 1),
                {"seed", Errc::seed_too_short}, {"A byte too short.", {"STT-IDENTITY-002"}});
}

void add_derivations(Author& author) {
  author.known("session_id.derive/first-8-bytes",
               {"The XOR of all four, and of it the first 8 bytes.", {"STT-HANDSHAKE-018"}},
               {{"nonce_i", "0f" + times(31, "01")},
                {"nonce_r", "f0" + times(31, "02")},
                {"node_id_i", "00" + times(31, "04")},
                {"node_id_r", "01" + times(31, "08")}},
               {{"session_id", "fe" + times(7, "0f")}});
  author.accept(
      "key_schedule/whole",
      {"From the pre-shared key and three frames to the keys of four epochs.",
       {"STT-HANDSHAKE-012", "STT-HANDSHAKE-013", "STT-HANDSHAKE-014", "STT-HANDSHAKE-015",
        "STT-ROTATION-001", "STT-ROTATION-002", "STT-ROTATION-003", "STT-CRYPTO-013"}},
      {{"psk", counting(32)},
       {"hello", text_hex("the whole HELLO frame")},
       {"response", text_hex("the whole RESPONSE frame")},
       {"auth_proof", text_hex("the whole AUTH_PROOF frame")},
       {"scalar", counting(32, 0x40)},
       {"peer", "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"}});
  author.reject("key_schedule/low-order-peer", "key_schedule/whole", set("peer", times(32, "00")),
                {"key_exchange", Errc::key_exchange_failed},
                {"No secret comes from a low-order point.", {"STT-CRYPTO-007"}});
}

}  // namespace

void add_crypto_cases(Author& author) {
  add_hashes(author);
  add_kdf(author);
  add_aead(author);
  add_key_exchange(author);
  add_signatures(author);
  add_seeds(author);
  add_derivations(author);
}

}  // namespace stt::conform

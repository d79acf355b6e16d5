// What cases show besides what they were made for. The base of a negative is one edit away from it:
// where a rule refuses the one, the other shows what the same rule lets through, and the other way
// round. Cited is only what fails if that one rule is turned round or left out.
#include <conformance/suite/authoring/author.hpp>

namespace stt::conform {
namespace {

struct Row {
  const char* id;
  std::vector<std::string> requirements;
};

std::vector<Row> wire_positives() {
  return {
      {"varint.decode/largest", {"STT-VARINT-005"}},
      {"varint.decode/protobuf-300", {"STT-VARINT-003", "STT-VARINT-004"}},
      {"frame.decode/data",
       {"STT-FRAME-002", "STT-FRAME-003", "STT-FRAME-010", "STT-FRAME-013", "STT-FRAME-018",
        "STT-FRAME-022"}},
      {"frame.open/data", {"STT-ERROR-002", "STT-FRAME-038", "STT-SECURITY-005"}},
      {"frame.decode/auth", {"STT-FRAME-007", "STT-FRAME-012", "STT-FRAME-014", "STT-FRAME-017"}},
      {"frame.decode/handshake", {"STT-FRAME-010", "STT-FRAME-014"}},
      {"frame.decode/custom-datagram", {"STT-FRAME-007"}},
      {"datagram.decode/three", {"STT-DATAGRAM-004"}},
      {"control.decode/ping", {"STT-CONTROL-002"}},
      {"control.decode/ack", {"STT-CONTROL-005"}},
      {"control.decode/ack-64-ranges", {"STT-ERROR-008"}},
      {"stream_control.decode/open", {"STT-STREAM-051"}},
      {"data.decode/whole-message", {"STT-STREAM-006"}},
      {"data.decode/middle-piece", {"STT-STREAM-007"}},
      {"parameters.decode/defaults", {"STT-PARAM-002", "STT-PARAM-003"}},
      {"parameters.decode/least", {"STT-PARAM-007"}},
      {"parameters.encode/defaults", {"STT-PARAM-010"}},
  };
}

std::vector<Row> handshake_positives() {
  return {
      {"handshake.decode/hello",
       {"STT-HANDSHAKE-004", "STT-HANDSHAKE-005", "STT-HANDSHAKE-006", "STT-HANDSHAKE-007"}},
      {"handshake.decode/auth-proof", {"STT-HANDSHAKE-004", "STT-HANDSHAKE-007"}},
      {"handshake.transcript/defaults", {"STT-FRAME-037", "STT-HANDSHAKE-010", "STT-IDENTITY-010"}},
      {"key_schedule/whole", {"STT-HANDSHAKE-051"}},
      {"handshake.responder/good",
       {"STT-HANDSHAKE-011", "STT-HANDSHAKE-030", "STT-HANDSHAKE-031", "STT-HANDSHAKE-032",
        "STT-HANDSHAKE-034", "STT-HANDSHAKE-043", "STT-HANDSHAKE-044", "STT-HANDSHAKE-045",
        "STT-HANDSHAKE-053", "STT-HANDSHAKE-054", "STT-HANDSHAKE-057", "STT-IDENTITY-011",
        "STT-SECURITY-001", "STT-SECURITY-009"}},
      {"handshake.initiator/good",
       {"STT-HANDSHAKE-033", "STT-HANDSHAKE-036", "STT-HANDSHAKE-037", "STT-HANDSHAKE-038",
        "STT-HANDSHAKE-039", "STT-HANDSHAKE-050", "STT-HANDSHAKE-055", "STT-HANDSHAKE-056",
        "STT-SECURITY-009"}},
      {"websocket.handshake/one-connection", {"STT-WS-005"}},
  };
}

std::vector<Row> other_positives() {
  return {
      {"key_exchange/rfc-7748", {"STT-CRYPTO-007"}},
      {"signature.verify/initiator",
       {"STT-CRYPTO-009", "STT-CRYPTO-010", "STT-CRYPTO-011", "STT-CRYPTO-014"}},
      {"replay.window/in-order", {"STT-REPLAY-002"}},
      {"replay.window/far-jump", {"STT-REPLAY-003"}},
      {"session.open/first", {"STT-SESSION-003"}},
      {"session.open/rotated", {"STT-ROTATION-019", "STT-ROTATION-020"}},
      {"session.open/late-after-rotation", {"STT-ROTATION-018", "STT-ROTATION-023"}},
      {"session.open/forged-does-not-mark", {"STT-REPLAY-004"}},
      {"session.open/two-rotations", {"STT-ROTATION-017"}},
      {"segment.open/first", {"STT-DECODER-010", "STT-ENCODER-014", "STT-ENCODER-018"}},
      {"segment.stream/reversed", {"STT-DECODER-004"}},
      {"segment.stream/in-order",
       {"STT-DECODER-005", "STT-DECODER-006", "STT-DECODER-013", "STT-DECODER-014",
        "STT-DECODER-015", "STT-ENCODER-001"}},
      {"storage.seal/abc", {"STT-STORAGE-009"}},
      {"storage.open/abc", {"STT-STORAGE-012"}},
      {"stream.open/initiator-all", {"STT-STREAM-018"}},
      {"stream.receive/one-message", {"STT-STREAM-020"}},
      {"stream.receive/close", {"STT-STREAM-053", "STT-STREAM-055"}},
      {"stream.receive/close-again", {"STT-STREAM-054"}},
  };
}

std::vector<Row> wire_negatives() {
  return {
      {"varint.decode/overflow-65-bits", {"STT-VARINT-001"}},
      {"varint.decode/overlong-300", {"STT-VARINT-002", "STT-ERROR-007"}},
      {"frame.decode/length-above-2-mib", {"STT-FRAME-021"}},
      {"frame.decode/type-6", {"STT-FRAME-008"}},
      {"frame.decode/type-7f", {"STT-FRAME-008"}},
      {"frame.decode/stream-65536", {"STT-STREAM-002"}},
      {"frame.decode/stream-0-in-data", {"STT-STREAM-002"}},
      {"frame.decode/epoch-ends-early", {"STT-FRAME-001"}},
      {"datagram.decode/last-incomplete", {"STT-FRAME-004", "STT-ERROR-007"}},
      {"frame.stream/magic-of-third-by-byte", {"STT-FRAME-019", "STT-FRAME-025"}},
      {"frame.open/key-changed", {"STT-FRAME-026", "STT-SECURITY-005"}},
      {"frame.open/type-changed", {"STT-SECURITY-005"}},
      {"aead.open/ciphertext", {"STT-CRYPTO-001", "STT-SECURITY-005"}},
      {"control.decode/ack-65-ranges", {"STT-ERROR-008"}},
      {"control.decode/ack-gap-below-0", {"STT-CONTROL-003"}},
      {"control.decode/close-code-truncated", {"STT-CONTROL-019"}},
      {"control.decode/path-challenge-short", {"STT-PATH-002"}},
      {"parameters.decode/max-streams-0", {"STT-PARAM-001"}},
      {"parameters.decode/max-streams-65536", {"STT-PARAM-001"}},
  };
}

std::vector<Row> other_negatives() {
  return {
      {"handshake.decode/hello-trailing", {"STT-HANDSHAKE-001"}},
      {"handshake.decode/response-truncated", {"STT-HANDSHAKE-002"}},
      {"handshake.decode/auth-proof-truncated", {"STT-HANDSHAKE-003"}},
      {"handshake.responder/hello-no-version", {"STT-HANDSHAKE-009"}},
      {"handshake.responder/hello-own-node-id",
       {"STT-IDENTITY-001", "STT-IDENTITY-003", "STT-IDENTITY-005"}},
      {"handshake.responder/auth-proof-session-id", {"STT-HANDSHAKE-018", "STT-HANDSHAKE-019"}},
      {"handshake.responder/auth-proof-first", {"STT-HANDSHAKE-021", "STT-HANDSHAKE-080"}},
      {"handshake.initiator/final-first", {"STT-HANDSHAKE-021", "STT-HANDSHAKE-080"}},
      {"handshake.responder/auth-proof-parameters-short", {"STT-PARAM-008"}},
      {"handshake.responder/other-seed",
       {"STT-IDENTITY-008", "STT-IDENTITY-009", "STT-SECURITY-001"}},
      {"handshake.responder/auth-proof-signature", {"STT-SECURITY-009"}},
      {"handshake.transcript/no-hello-frame-nonce", {"STT-FRAME-034"}},
      {"signature.verify/another-node", {"STT-IDENTITY-004"}},
      {"session.open/epoch-2-of-0", {"STT-ROTATION-003"}},
      {"session.send/beyond-last-sequence", {"STT-FRAME-029"}},
      {"segment.open/ciphertext-changed", {"STT-ENCODER-003"}},
      {"segment.open/nonce-end-changed", {"STT-ENCODER-005"}},
      {"segment.stream/end-of-one-varint", {"STT-DECODER-015"}},
      {"segment.stream/end-with-trailing-byte", {"STT-DECODER-015"}},
      {"segment.stream/end-with-less", {"STT-DECODER-008"}},
      {"storage.open/key-changed", {"STT-STORAGE-010"}},
      {"storage.open/sealed-under-a-false-address", {"STT-STORAGE-004"}},
      {"storage.open/extended", {"STT-STORAGE-009"}},
      {"session.open/order-before-opened", {"STT-ERROR-007"}},
      {"storage.open/nonce-changed", {"STT-STORAGE-002"}},
      {"storage.open/too-short", {"STT-STORAGE-011"}},
      {"storage.identify/name-of-another", {"STT-STORAGE-005"}},
      {"stream.receive/own-parity-data", {"STT-STREAM-016", "STT-STREAM-019"}},
      {"stream.receive/stream-credit-byte", {"STT-FLOW-001"}},
      {"stream.receive/close-below", {"STT-STREAM-009"}},
      {"websocket.handshake/another-connection", {"STT-WS-004"}},
  };
}

}  // namespace

void cite_other_sides(Author& author) {
  for (const auto rows :
       {wire_positives, handshake_positives, other_positives, wire_negatives, other_negatives}) {
    for (const Row& row : rows()) author.cite(row.id, row.requirements);
  }
}

}  // namespace stt::conform

// The receiver's side of one transfer: bytes of the stream in, a file and a verdict out. Knows the
// exchange of transfer_message.hpp and nothing of nodes.
#pragma once

#include <optional>

#include <conformance/tool/incoming_file.hpp>
#include <conformance/tool/transfer_message.hpp>
#include <stt/crypto/sha3.hpp>

namespace stt::tool {

class IncomingTransfer {
 public:
  explicit IncomingTransfer(std::string folder) : folder_(std::move(folder)) {}

  // Takes the next bytes of the stream, and whether a message ends with them. A verdict is given
  // once; what comes after it is ignored.
  std::optional<VerdictMessage> take(ByteView bytes, bool end_of_message);

  bool begun() const { return phase_ != Phase::header; }
  bool over() const { return phase_ == Phase::over; }
  const TransferHeader& header() const { return header_; }  // once begun
  std::uint64_t received() const { return received_; }
  const ByteArray<digest_bytes>& digest() const { return digest_; }  // once stored

 private:
  enum class Phase : std::uint8_t { header, body, digest, over };

  VerdictMessage end(Verdict verdict, std::string text);
  std::optional<VerdictMessage> take_header(ByteView bytes, bool end_of_message);
  std::optional<VerdictMessage> take_body(ByteView bytes, bool end_of_message);
  std::optional<VerdictMessage> take_digest(ByteView bytes, bool end_of_message);

  std::string folder_;
  Phase phase_ = Phase::header;
  Bytes gathered_;  // of the header or the digest
  TransferHeader header_;
  IncomingFile file_;
  std::uint64_t received_ = 0;
  crypto::Sha3 hash_;
  ByteArray<digest_bytes> digest_{};
};

}  // namespace stt::tool

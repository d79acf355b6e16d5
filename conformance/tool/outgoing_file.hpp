// The sender's side of one transfer: a file cut into the bytes of a stream. Holds one part of it in
// memory; knows nothing of nodes.
#pragma once

#include <optional>
#include <string>

#include <conformance/tool/transfer_message.hpp>
#include <stt/crypto/sha3.hpp>

namespace stt::tool {

class OutgoingFile {
 public:
  OutgoingFile() = default;
  ~OutgoingFile();
  OutgoingFile(const OutgoingFile&) = delete;
  OutgoingFile& operator=(const OutgoingFile&) = delete;

  // What is wrong with the file, in words, or nothing.
  std::optional<std::string> open(const std::string& path);

  // What the stream has to take next: some bytes of one message, and whether they end it. Nothing
  // when all is said. The view holds until consume().
  struct Part {
    ByteView bytes;
    bool end_of_message = false;
  };
  std::optional<Part> next();
  // The stream took that many bytes of the part (all of them: then also the end of the message).
  void consume(std::size_t bytes);

  // Reading failed, or the file is not the one it was when it was opened; next() gives nothing
  // then.
  const std::optional<std::string>& problem() const { return problem_; }
  const TransferHeader& header() const { return header_; }
  std::uint64_t body_bytes_sent() const { return body_sent_; }
  const ByteArray<digest_bytes>& digest() const { return digest_; }  // once the body is sent

 private:
  enum class Phase : std::uint8_t { header, body, digest, over };

  void read_body();
  void enter(Phase phase);

  std::string path_;
  int descriptor_ = -1;
  TransferHeader header_;
  Phase phase_ = Phase::header;
  Bytes buffer_;            // the memory of a part of the body
  Bytes message_;           // header or digest
  ByteView part_;           // not taken yet
  std::uint64_t read_ = 0;  // of the body
  std::uint64_t body_sent_ = 0;
  crypto::Sha3 hash_;
  ByteArray<digest_bytes> digest_{};
  std::optional<std::string> problem_;
};

}  // namespace stt::tool

#include <conformance/tool/incoming_transfer.hpp>

#include <stt/base/hex.hpp>

namespace stt::tool {

VerdictMessage IncomingTransfer::end(Verdict verdict, std::string text) {
  phase_ = Phase::over;
  file_ = IncomingFile();
  return {verdict, std::move(text)};
}

std::optional<VerdictMessage> IncomingTransfer::take(ByteView bytes, bool end_of_message) {
  switch (phase_) {
    case Phase::header: return take_header(bytes, end_of_message);
    case Phase::body: return take_body(bytes, end_of_message);
    case Phase::digest: return take_digest(bytes, end_of_message);
    case Phase::over: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<VerdictMessage> IncomingTransfer::take_header(ByteView bytes, bool end_of_message) {
  if (gathered_.size() + bytes.size() > header_message_bytes_max) {
    return end(Verdict::malformed, "the header is too long");
  }
  append(gathered_, bytes);
  if (!end_of_message) return std::nullopt;
  const auto header = decode_header(gathered_);
  if (!header) return end(Verdict::malformed, "the header is malformed");
  if (header->version != transfer_version) {
    return end(Verdict::version, "this receiver speaks version 1 of the transfer");
  }
  header_ = *header;
  header_.name = safe_name(header_.name);
  gathered_.clear();
  phase_ = Phase::body;
  if (const auto problem = file_.create(folder_)) return end(Verdict::cannot_write, *problem);
  return std::nullopt;
}

std::optional<VerdictMessage> IncomingTransfer::take_body(ByteView bytes, bool end_of_message) {
  received_ += bytes.size();
  if (received_ > header_.size) {
    return end(Verdict::malformed, "more bytes came than the header announced");
  }
  hash_.update(bytes);
  if (const auto problem = file_.write(bytes)) return end(Verdict::cannot_write, *problem);
  if (!end_of_message) return std::nullopt;
  if (received_ != header_.size) {
    return end(Verdict::malformed, "fewer bytes came than the header announced");
  }
  phase_ = Phase::digest;
  return std::nullopt;
}

std::optional<VerdictMessage> IncomingTransfer::take_digest(ByteView bytes, bool end_of_message) {
  if (gathered_.size() + bytes.size() > digest_bytes) {
    return end(Verdict::malformed, "the digest is too long");
  }
  append(gathered_, bytes);
  if (!end_of_message) return std::nullopt;
  digest_ = hash_.finish();
  if (!equal(gathered_, digest_)) {
    return end(Verdict::digest_differs, "SHA3-256 here is " + to_hex(digest_));
  }
  if (const auto problem = file_.store_as(header_.name)) {
    return end(Verdict::cannot_write, *problem);
  }
  std::string name = file_.stored_name();
  return end(Verdict::stored, std::move(name));
}

}  // namespace stt::tool

#include <conformance/suite/peers/edits.hpp>

#include <charconv>

#include <conformance/suite/case.hpp>
#include <stt/base/hex.hpp>

namespace stt::conform::peers {

using nlohmann::json;

Bytes read_hex(const json& value) {
  auto bytes = from_hex(value.get<std::string>());
  if (!bytes) throw SuiteError(value.dump() + ": is not hexadecimal");
  return std::move(*bytes);
}

std::uint64_t read_number(const json& value) {
  if (value.is_number_unsigned() || value.is_number_integer()) return value.get<std::uint64_t>();
  const auto& text = value.get_ref<const std::string&>();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw SuiteError("\"" + text + "\": is not a decimal number of 64 bits");
  }
  return number;
}

SessionId read_session_id(const json& value) {
  SessionId id;
  if (value == "zero") return id;
  const Bytes bytes = read_hex(value);
  if (bytes.size() != id.bytes.size()) throw SuiteError(value.dump() + ": is no session id");
  std::ranges::copy(bytes, id.bytes.begin());
  return id;
}

Bytes edit_plaintext(Bytes plaintext, const json& options) {
  if (options.contains("plain_cut")) {
    const std::size_t cut = options.at("plain_cut");
    plaintext.resize(plaintext.size() - std::min(cut, plaintext.size()));
  }
  if (options.contains("plain_append")) append(plaintext, read_hex(options.at("plain_append")));
  if (options.contains("plain_set")) {
    const Bytes bytes = read_hex(options.at("plain_set").at("bytes"));
    const std::size_t at = options.at("plain_set").at("at");
    if (at + bytes.size() > plaintext.size()) throw SuiteError("plain_set: beyond the end");
    std::ranges::copy(bytes, plaintext.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return plaintext;
}

namespace {

// Where a field of a whole frame begins.
std::size_t place_of(const Bytes& frame, const std::string& field) {
  const auto parsed = wire::parse_frame(frame);
  const auto* view = std::get_if<wire::FrameView>(&parsed);
  if (view == nullptr) throw SuiteError("flip: this is no whole frame");
  const auto begins = [&](ByteView part) {
    return static_cast<std::size_t>(part.data() - frame.data());
  };
  if (field == "magic") return 0;
  if (field == "version") return 2;
  if (field == "length") return 3;
  std::size_t type = 4;
  while ((frame[type - 1] & std::byte{0x80}) != std::byte{0}) ++type;
  if (field == "type") return type;
  if (field == "session_id") return type + 1;
  if (field == "payload") return begins(view->ciphertext);
  if (field == "epoch" || field == "hint") return begins(view->selector_bytes);
  if (field == "nonce") return begins(view->nonce);
  if (field == "tag") return begins(view->tag);
  throw SuiteError("flip: there is no field \"" + field + "\"");
}

}  // namespace

Bytes edit_frame(Bytes frame, const json& options) {
  if (options.value("hint", "") == "unknown") frame[place_of(frame, "hint")] ^= std::byte{0xFF};
  if (options.contains("flip")) frame[place_of(frame, options.at("flip"))] ^= std::byte{0x80};
  if (options.contains("cut")) {
    const std::size_t cut = options.at("cut");
    frame.resize(frame.size() - std::min(cut, frame.size()));
  }
  if (options.contains("append")) append(frame, read_hex(options.at("append")));
  return frame;
}

}  // namespace stt::conform::peers

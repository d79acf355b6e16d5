#include <conformance/tool/transfer_message.hpp>

#include <conformance/tool/printable.hpp>
#include <stt/wire/reader.hpp>
#include <stt/wire/writer.hpp>

namespace stt::tool {
namespace {

constexpr std::size_t stored_name_bytes_max = 200;  // leaves room for ".9999" and file systems

std::string text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteView first_bytes(std::string_view text, std::size_t bytes_max) {
  return as_bytes(text.substr(0, bytes_max));
}

}  // namespace

Bytes encode(const TransferHeader& header) {
  const ByteView name = first_bytes(header.name, name_bytes_max);
  Bytes out(1 + wire::varint_size(header.size) + wire::length_prefixed_size(name.size()));
  wire::Writer writer(out);
  writer.u8(header.version);
  writer.varint(header.size);
  writer.length_prefixed(name);
  return out;
}

Bytes encode(const VerdictMessage& message) {
  const ByteView text = first_bytes(message.text, text_bytes_max);
  Bytes out(1 + wire::length_prefixed_size(text.size()));
  wire::Writer writer(out);
  writer.u8(static_cast<std::uint8_t>(message.verdict));
  writer.length_prefixed(text);
  return out;
}

Result<TransferHeader> decode_header(ByteView bytes) {
  wire::Reader reader(bytes);
  TransferHeader header;
  header.version = reader.u8();
  if (reader.ok() && header.version != transfer_version) return header;
  header.size = reader.varint();
  header.name = text_of(reader.length_prefixed());
  STT_TRY(reader.finish());
  if (header.name.size() > name_bytes_max) return fail(Errc::invalid_argument);
  return header;
}

Result<VerdictMessage> decode_verdict(ByteView bytes) {
  wire::Reader reader(bytes);
  const std::uint8_t verdict = reader.u8();
  VerdictMessage message{static_cast<Verdict>(verdict), text_of(reader.length_prefixed())};
  STT_TRY(reader.finish());
  const bool known = verdict <= static_cast<std::uint8_t>(Verdict::version);
  if (!known || message.text.size() > text_bytes_max) return fail(Errc::invalid_argument);
  return message;
}

std::string safe_name(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  while (!name.empty() && name.front() == '.') name.remove_prefix(1);
  std::string out = printable(name.substr(0, stored_name_bytes_max));
  return out.empty() ? "unnamed" : out;
}

}  // namespace stt::tool

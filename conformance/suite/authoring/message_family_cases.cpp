// The rules of varints, once for each field that is one: of every message, where it stands.
#include <conformance/suite/authoring/author.hpp>

namespace stt::conform {
namespace {

struct Field {
  const char* base;  // a positive
  const char* name;
  std::size_t at;  // of its first byte
  std::string_view bytes;
  const char* rules;  // which are added: t(runcated), l (overlong), o(verflow)
};

constexpr Field control_fields[] = {
    {"control.decode/ack", "delay", 1, "ac02", "tlo"},
    {"control.decode/ack", "largest", 3, "0a", "tlo"},
    {"control.decode/ack", "more", 4, "02", "tlo"},
    {"control.decode/ack", "length", 5, "01", "tlo"},
    {"control.decode/ack", "gap", 8, "01", "lo"},
    {"control.decode/pong", "sequence", 1, "ac02", "o"},
    {"control.decode/session-credit", "position", 1, "80808010", "tl"},
    {"control.decode/close", "code", 1, "9408", "tlo"},
    {"control.decode/close", "reason-length", 3, "03", "lo"},
    {"control.decode/error", "code", 1, "ffffffffffffffffff01", "to"},
    {"control.decode/error", "reason-length", 11, "00", "lo"},
};
constexpr Field stream_fields[] = {
    {"stream_control.decode/close", "position", 1, "07", "tlo"},
    {"stream_control.decode/reset", "code", 1, "930a", "tl"},
    {"stream_control.decode/reset", "position", 3, "ac02", "lo"},
    {"stream_control.decode/credit", "position", 1, "808004", "to"},
    {"stream_control.decode/stop", "code", 1, "8d0a", "lo"},
    {"data.decode/whole-message", "offset", 1, "00", "o"},
    {"data.decode/middle-piece", "offset", 1, "ac02", "tlo"},
};
constexpr Field handshake_fields[] = {
    {"handshake.decode/hello", "versions-length", 1, "02", "o"},
    {"handshake.decode/hello", "suites-length", 4, "02", "lo"},
    {"handshake.decode/hello", "padding-length", 103, "05", "lo"},
    {"handshake.decode/auth-proof", "parameters-length", 73, "25", "lo"},
    {"handshake.decode/final", "parameters-length", 73, "25", "lo"},
    {"parameters.decode/defaults", "last-id", 34, "08", "lo"},
    {"parameters.decode/defaults", "last-length", 35, "01", "lo"},
    {"parameters.decode/unknown-last", "unknown-length", 38, "03", "lo"},
};

// The last byte promises another one, which is zero.
std::string overlong(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(bytes);
  char& high = out[out.size() - 2];
  high = digits[digits.find(high) | 8U];
  return out + "00";
}

void add_field(Author& author, const Field& field) {
  const std::string base = field.base;
  const auto refuse = [&](const char* rule, const Edit& edit, Errc reason, const char* requirement,
                          const char* why) {
    author.reject(base + "-" + field.name + "-" + rule, field.base, edit, {"message", reason},
                  {std::string(field.name) + ": " + why, {requirement}});
  };
  const std::string_view rules = field.rules;
  if (rules.find('t') != std::string_view::npos) {
    const std::string whole = author.in(base).at("bytes");
    refuse("truncated",
           described(std::string("bytes: they end within ") + field.name, "bytes",
                     whole.substr(0, 2 * field.at) + "80"),
           Errc::varint_truncated, "STT-VARINT-003", "a number that has no end.");
  }
  if (rules.find('l') != std::string_view::npos) {
    refuse("overlong", replace("bytes", field.at, field.bytes, overlong(field.bytes)),
           Errc::varint_overlong, "STT-VARINT-004", "one value has one form.");
  }
  if (rules.find('o') != std::string_view::npos) {
    refuse("overflow", replace("bytes", field.at, field.bytes, "ffffffffffffffffff02"),
           Errc::varint_overflow, "STT-VARINT-005", "a number of 65 bits.");
  }
}

struct Trailing {
  const char* base;
  const char* requirement;
};

constexpr Trailing trailing[] = {
    {"control.decode/session-credit", "STT-CONTROL-001"},
    {"control.decode/path-response", "STT-CONTROL-001"},
    {"control.decode/error", "STT-CONTROL-001"},
    {"stream_control.decode/reset", "STT-STREAM-050"},
    {"stream_control.decode/credit", "STT-STREAM-050"},
    {"stream_control.decode/stop", "STT-STREAM-050"},
    {"handshake.decode/final", "STT-HANDSHAKE-007"},
};

}  // namespace

void add_message_family_cases(Author& author) {
  for (const Field& field : control_fields) add_field(author, field);
  for (const Field& field : stream_fields) add_field(author, field);
  for (const Field& field : handshake_fields) add_field(author, field);
  for (const auto& [base, requirement] : trailing) {
    author.reject(std::string(base) + "-byte-behind", base, extend("bytes", "00"),
                  {"message", Errc::trailing_bytes},
                  {"A message ends where its last field does.", {requirement}});
  }
  author.accept_same(
      "parameters.decode/one-of-a-later-version", "parameters.decode/defaults",
      extend("bytes", "0a021234"),
      {"What a later version declares changes nothing for this one.", {"STT-PARAM-004"}});
}

}  // namespace stt::conform

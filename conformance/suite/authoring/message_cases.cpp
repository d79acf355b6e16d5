#include <conformance/suite/authoring/message_table.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// --- handshake messages
// ---------------------------------------------------------------------------

const std::string nonce = times(32, "a1");
const std::string node_id = times(32, "b2");
const std::string ephemeral = times(32, "c3");
const std::string defaults =
    "010480808010"
    "0203808004"
    "030140"
    "040480808001"
    "050480808008"
    "0603b0ea01"
    "070119"
    "080100";

json message(const char* name, const std::string& bytes) {
  return {{"message", name}, {"bytes", bytes}};
}

void add_handshake_positives(Author& author) {
  author.known("handshake.decode/hello",
               {"Two versions, two suites, five bytes of padding.", {"STT-HANDSHAKE-001"}},
               message("hello",
                       "01"
                       "020102"
                       "020103" +
                           nonce + node_id + ephemeral + "050000000000"),
               {{"versions", "0102"},
                {"suites", "0103"},
                {"nonce", nonce},
                {"node_id", node_id},
                {"ephemeral", ephemeral},
                {"padding", 5}});
  author.accept("handshake.decode/hello-smallest",
                {"One version, one suite, no padding.", {"STT-HANDSHAKE-001"}},
                message("hello",
                        "01"
                        "0101"
                        "0101" +
                            nonce + node_id + ephemeral + "00"));
  author.accept("handshake.decode/hello-unknown-versions",
                {"Versions that nobody knows yet decode; choosing comes later.",
                 {"STT-HANDSHAKE-001", "STT-HANDSHAKE-008"}},
                message("hello",
                        "01"
                        "03ff0201"
                        "0101" +
                            nonce + node_id + ephemeral + "00"));
  author.accept("handshake.decode/response", {"Every field in its place.", {"STT-HANDSHAKE-002"}},
                message("response", "020101" + nonce + node_id + ephemeral + times(32, "d4")));
  author.accept("handshake.decode/auth-proof",
                {"With the default parameters.", {"STT-HANDSHAKE-003", "STT-PARAM-008"}},
                message("auth_proof",
                        "03"
                        "0102030405060708" +
                            times(64, "e5") + "25" + defaults));
  author.accept(
      "handshake.decode/final",
      {"The same layout as AUTH_PROOF, another type.", {"STT-HANDSHAKE-003", "STT-PARAM-008"}},
      message("final",
              "04"
              "0102030405060708" +
                  times(64, "e5") + "25" + defaults));
}

// NOLINTNEXTLINE(readability-function-size): a table of cases
void add_handshake_negatives(Author& author) {
  const std::vector<std::string> ends{"STT-HANDSHAKE-007"};
  refuse_all(author, "handshake.decode",
             {
                 {"hello-type",
                  "hello",
                  replace("bytes", 0, "01", "02"),
                  Errc::handshake_type,
                  {"STT-HANDSHAKE-004"},
                  "A RESPONSE where a HELLO is expected."},
                 {"response-type",
                  "response",
                  replace("bytes", 0, "02", "01"),
                  Errc::handshake_type,
                  {"STT-HANDSHAKE-004"},
                  "A HELLO sent back."},
                 {"auth-proof-type",
                  "auth-proof",
                  replace("bytes", 0, "03", "04"),
                  Errc::handshake_type,
                  {"STT-HANDSHAKE-004"},
                  "FINAL in the place of AUTH_PROOF: the two differ in nothing else."},
                 {"final-type",
                  "final",
                  replace("bytes", 0, "04", "03"),
                  Errc::handshake_type,
                  {"STT-HANDSHAKE-004"},
                  "AUTH_PROOF in the place of FINAL."},
                 {"hello-no-versions",
                  "hello",
                  replace("bytes", 1, "020102", "00"),
                  Errc::handshake_list_empty,
                  {"STT-HANDSHAKE-005"},
                  "No version is offered."},
                 {"hello-no-suites",
                  "hello",
                  replace("bytes", 4, "020103", "00"),
                  Errc::handshake_list_empty,
                  {"STT-HANDSHAKE-005"},
                  "No suite is offered."},
                 {"hello-padding-first",
                  "hello",
                  replace("bytes", 104, "00", "01"),
                  Errc::handshake_padding,
                  {"STT-HANDSHAKE-006"},
                  "Padding is no hidden channel: its first byte."},
                 {"hello-padding-last",
                  "hello",
                  replace("bytes", 108, "00", "80"),
                  Errc::handshake_padding,
                  {"STT-HANDSHAKE-006"},
                  "Nor is its last byte."},
                 {"hello-padding-too-long", "hello", replace("bytes", 103, "05", "06"),
                  Errc::truncated, ends, "The padding claims a byte that is not there."},
                 {"hello-list-beyond-end", "hello",
                  replace("bytes", 1, "02", "ffffffffffffffffff01"), Errc::truncated, ends,
                  "A list of 2^64-1 versions: no sum runs over, nothing is allocated."},
                 {"hello-length-overlong",
                  "hello",
                  replace("bytes", 1, "02", "8200"),
                  Errc::varint_overlong,
                  {"STT-VARINT-004"},
                  "Lengths are varints."},
                 {"hello-no-padding-field", "hello-smallest", cut("bytes", 1),
                  Errc::varint_truncated, ends, "The padding's length is missing."},
                 {"hello-trailing", "hello", extend("bytes", "00"), Errc::trailing_bytes, ends,
                  "A zero behind the padding is a byte too many."},
                 {"response-truncated", "response", cut("bytes", 1), Errc::truncated, ends,
                  "The last byte of the challenge is missing."},
                 {"response-empty", "response", cut("bytes", 131), Errc::truncated, ends,
                  "Nothing at all: not even a type."},
                 {"response-trailing", "response", extend("bytes", "00"), Errc::trailing_bytes,
                  ends, "A byte behind the challenge."},
                 {"auth-proof-truncated", "auth-proof", cut("bytes", 1), Errc::truncated, ends,
                  "The parameters end early."},
                 {"auth-proof-trailing", "auth-proof", extend("bytes", "00"), Errc::trailing_bytes,
                  ends, "A byte behind the parameters."},
                 {"final-no-parameters", "final", cut("bytes", 38), Errc::varint_truncated, ends,
                  "The length of the parameters is missing."},
             });
}

// --- parameters
// -----------------------------------------------------------------------------------

json parameter_values() {
  return {{"initial_session_credit", "33554432"},
          {"initial_stream_credit", "65536"},
          {"max_streams", "64"},
          {"max_frame_bytes", "2097152"},
          {"max_message_bytes", "16777216"},
          {"idle_timeout_ms", "30000"},
          {"max_ack_delay_ms", "25"},
          {"keep_alive_ms", "0"}};
}

void add_parameter_positives(Author& author) {
  author.known(
      "parameters.decode/defaults",
      {"The defaults, as the specification spells them.", {"STT-PARAM-001", "STT-PARAM-006"}},
      {{"bytes", defaults}}, parameter_values());
  author.known("parameters.encode/defaults", {"The defaults.", {"STT-PARAM-001"}},
               parameter_values(), {{"bytes", defaults}});
  author.accept("parameters.decode/least",
                {"Every value at the lower end of its range.", {"STT-PARAM-001", "STT-PARAM-005"}},
                {{"bytes",
                  "010100"
                  "020100"
                  "030101"
                  "0402b009"
                  "050101"
                  "060100"
                  "070100"
                  "080100"}});
  const std::string most = "0affffffffffffffffff01";
  author.accept("parameters.decode/most",
                {"Every value at the upper end of its range.", {"STT-PARAM-001", "STT-PARAM-005"}},
                {{"bytes", "01" + most + "02" + most +
                               "0303ffff03"
                               "040480808001"
                               "0509808080808080808040"
                               "0605ffffffff0f"
                               "0702ff7f"
                               "0805ffffffff0f"}});
  author.accept("parameters.decode/unknown-last",
                {"An id of a later version: skipped with its value.", {"STT-PARAM-004"}},
                {{"bytes", defaults + "0903aabbcc"}});
  author.accept("parameters.decode/unknown-large",
                {"Ids are varints, too; an unknown value may be empty.", {"STT-PARAM-004"}},
                {{"bytes", defaults + "ac0200"}});
}

// NOLINTNEXTLINE(readability-function-size): a table of cases
void add_parameter_negatives(Author& author) {
  const std::vector<std::string> range{"STT-PARAM-005"};
  const std::vector<std::string> value{"STT-PARAM-007"};
  refuse_all(author, "parameters.decode",
             {
                 {"duplicate",
                  "defaults",
                  extend("bytes", "080100"),
                  Errc::parameter_duplicate,
                  {"STT-PARAM-003"},
                  "The last one again: which of two values would hold?"},
                 {"duplicate-unknown",
                  "unknown-large",
                  extend("bytes", "ac0200"),
                  Errc::parameter_duplicate,
                  {"STT-PARAM-003"},
                  "Unknown ids come once, too."},
                 {"order",
                  "defaults",
                  extend("bytes", "010100"),
                  Errc::parameter_order,
                  {"STT-PARAM-002"},
                  "An id below the one before it."},
                 {"order-first-two",
                  "defaults",
                  replace("bytes", 0, "0104808080100203808004", "0203808004010480808010"),
                  Errc::parameter_order,
                  {"STT-PARAM-002"},
                  "The first two change places."},
                 {"missing-last",
                  "defaults",
                  cut("bytes", 3),
                  Errc::parameter_missing,
                  {"STT-PARAM-006"},
                  "keep_alive_ms is not there."},
                 {"missing-first",
                  "defaults",
                  replace("bytes", 0, "010480808010", ""),
                  Errc::parameter_missing,
                  {"STT-PARAM-006"},
                  "initial_session_credit is not there."},
                 {"empty",
                  "defaults",
                  cut("bytes", 37),
                  Errc::parameter_missing,
                  {"STT-PARAM-006"},
                  "No parameter at all."},
                 {"max-streams-0", "least", replace("bytes", 8, "01", "00"), Errc::parameter_range,
                  range, "A session without streams."},
                 {"max-streams-65536", "most", replace("bytes", 26, "ffff03", "808004"),
                  Errc::parameter_range, range, "More streams than there are ids."},
                 {"max-frame-1199", "least", replace("bytes", 11, "b009", "af09"),
                  Errc::parameter_range, range, "Less than every handshake frame needs."},
                 {"max-frame-above", "defaults", replace("bytes", 16, "80808001", "81808001"),
                  Errc::parameter_range, range, "More than a frame may have."},
                 {"max-message-0", "least", replace("bytes", 15, "01", "00"), Errc::parameter_range,
                  range, "No message would fit."},
                 {"max-message-above", "most",
                  replace("bytes", 37, "808080808080808040", "818080808080808040"),
                  Errc::parameter_range, range, "2^62 and one."},
                 {"idle-timeout-above", "most", replace("bytes", 48, "ffffffff0f", "8080808010"),
                  Errc::parameter_range, range, "2^32 milliseconds."},
                 {"ack-delay-above", "most", replace("bytes", 53, "0702ff7f", "0703808001"),
                  Errc::parameter_range, range, "2^14 milliseconds."},
                 {"keep-alive-above", "most", replace("bytes", 59, "ffffffff0f", "8080808010"),
                  Errc::parameter_range, range, "2^32 milliseconds."},
                 {"value-overlong", "least", replace("bytes", 1, "0100", "028000"),
                  Errc::varint_overlong, value, "A value in more bytes than it needs."},
                 {"value-trailing", "least", replace("bytes", 1, "0100", "020000"),
                  Errc::trailing_bytes, value, "A byte behind the value, inside its length."},
                 {"value-empty", "least", replace("bytes", 1, "0100", "00"), Errc::varint_truncated,
                  value, "A known parameter without a value."},
                 {"value-truncated", "least", replace("bytes", 1, "0100", "0180"),
                  Errc::varint_truncated, value, "A value that would go on in the next parameter."},
                 {"length-beyond-end", "least", replace("bytes", 24, "00", ""), Errc::truncated,
                  value, "The last value is shorter than its length."},
                 {"id-overlong",
                  "least",
                  replace("bytes", 0, "01", "8100"),
                  Errc::varint_overlong,
                  {"STT-VARINT-004"},
                  "An id in more bytes than it needs."},
             });
  author.reject("parameters.encode/max-streams-0", "parameters.encode/defaults",
                set("max_streams", "0"), {"parameters", Errc::parameter_range},
                {"Nobody declares what the other side would refuse.", {"STT-PARAM-010"}});
  author.reject("parameters.encode/ack-delay-above", "parameters.encode/defaults",
                set("max_ack_delay_ms", "16384"), {"parameters", Errc::parameter_range},
                {"Nobody declares what the other side would refuse.", {"STT-PARAM-010"}});
}

// --- control messages
// -----------------------------------------------------------------------------

// NOLINTNEXTLINE(readability-function-size): a table of cases
std::vector<KnownMessage> control_messages() {
  const std::string most = "ffffffffffffffffff01";
  const char* const u64_max = "18446744073709551615";
  return {
      {"ack",
       "STT-CONTROL-003",
       "The example of the specification: three ranges.",
       "01ac020a020102000102",
       {{"message", "ack"},
        {"delay_us", "300"},
        {"ranges", json::array({{"9", "10"}, {"5", "5"}, {"0", "2"}})}}},
      {"ack-one",
       "STT-CONTROL-003",
       "The first frame ever.",
       "0100000000",
       {{"message", "ack"}, {"delay_us", "0"}, {"ranges", json::array({{"0", "0"}})}}},
      {"ack-whole-line",
       "STT-CONTROL-003",
       "One range over all sequences there are.",
       "0100" + most + "00" + most,
       {{"message", "ack"}, {"delay_us", "0"}, {"ranges", json::array({{"0", u64_max}})}}},
      {"ping", "STT-CONTROL-001", "Without padding.", "02", {{"message", "ping"}, {"padding", 0}}},
      {"ping-padded",
       "STT-CONTROL-011",
       "A probe of the path: zeros to the end.",
       "020000000000",
       {{"message", "ping"}, {"padding", 5}}},
      {"pong",
       "STT-CONTROL-012",
       "The sequence of the PING answered.",
       "03ac02",
       {{"message", "pong"}, {"sequence", "300"}}},
      {"session-credit",
       "STT-CONTROL-016",
       "An absolute position.",
       "0480808010",
       {{"message", "session_credit"}, {"position", "33554432"}}},
      {"path-challenge",
       "STT-PATH-002",
       "Eight bytes.",
       "05f0f1f2f3f4f5f6f7",
       {{"message", "path_challenge"}, {"data", "f0f1f2f3f4f5f6f7"}}},
      {"path-response",
       "STT-CONTROL-014",
       "The same eight bytes.",
       "06f0f1f2f3f4f5f6f7",
       {{"message", "path_response"}, {"data", "f0f1f2f3f4f5f6f7"}}},
      {"close",
       "STT-CONTROL-019",
       "A code and a reason.",
       "079408"
       "03627965",
       {{"message", "close"}, {"code", "1044"}, {"reason", "627965"}}},
      {"close-256",
       "STT-CONTROL-021",
       "The longest reason.",
       "079408"
       "8002" +
           times(256, "61"),
       {{"message", "close"}, {"code", "1044"}, {"reason", times(256, "61")}}},
      {"close-not-utf-8",
       "STT-CONTROL-023",
       "A reason is not trusted to be text.",
       "07940802c080",
       {{"message", "close"}, {"code", "1044"}, {"reason", "c080"}}},
      {"error",
       "STT-CONTROL-001",
       "A code that nobody knows, without a reason.",
       "08" + most + "00",
       {{"message", "error"}, {"code", u64_max}, {"reason", ""}}},
  };
}

// A list of `more` further ranges, each of one sequence.
std::string ack_of_ranges(std::size_t ranges, const char* more) {
  return "0100c801" + std::string(more) + "00" + times(ranges - 1, "0000");
}

// NOLINTNEXTLINE(readability-function-size): a table of cases
void add_control_cases(Author& author) {
  add_both_ways(author, "control", control_messages());
  author.accept("control.decode/ack-64-ranges",
                {"As many ranges as an ACK may have.", {"STT-CONTROL-004"}},
                {{"bytes", ack_of_ranges(64, "3f")}});
  const std::vector<std::string> layout{"STT-CONTROL-001"};
  const std::vector<std::string> below{"STT-CONTROL-005"};
  refuse_all(author, "control.decode",
             {
                 {"empty", "ping", cut("bytes", 1), Errc::truncated, layout, "Not even a type."},
                 {"type-0",
                  "ping",
                  replace("bytes", 0, "02", "00"),
                  Errc::control_type,
                  {"STT-CONTROL-002"},
                  "There is no message 0."},
                 {"type-9",
                  "ping",
                  replace("bytes", 0, "02", "09"),
                  Errc::control_type,
                  {"STT-CONTROL-002"},
                  "The first type behind those in use."},
                 {"ping-padding-first",
                  "ping-padded",
                  replace("bytes", 1, "00", "01"),
                  Errc::control_padding,
                  {"STT-CONTROL-011"},
                  "Padding is no hidden channel."},
                 {"ping-padding-last",
                  "ping-padded",
                  replace("bytes", 5, "00", "01"),
                  Errc::control_padding,
                  {"STT-CONTROL-011"},
                  "Up to its last byte."},
                 {"pong-trailing", "pong", extend("bytes", "00"), Errc::trailing_bytes, layout,
                  "One message a frame."},
                 {"pong-truncated", "pong", cut("bytes", 1), Errc::varint_truncated, layout,
                  "Half a sequence."},
                 {"pong-overlong",
                  "pong",
                  replace("bytes", 2, "02", "8200"),
                  Errc::varint_overlong,
                  {"STT-VARINT-004"},
                  "One value has one form here, too."},
                 {"session-credit-overflow",
                  "session-credit",
                  replace("bytes", 1, "80808010", "ffffffffffffffffff02"),
                  Errc::varint_overflow,
                  {"STT-VARINT-005"},
                  "A credit of 65 bits."},
                 {"path-challenge-short", "path-challenge", cut("bytes", 1), Errc::truncated,
                  layout, "Seven bytes are no challenge."},
                 {"path-challenge-long", "path-challenge", extend("bytes", "f8"),
                  Errc::trailing_bytes, layout, "Nine bytes are none, either."},
                 {"close-reason-257",
                  "close-256",
                  described("bytes: the reason gets one byte more, and its length follows", "bytes",
                            "079408"
                            "8102" +
                                times(257, "61")),
                  Errc::reason_too_long,
                  {"STT-CONTROL-021"},
                  "A byte above the limit."},
                 {"close-reason-beyond-end", "close", replace("bytes", 3, "03", "04"),
                  Errc::truncated, layout, "The reason claims a byte that is not there."},
                 {"close-reason-length-largest", "close",
                  replace("bytes", 3, "03", "ffffffffffffffffff01"), Errc::truncated, layout,
                  "A length of 2^64-1: no sum runs over."},
                 {"close-trailing", "close", extend("bytes", "00"), Errc::trailing_bytes, layout,
                  "A byte behind the reason."},
                 {"error-without-reason", "error", cut("bytes", 1), Errc::varint_truncated, layout,
                  "The reason's length is missing."},
                 {"ack-65-ranges",
                  "ack-64-ranges",
                  described("bytes: one range more", "bytes", ack_of_ranges(65, "40")),
                  Errc::ack_ranges,
                  {"STT-CONTROL-004"},
                  "A range above the limit."},
                 {"ack-more-largest",
                  "ack-one",
                  replace("bytes", 3, "00", "ffffffffffffffffff01"),
                  Errc::ack_ranges,
                  {"STT-CONTROL-004"},
                  "2^64-1 further ranges: refused at once."},
                 {"ack-first-below-0", "ack-one", replace("bytes", 4, "00", "01"), Errc::ack_ranges,
                  below, "The first range would begin at -1."},
                 {"ack-later-below-0", "ack", replace("bytes", 9, "02", "03"), Errc::ack_ranges,
                  below, "The last range would begin at -1."},
                 {"ack-gap-below-0", "ack", replace("bytes", 8, "01", "04"), Errc::ack_ranges,
                  below, "The last gap leaves no sequence for a range."},
                 {"ack-gap-largest", "ack", replace("bytes", 8, "01", "ffffffffffffffffff01"),
                  Errc::ack_ranges, below, "gap + 2 must not run over."},
                 {"ack-gap-below-1", "ack", replace("bytes", 7, "00", "04"), Errc::ack_ranges,
                  below, "Below a range that begins at 1 there is no place for another one."},
                 {"ack-gap-below-first", "ack", replace("bytes", 7, "00", "05"), Errc::ack_ranges,
                  below, "Nor below one that begins at 0."},
                 {"ack-truncated", "ack", cut("bytes", 1), Errc::varint_truncated, layout,
                  "The last range has no length."},
                 {"ack-trailing", "ack", extend("bytes", "00"), Errc::trailing_bytes, layout,
                  "A byte behind the last range."},
             });
}

}  // namespace

void add_message_cases(Author& author) {
  add_handshake_positives(author);
  add_handshake_negatives(author);
  add_parameter_positives(author);
  add_parameter_negatives(author);
  add_control_cases(author);
}

}  // namespace stt::conform

// What travels on streams.
#include <conformance/suite/authoring/message_table.hpp>

namespace stt::conform {
namespace {

// NOLINTNEXTLINE(readability-function-size): a table of cases
void add_data_cases(Author& author) {
  const std::vector<KnownMessage> messages{
      {"whole-message",
       "STT-STREAM-005",
       "The example of the specification: \"abc\" at 0.",
       "0100616263",
       {{"end_of_message", true}, {"offset", "0"}, {"bytes", "616263"}}},
      {"empty-message",
       "STT-STREAM-009",
       "An END_OF_MESSAGE takes a position of its own.",
       "0104",
       {{"end_of_message", true}, {"offset", "4"}, {"bytes", ""}}},
      {"middle-piece",
       "STT-STREAM-005",
       "A piece without an end.",
       "00ac0278",
       {{"end_of_message", false}, {"offset", "300"}, {"bytes", "78"}}},
      {"last-position",
       "STT-STREAM-008",
       "Ends at 2^64-1 exactly.",
       "00feffffffffffffffff0178",
       {{"end_of_message", false}, {"offset", "18446744073709551614"}, {"bytes", "78"}}},
  };
  add_both_ways(author, "data", messages);
  refuse_all(author, "data.decode",
             {
                 {"flag-bit-1",
                  "whole-message",
                  replace("bytes", 0, "01", "03"),
                  Errc::data_flags,
                  {"STT-STREAM-006"},
                  "A flag that has no meaning yet."},
                 {"flag-bit-7",
                  "middle-piece",
                  replace("bytes", 0, "00", "80"),
                  Errc::data_flags,
                  {"STT-STREAM-006"},
                  "The highest bit is judged, too."},
                 {"empty-piece",
                  "middle-piece",
                  cut("bytes", 1),
                  Errc::data_empty,
                  {"STT-STREAM-007"},
                  "Neither bytes nor an end: it says nothing."},
                 {"end-beyond-last-position",
                  "last-position",
                  replace("bytes", 0, "00", "01"),
                  Errc::position_overflow,
                  {"STT-STREAM-008"},
                  "The END_OF_MESSAGE has no position left."},
                 {"bytes-beyond-last-position",
                  "last-position",
                  extend("bytes", "79"),
                  Errc::position_overflow,
                  {"STT-STREAM-008"},
                  "The second byte has no position left."},
                 {"no-offset",
                  "empty-message",
                  cut("bytes", 1),
                  Errc::varint_truncated,
                  {"STT-STREAM-005"},
                  "Flags alone."},
                 {"no-flags",
                  "empty-message",
                  cut("bytes", 2),
                  Errc::truncated,
                  {"STT-STREAM-005"},
                  "Nothing at all."},
                 {"offset-overlong",
                  "empty-message",
                  replace("bytes", 1, "04", "8400"),
                  Errc::varint_overlong,
                  {"STT-VARINT-004"},
                  "An offset in more bytes than it needs."},
             });
}

void add_stream_control_cases(Author& author) {
  const std::vector<KnownMessage> messages{
      {"open", "STT-STREAM-050", "No fields.", "01", {{"message", "open"}}},
      {"close",
       "STT-STREAM-050",
       "The final position.",
       "0207",
       {{"message", "close"}, {"final_position", "7"}}},
      {"reset",
       "STT-STREAM-050",
       "A code and the final position.",
       "03930aac02",
       {{"message", "reset"}, {"code", "1299"}, {"final_position", "300"}}},
      {"credit",
       "STT-STREAM-050",
       "An absolute position.",
       "04808004",
       {{"message", "credit"}, {"position", "65536"}}},
      {"stop", "STT-STREAM-050", "A code.", "058d0a", {{"message", "stop"}, {"code", "1293"}}},
  };
  add_both_ways(author, "stream_control", messages);
  const std::vector<std::string> layout{"STT-STREAM-050"};
  refuse_all(author, "stream_control.decode",
             {
                 {"type-0",
                  "open",
                  replace("bytes", 0, "01", "00"),
                  Errc::stream_control_type,
                  {"STT-STREAM-051"},
                  "There is no message 0."},
                 {"type-6",
                  "stop",
                  replace("bytes", 0, "05", "06"),
                  Errc::stream_control_type,
                  {"STT-STREAM-051"},
                  "The first type behind those in use."},
                 {"empty", "open", cut("bytes", 1), Errc::truncated, layout, "Not even a type."},
                 {"open-trailing", "open", extend("bytes", "00"), Errc::trailing_bytes, layout,
                  "OPEN has no fields."},
                 {"close-trailing", "close", extend("bytes", "00"), Errc::trailing_bytes, layout,
                  "One message a frame."},
                 {"reset-without-position", "reset", cut("bytes", 2), Errc::varint_truncated,
                  layout, "The final position is missing."},
                 {"reset-code-overflow",
                  "reset",
                  replace("bytes", 1, "930a", "ffffffffffffffffff02"),
                  Errc::varint_overflow,
                  {"STT-VARINT-005"},
                  "A code of 65 bits."},
                 {"credit-overlong",
                  "credit",
                  replace("bytes", 1, "808004", "80808400"),
                  Errc::varint_overlong,
                  {"STT-VARINT-004"},
                  "A position in more bytes than it needs."},
                 {"stop-truncated", "stop", cut("bytes", 1), Errc::varint_truncated, layout,
                  "Half a code."},
             });
}

}  // namespace

void add_stream_cases(Author& author) {
  add_data_cases(author);
  add_stream_control_cases(author);
}

}  // namespace stt::conform

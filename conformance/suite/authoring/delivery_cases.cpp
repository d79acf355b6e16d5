// Streams put together from their frames, and acknowledgements on either side.
#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/frame_rows.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

json receiving(std::vector<json> frames) {
  return {{"role", "responder"}, {"frames", std::move(frames)}};
}

// The receiver's parameters, where they are not the defaults.
json with(json in, const char* parameter, const char* value) {
  in[parameter] = value;
  return in;
}

std::string id(const char* name) {
  return std::string("stream.receive/") + name;
}

void add_reassembly(Author& author) {
  const auto accept = [&](const char* name, const char* why, const char* requirement,
                          std::vector<json> frames) {
    author.accept(id(name), {why, {requirement}}, receiving(std::move(frames)));
  };
  accept("one-message", "\"abc\" in one frame.", "STT-STREAM-003", {data(1, 0, "616263", true)});
  accept("two-messages", "One after the other: the END_OF_MESSAGE parts them.", "STT-STREAM-009",
         {data(1, 0, "616263", true), data(1, 4, "64", true)});
  accept("in-order", "Three pieces of one message.", "STT-STREAM-003",
         {data(1, 0, "61"), data(1, 1, "62"), data(1, 2, "63", true)});
  accept("reversed", "The last piece comes first.", "STT-STREAM-003",
         {data(1, 2, "63", true), data(1, 1, "62"), data(1, 0, "61")});
  accept("repeated", "The same frame twice is the same message once.", "STT-STREAM-003",
         {data(1, 0, "616263", true), data(1, 0, "616263", true)});
  accept("overlap-behind", "The second piece begins within the first.", "STT-STREAM-011",
         {data(1, 0, "616263"), data(1, 1, "62636465", true)});
  accept("overlap-before", "The second piece ends within the first.", "STT-STREAM-011",
         {data(1, 2, "636465", true), data(1, 0, "616263")});
  accept("overlap-within", "The second piece holds the first.", "STT-STREAM-011",
         {data(1, 1, "6263"), data(1, 0, "61626364", true)});
  accept("overlap-over-gaps", "One piece fills two gaps and covers what lies between.",
         "STT-STREAM-011",
         {data(1, 0, "61"), data(1, 2, "63"), data(1, 4, "65", true), data(1, 0, "6162636465")});
  accept("overlap-other-bytes", "Where two pieces differ, what came first stays.", "STT-STREAM-011",
         {data(1, 0, "616263"), data(1, 1, "787864", true)});
  accept("overlap-other-bytes-beyond-a-gap", "So it does before anything can be read.",
         "STT-STREAM-011", {data(1, 1, "6263"), data(1, 0, "61787864", true)});
  accept("cut-anew", "What is sent again is cut elsewhere.", "STT-STREAM-010",
         {data(1, 0, "6162"), data(1, 3, "64", true), data(1, 1, "6263")});
  accept("end-alone", "An END_OF_MESSAGE comes in a frame of its own.", "STT-STREAM-009",
         {data(1, 0, "616263"), data(1, 3, "", true)});
  accept("end-alone-first", "It comes before the bytes it ends.", "STT-STREAM-009",
         {data(1, 3, "", true), data(1, 0, "616263")});
  accept("empty-messages", "Two messages without bytes are two messages.", "STT-STREAM-009",
         {data(1, 0, "", true), data(1, 1, "", true)});
  accept("empty-between", "An empty message between two others.", "STT-STREAM-009",
         {data(1, 0, "61", true), data(1, 2, "", true), data(1, 3, "62", true)});
  accept("in-parts", "What has come of a message can be read before its end.", "STT-STREAM-015",
         {data(1, 0, "616263")});
  accept("gap-at-0", "Nothing can be read before position 0 is there.", "STT-STREAM-003",
         {data(1, 1, "6263", true)});
  accept("gap-within", "What lies before the gap can be read in part.", "STT-STREAM-015",
         {data(1, 0, "6162"), data(1, 3, "64", true)});
  accept("far-ahead", "A piece far ahead takes no memory for what lies between.", "STT-STREAM-015",
         {data(1, 60'000, "61")});
}

void add_several(Author& author) {
  const auto accept = [&](const char* name, const char* why, const char* requirement,
                          std::vector<json> frames) {
    author.accept(id(name), {why, {requirement}}, receiving(std::move(frames)));
  };
  accept("two-streams", "Their frames alternate; each is a line of its own.", "STT-STREAM-001",
         {data(1, 0, "61"), data(3, 0, "78"), data(1, 1, "62", true), data(3, 1, "79", true)});
  accept("no-waiting-for-another", "Stream 3 is complete, whatever is missing on 1.",
         "STT-STREAM-004", {data(1, 1, "62", true), data(3, 0, "78", true)});
  accept("ids-in-any-order", "Opening stream 9 opens no other.", "STT-STREAM-022",
         {data(9, 0, "61", true), data(1, 0, "62", true)});
  accept("custom-type", "A frame type of the application is told with the message.",
         "STT-DISPATCH-002", {data(1, 0, "61", true, 0x80)});
  accept("types-alternate", "Each message has a type of its own.", "STT-STREAM-012",
         {data(1, 0, "61", true), data(1, 2, "62", true, 0xff), data(1, 4, "63", true)});
  accept("opened-by-open", "OPEN opens a stream without data.", "STT-STREAM-019",
         {control(1, "01")});
  accept("open-again", "OPEN on a stream that is open changes nothing.", "STT-STREAM-052",
         {data(1, 0, "61", true), control(1, "01")});
  accept("opened-by-credit", "Any stream frame opens, also a CREDIT.", "STT-STREAM-019",
         {control(5, "0464")});
  json initiator = receiving({data(2, 0, "61", true)});
  initiator["role"] = "initiator";
  author.accept(id("even-id"), {"The responder opens even ids.", {"STT-STREAM-016"}}, initiator);
  accept("largest-id", "65,535 is a stream like any other.", "STT-STREAM-002",
         {data(65'535, 0, "61", true)});
}

void add_ends(Author& author) {
  const auto accept = [&](const char* name, const char* why, const char* requirement,
                          std::vector<json> frames) {
    author.accept(id(name), {why, {requirement}}, receiving(std::move(frames)));
  };
  accept("close", "All has come, and the end is known.", "STT-STREAM-040",
         {data(1, 0, "61", true), control(1, "0202")});
  accept("close-first", "The end is known before what lies before it.", "STT-STREAM-040",
         {control(1, "0202"), data(1, 0, "61", true)});
  accept("close-with-a-gap", "Not over before all has come.", "STT-STREAM-040",
         {data(1, 0, "61"), control(1, "0203")});
  accept("close-empty", "A direction without a position.", "STT-STREAM-040", {control(1, "0200")});
  accept("close-again", "A copy of a CLOSE changes nothing.", "STT-STREAM-052",
         {data(1, 0, "61", true), control(1, "0202"), control(1, "0202")});
  accept("close-within-message", "The direction ends in the middle of its second message.",
         "STT-STREAM-045", {data(1, 0, "61", true), data(1, 2, "62"), control(1, "0203")});
  accept("data-after-close", "Data that comes again after the end.", "STT-STREAM-052",
         {data(1, 0, "61", true), control(1, "0202"), data(1, 0, "61", true)});
  accept("reset", "What is missing will not come.", "STT-STREAM-059",
         {data(1, 0, "61"), control(1, "0380880405")});
  accept("reset-again", "A copy of a RESET changes nothing.", "STT-STREAM-052",
         {data(1, 0, "61"), control(1, "0380880405"), control(1, "0380880405")});
  accept("reset-at-once", "RESET is the first that is heard of a stream.", "STT-STREAM-019",
         {control(1, "03808804ac02")});
  accept("data-after-reset", "Data on the way when the RESET was sent.", "STT-STREAM-059",
         {control(1, "0380880405"), data(1, 0, "6162")});
  accept("stop", "A STOP is answered by RESET with its code.", "STT-STREAM-056",
         {data(1, 0, "61", true), control(1, "05808804")});
  accept("stop-again", "Once.", "STT-STREAM-052",
         {data(1, 0, "61", true), control(1, "05808804"), control(1, "05808804")});
  accept("reset-refused", "RESET with stream.refused resets both directions.", "STT-STREAM-026",
         {data(1, 0, "61"), control(1, "03830a01")});
  author.accept(id("beyond-max-streams"),
                {"A stream too many is refused by RESET; the others go on.", {"STT-STREAM-025"}},
                with(receiving({data(1, 0, "61", true), data(3, 0, "62"), data(5, 0, "63", true),
                                data(3, 1, "64", true)}),
                     "max_streams", "2"));
}

void add_limits(Author& author) {
  author.accept(
      id("stream-credit-used-up"),
      {"Positions below the credit, up to the last one.", {"STT-FLOW-001"}},
      with(receiving({data(1, 0, "6162636465666768", true)}), "initial_stream_credit", "9"));
  json session = with(receiving({data(1, 4, "61", true), data(3, 0, "616263", true)}),
                      "initial_session_credit", "10");
  author.accept(id("session-credit-used-up"),
                {"Of each stream the highest position counts, gaps and all.", {"STT-FLOW-003"}},
                session);
  author.accept(id("session-credit-counts-once"),
                {"A position that comes twice counts once.", {"STT-FLOW-003"}},
                with(receiving({data(1, 0, "6162636465"), data(1, 0, "6162636465"),
                                data(1, 3, "6465", true)}),
                     "initial_session_credit", "6"));
  json whole = with(receiving({data(1, 0, "61626364", true)}), "max_message_bytes", "4");
  whole["whole"] = true;
  author.accept(id("message-of-the-maximum"),
                {"A whole message of the largest size.", {"STT-STREAM-013"}}, whole);
  whole["frames"] = json::array({data(1, 0, "6162636465", true)});
  author.accept(id("message-above-the-maximum"),
                {"One byte more: STOP with stream.message_too_large.", {"STT-STREAM-014"}}, whole);
  whole["whole"] = false;
  author.accept(id("message-in-parts-above-the-maximum"),
                {"Read in parts, a message has any size.", {"STT-STREAM-015"}}, whole);
  std::vector<json> gaps;
  for (unsigned i = 0; i < 256; ++i) gaps.push_back(data(1, 2 * i + 1, "61"));
  author.accept(id("gaps-256"), {"As many gaps as are kept.", {"STT-STREAM-027"}}, receiving(gaps));
}

struct Bad {
  const char* name;
  const char* base;
  const char* words;
  json frame;
  Refusal refusal;
  const char* requirement;
  const char* why;
};

void refuse_all(Author& author, const std::vector<Bad>& list) {
  for (const Bad& bad : list) {
    json frames = author.in(id(bad.base)).at("frames");
    frames.push_back(bad.frame);
    author.reject(id(bad.name), id(bad.base).c_str(),
                  described(std::string("frames: one more, ") + bad.words, "frames", frames),
                  bad.refusal, {bad.why, {bad.requirement}});
  }
}

// To be told of more credit takes a receiver that sends: so each of these is the first of its
// stream.
void add_stream_credit_refusals(Author& author) {
  const auto refuse = [&](const char* name, const char* words, const json& only, const char* why) {
    author.reject(id(name), id("stream-credit-used-up").c_str(),
                  described(std::string("frames: only ") + words, "frames", json::array({only})),
                  {"stream", Errc::stream_credit_exceeded}, {why, {"STT-FLOW-002"}});
  };
  refuse("stream-credit-byte", "a byte at position 9", data(1, 9, "61"),
         "One position beyond the credit.");
  refuse("stream-credit-end", "an END_OF_MESSAGE alone at position 9", data(1, 9, "", true),
         "An END_OF_MESSAGE takes a position.");
  refuse("stream-credit-close", "a CLOSE at 10", control(1, "020a"),
         "A final position nobody could have reached.");
  refuse("stream-credit-reset", "a RESET at 10", control(1, "03000a"), "Nor by a RESET.");
}

// NOLINTNEXTLINE(readability-function-size): a table of cases
void add_refusals(Author& author) {
  const auto stream = [](Errc reason) { return Refusal{"stream", reason}; };
  const auto message = [](Errc reason) { return Refusal{"message", reason}; };
  const Refusal not_opened = stream(Errc::stream_not_opened);
  const Refusal credit = stream(Errc::stream_credit_exceeded);
  const Refusal session = stream(Errc::session_credit_exceeded);
  const Refusal end = stream(Errc::final_position);
  const Refusal type = stream(Errc::message_type_changed);
  refuse_all(
      author,
      {
          {"own-parity-data", "one-message", "DATA on stream 2", data(2, 0, "61"), not_opened,
           "STT-STREAM-020", "Only we open even ids."},
          {"own-parity-custom", "one-message", "a custom frame on stream 2",
           data(2, 0, "61", true, 0x80), not_opened, "STT-STREAM-020", "Whatever its type."},
          {"own-parity-open", "one-message", "OPEN on stream 2", control(2, "01"), not_opened,
           "STT-STREAM-020", "OPEN, too."},
          {"own-parity-reset", "one-message", "RESET on stream 4", control(4, "030000"), not_opened,
           "STT-STREAM-020", "A RESET of what never was."},
          {"own-parity-initiator", "even-id", "DATA on stream 1", data(1, 0, "61"), not_opened,
           "STT-STREAM-020", "To the initiator odd ids are its own."},
          {"stream-credit-other", "stream-credit-used-up", "ten positions on stream 3",
           data(3, 0, "616263646566676869", true), credit, "STT-FLOW-004",
           "The initial credit is that of every stream."},
          {"stream-credit-largest",
           "one-message",
           "a byte at position 2^64-2",
           {{"type", 2}, {"stream", 1}, {"payload", "00feffffffffffffffff0161"}},
           credit,
           "STT-FLOW-002",
           "Nothing is computed beyond 64 bits."},
          {"session-credit-data", "session-credit-used-up", "a byte at position 4 of stream 3",
           data(3, 4, "61"), session, "STT-FLOW-003", "The sum over all streams is used up."},
          {"session-credit-new-stream", "session-credit-used-up", "a byte on stream 5",
           data(5, 0, "61"), session, "STT-FLOW-003", "A new stream has no share of its own."},
          {"session-credit-close", "session-credit-used-up", "CLOSE of stream 5 at 1",
           control(5, "0201"), session, "STT-FLOW-003", "A final position counts."},
          {"session-credit-reset", "session-credit-used-up", "RESET of stream 5 at 1",
           control(5, "030001"), session, "STT-FLOW-012", "That of a RESET, too."},
          {"data-beyond-close", "close", "a byte at position 2", data(1, 2, "62"), end,
           "STT-STREAM-053", "A position beyond the final one."},
          {"end-beyond-close", "close-with-a-gap", "an END_OF_MESSAGE alone at position 3",
           data(1, 3, "", true), end, "STT-STREAM-053", "An END_OF_MESSAGE is a position."},
          {"data-beyond-close-empty", "close-empty", "a byte at position 0", data(1, 0, "62"), end,
           "STT-STREAM-053", "Not even the first."},
          {"close-elsewhere", "close-with-a-gap", "CLOSE at 4", control(1, "0204"), end,
           "STT-STREAM-054", "Two ends of one direction."},
          {"reset-after-close-elsewhere", "close-with-a-gap", "RESET at 4", control(1, "030004"),
           end, "STT-STREAM-054", "CLOSE and RESET name the same position."},
          {"close-after-reset-elsewhere", "reset", "CLOSE at 6", control(1, "0206"), end,
           "STT-STREAM-054", "In the other order, too."},
          {"reset-elsewhere", "reset", "RESET at 6", control(1, "0380880406"), end,
           "STT-STREAM-054", "Two RESETs."},
          {"data-beyond-reset", "reset", "a byte at position 5", data(1, 5, "62"), end,
           "STT-STREAM-053", "Nothing lies beyond a RESET."},
          {"close-below", "one-message", "CLOSE at 3", control(1, "0203"), end, "STT-STREAM-055",
           "The END_OF_MESSAGE at 3 has arrived."},
          {"reset-below", "one-message", "RESET at 3", control(1, "030003"), end, "STT-STREAM-055",
           "A RESET cannot take back what was sent."},
          {"close-below-a-piece-ahead", "gap-at-0", "CLOSE at 2", control(1, "0202"), end,
           "STT-STREAM-055", "Pieces beyond a gap have arrived, too."},
          {"type-changed", "gap-within", "a byte of type 80 at position 2",
           data(1, 2, "63", false, 0x80), type, "STT-STREAM-012", "One message, one type."},
          {"type-changed-at-the-end", "in-parts", "an END_OF_MESSAGE of type 80",
           data(1, 3, "", true, 0x80), type, "STT-STREAM-012", "The end belongs to the message."},
          {"flags", "one-message", "a flag that is not there", frame(2, 1, "020461"),
           message(Errc::data_flags), "STT-STREAM-006", "The payload is judged before the stream."},
          {"says-nothing", "one-message", "neither bytes nor an end", frame(2, 1, "0004"),
           message(Errc::data_empty), "STT-STREAM-007", "It opens nothing and carries nothing."},
          {"last-position", "one-message", "a byte and an END_OF_MESSAGE at 2^64-2",
           frame(2, 1, "01feffffffffffffffff0161"), message(Errc::position_overflow),
           "STT-STREAM-008", "Decoding comes before credit."},
          {"unknown-control", "one-message", "STREAM_CONTROL of type 6", control(1, "06"),
           message(Errc::stream_control_type), "STT-STREAM-051", "It opens no stream, either."},
          {"open-with-more", "one-message", "OPEN with a byte behind it", control(3, "0100"),
           message(Errc::trailing_bytes), "STT-STREAM-050", "One message a frame."},
          {"gaps-257", "gaps-256", "a piece that makes one gap more", data(1, 513, "61"),
           stream(Errc::too_many_gaps), "STT-STREAM-027",
           "Dropped, and not acknowledged: it will come again."},
      });
}

json opening(const char* role, unsigned count, const char* max_streams) {
  return {{"role", role}, {"count", count}, {"max_streams", max_streams}};
}

void add_openings(Author& author) {
  const auto accept = [&](const char* name, const char* why, const char* requirement,
                          const json& in) {
    author.accept(std::string("stream.open/") + name, {why, {requirement}}, in);
  };
  accept("initiator-first", "The initiator opens odd ids.", "STT-STREAM-016",
         opening("initiator", 1, "64"));
  accept("responder-first", "The responder opens even ones.", "STT-STREAM-016",
         opening("responder", 1, "64"));
  accept("up-to-the-limit", "As many as max_streams.", "STT-STREAM-024",
         opening("initiator", 4, "4"));
  accept("initiator-all", "65,535 is the last of 32,768.", "STT-STREAM-002",
         opening("initiator", 32'768, "65535"));
  accept("responder-all", "65,534 is the last of 32,767: 0 is none.", "STT-STREAM-002",
         opening("responder", 32'767, "65535"));
  const auto refuse = [&](const char* name, const char* base, const Edit& edit, Errc reason,
                          const char* why, const char* requirement) {
    author.reject(std::string("stream.open/") + name, (std::string("stream.open/") + base).c_str(),
                  edit, {"command", reason}, {why, {requirement}});
  };
  refuse("beyond-the-limit", "up-to-the-limit", set("count", 5), Errc::stream_limit,
         "One more than max_streams.", "STT-STREAM-024");
  refuse("initiator-beyond-all", "initiator-all", set("count", 32'769), Errc::stream_ids_exhausted,
         "The ids have run out, whatever max_streams says.", "STT-STREAM-018");
  refuse("responder-beyond-all", "responder-all", set("count", 32'768), Errc::stream_ids_exhausted,
         "One earlier for the responder.", "STT-STREAM-018");
}

}  // namespace

void add_delivery_cases(Author& author) {
  add_openings(author);
  add_reassembly(author);
  add_several(author);
  add_ends(author);
  add_limits(author);
  add_stream_credit_refusals(author);
  add_refusals(author);
}

}  // namespace stt::conform

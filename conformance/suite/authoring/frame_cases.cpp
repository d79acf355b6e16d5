#include <conformance/suite/authoring/author.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

constexpr std::string_view nonce = "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7";
constexpr std::string_view tag = "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf";
constexpr std::string_view session = "0102030405060708";
constexpr std::string_view no_session = "0000000000000000";
constexpr std::string_view hint = "1112131415161718";

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

// The frame of the example in docs/spec/wire.md; positions in the edits below are those of its
// table.
std::string data_frame() {
  return joined({"535401", "3a", "02", session, "01", "07", "29", "5051525354", "00", nonce, tag});
}
// An empty payload: the shortest frame there is.
std::string control_frame() {
  return joined({"535401", "36", "03", session, "00", "00", "29", "99", "00", nonce, tag});
}
std::string handshake_frame() {
  return joined({"535401", "40", "01", no_session, "00", "00", "30", "e0e1e2e3", hint, nonce, tag});
}
std::string auth_frame() {
  return joined({"535401", "38", "05", session, "00", "00", "29", "e0e1e2", "00", nonce, tag});
}
std::string datagram_frame() {
  return joined({"535401", "38", "80", session, "00", "09", "29", "d0d1d2", "00", nonce, tag});
}
// Every varint of the header at its largest, and the largest epoch.
std::string widest_frame() {
  const std::string most = "ffffffffffffffffff01";
  return joined({"535401", "4b", "ff", session, "ffff03", most, "32", "7778", most, nonce, tag});
}

void add_positives(Author& author) {
  author.known(
      "frame.decode/data",
      {"The example of the specification, field by field.",
       {"STT-FRAME-001", "STT-FRAME-004", "STT-FRAME-008", "STT-FRAME-026", "STT-FRAME-027"}},
      {{"bytes", data_frame()}},
      {{"type", 2},
       {"session_id", session},
       {"stream_id", 1},
       {"sequence", "7"},
       {"payload", "5051525354"},
       {"epoch", "0"},
       {"nonce", nonce},
       {"tag", tag},
       {"associated", data_frame().substr(0, 32) + "00"},
       {"consumed", 62}});
  author.accept("frame.decode/control", {"A CONTROL frame with one byte.", {"STT-FRAME-008"}},
                {{"bytes", control_frame()}});
  author.accept("frame.decode/stream-control",
                {"A STREAM_CONTROL frame has the form of a DATA frame.", {"STT-FRAME-008"}},
                {{"bytes",
                  "53540136"
                  "04" +
                      std::string(session) +
                      "01072950"
                      "00" +
                      std::string(nonce) + std::string(tag)}});
  author.accept("frame.decode/handshake",
                {"A HANDSHAKE frame: no session yet, and a seed hint for a key selector.",
                 {"STT-FRAME-008", "STT-FRAME-015", "STT-FRAME-016"}},
                {{"bytes", handshake_frame()}});
  author.accept("frame.decode/auth", {"An AUTH frame: epoch 0, sequence 0.", {"STT-FRAME-008"}},
                {{"bytes", auth_frame()}});
  author.accept("frame.decode/custom-datagram",
                {"A custom frame without a stream.", {"STT-FRAME-008"}},
                {{"bytes", datagram_frame()}});
  author.accept("frame.decode/widest",
                {"Stream 65,535, sequence and epoch 2^64-1, type ff: every field at its largest.",
                 {"STT-FRAME-011", "STT-FRAME-015", "STT-FRAME-016"}},
                {{"bytes", widest_frame()}});
  author.accept(
      "frame.decode/shortest",
      {"No payload at all: a length of 53 is the least there is.", {"STT-FRAME-006"}},
      {{"bytes", joined({"535401", "35", "03", session, "00", "00", "29", "00", nonce, tag})}});
  author.accept("frame.decode/bytes-after",
                {"The frame ends where its length says; what follows is the next one's.",
                 {"STT-FRAME-004", "STT-FRAME-025"}},
                {{"bytes", control_frame() + "535402"}});
  author.accept("frame.decode/handshake-1200",
                {"A HANDSHAKE frame of exactly 1,200 bytes.", {"STT-FRAME-009"}},
                {{"bytes", joined({"535401", "ab09", "01", no_session, "00", "00", "30",
                                   times(1'135, "5a"), hint, nonce, tag})}});
}

void add_prefixes(Author& author) {
  const About prefix{"A prefix of a frame is not an error; the bytes that are missing are counted.",
                     {"STT-FRAME-019", "STT-FRAME-021"}};
  author.need_more("frame.decode/prefix-0", "frame.decode/data", cut("bytes", 62), 4, prefix);
  author.need_more("frame.decode/prefix-3", "frame.decode/data", cut("bytes", 59), 1, prefix);
  author.need_more(
      "frame.decode/prefix-length-unfinished", "frame.decode/handshake-1200", cut("bytes", 1'196),
      1, {"Within `length` nobody can know more than that a byte is missing.", {"STT-FRAME-021"}});
  author.need_more("frame.decode/prefix-after-length", "frame.decode/data", cut("bytes", 58), 58,
                   prefix);
  author.need_more(
      "frame.decode/longest", "frame.decode/data", replace("bytes", 3, "3a", "faff7f"), 2'097'088,
      {"A frame of exactly 2,097,152 bytes is waited for.", {"STT-FRAME-005", "STT-FRAME-021"}});
  author.need_more("frame.decode/prefix-all-but-one", "frame.decode/data", cut("bytes", 1), 1,
                   prefix);
}

struct Bad {
  const char* id;
  const char* base;
  Edit edit;
  Errc reason;
  const char* requirement;
  const char* why;
};

std::vector<Bad> bad_starts() {
  return {
      {"magic-first", "data", replace("bytes", 0, "53", "73"), Errc::frame_magic, "STT-FRAME-002",
       "Letters have a case here."},
      {"magic-second", "data", replace("bytes", 1, "54", "53"), Errc::frame_magic, "STT-FRAME-002",
       "The second byte is judged, too."},
      {"version-0", "data", replace("bytes", 2, "01", "00"), Errc::frame_version, "STT-FRAME-003",
       "There was no version 0."},
      {"version-2", "data", replace("bytes", 2, "01", "02"), Errc::frame_version, "STT-FRAME-003",
       "A later version is another format: nothing of it is read."},
      {"length-overlong", "data", replace("bytes", 3, "3a", "ba00"), Errc::varint_overlong,
       "STT-FRAME-018", "The length is a varint in its shortest form."},
      {"length-overflow", "data", replace("bytes", 3, "3a", "ffffffffffffffffff02"),
       Errc::varint_overflow, "STT-FRAME-018", "A length that 64 bits do not hold."},
      {"length-52", "shortest", replace("bytes", 3, "35", "34"), Errc::frame_too_short,
       "STT-FRAME-006", "One byte less than the shortest body."},
      {"length-0", "shortest", replace("bytes", 3, "35", "00"), Errc::frame_too_short,
       "STT-FRAME-006", "An empty frame would be an endless loop for a careless parser."},
      {"length-above-2-mib", "data", replace("bytes", 3, "3a", "fbff7f"), Errc::frame_too_long,
       "STT-FRAME-005", "One byte above the limit: refused before it is waited for."},
      {"length-largest", "data", replace("bytes", 3, "3a", "ffffffffffffffffff01"),
       Errc::frame_too_long, "STT-FRAME-005",
       "2^64-1: a sum with the bytes before it must not run over."},
  };
}

std::vector<Bad> bad_types() {
  return {
      {"type-0", "data", replace("bytes", 4, "02", "00"), Errc::frame_type_reserved,
       "STT-FRAME-007", "Reserved."},
      {"type-6", "data", replace("bytes", 4, "02", "06"), Errc::frame_type_reserved,
       "STT-FRAME-007", "The first type after those in use."},
      {"type-7f", "custom-datagram", replace("bytes", 4, "80", "7f"), Errc::frame_type_reserved,
       "STT-FRAME-007", "The last type before the application's own."},
      {"handshake-1201", "handshake-1200", replace("bytes", 3, "ab09", "ac09"),
       Errc::frame_handshake_too_long, "STT-FRAME-009", "A byte above the limit of HANDSHAKE."},
      {"auth-too-long", "auth", replace("bytes", 3, "38", "ac09"), Errc::frame_handshake_too_long,
       "STT-FRAME-009", "AUTH has the limit of HANDSHAKE."},
      {"session-id-zero", "data", replace("bytes", 5, session, no_session), Errc::frame_session_id,
       "STT-FRAME-010", "Session frames name their session."},
      {"session-id-zero-auth", "auth", replace("bytes", 5, session, no_session),
       Errc::frame_session_id, "STT-FRAME-010", "AUTH names the session it proves."},
      {"session-id-in-handshake", "handshake", replace("bytes", 5, no_session, "0000000000000001"),
       Errc::frame_session_id, "STT-FRAME-010",
       "HANDSHAKE has no session yet; all eight bytes count."},
  };
}

std::vector<Bad> bad_fields() {
  const Errc stream = Errc::frame_stream_id;
  const Errc metadata = Errc::frame_metadata_length;
  return {
      {"stream-65536", "widest", replace("bytes", 13, "ffff03", "808004"), stream, "STT-FRAME-011",
       "A stream id has 16 bits; none may be cut off."},
      {"stream-overlong", "data", replace("bytes", 13, "01", "8100"), Errc::varint_overlong,
       "STT-FRAME-018", "The stream id is a varint in its shortest form."},
      {"stream-in-control", "control", replace("bytes", 13, "00", "01"), stream, "STT-FRAME-012",
       "CONTROL belongs to the session."},
      {"stream-in-handshake", "handshake", replace("bytes", 13, "00", "01"), stream,
       "STT-FRAME-012", "HANDSHAKE belongs to no stream."},
      {"stream-in-auth", "auth", replace("bytes", 13, "00", "01"), stream, "STT-FRAME-012",
       "AUTH belongs to no stream."},
      {"stream-0-in-data", "data", replace("bytes", 13, "01", "00"), stream, "STT-FRAME-013",
       "DATA belongs to a stream."},
      {"stream-0-in-stream-control", "stream-control", replace("bytes", 13, "01", "00"), stream,
       "STT-FRAME-013", "STREAM_CONTROL belongs to a stream."},
      {"sequence-overlong", "data", replace("bytes", 14, "07", "8700"), Errc::varint_overlong,
       "STT-FRAME-018", "The sequence is a varint in its shortest form."},
      {"sequence-overflow", "widest", replace("bytes", 25, "01", "02"), Errc::varint_overflow,
       "STT-FRAME-018", "A sequence of 65 bits."},
      {"sequence-in-handshake", "handshake", replace("bytes", 14, "00", "01"), Errc::frame_sequence,
       "STT-FRAME-014", "HANDSHAKE frames are not counted."},
      {"sequence-in-auth", "auth", replace("bytes", 14, "00", "01"), Errc::frame_sequence,
       "STT-FRAME-014", "AUTH frames are not counted."},
      {"metadata-40", "data", replace("bytes", 15, "29", "28"), metadata, "STT-FRAME-015",
       "No room for an epoch."},
      {"metadata-51", "widest", replace("bytes", 26, "32", "33"), metadata, "STT-FRAME-015",
       "More than the longest epoch takes."},
      {"metadata-47-in-handshake", "handshake", replace("bytes", 15, "30", "2f"), metadata,
       "STT-FRAME-015", "A seed hint has eight bytes."},
      {"metadata-41-in-handshake", "handshake", replace("bytes", 15, "30", "29"), metadata,
       "STT-FRAME-015", "A HANDSHAKE frame has a hint, not an epoch."},
      {"metadata-above-body", "shortest", replace("bytes", 15, "29", "2a"), metadata,
       "STT-FRAME-015", "More metadata than the frame has bytes left."},
      {"metadata-overlong", "data", replace("bytes", 15, "29", "a900"), Errc::varint_overlong,
       "STT-FRAME-018", "The metadata length is a varint in its shortest form."},
      {"epoch-ends-early", "data", replace("bytes", 15, "29", "2a"), metadata, "STT-FRAME-016",
       "A byte of the payload becomes the epoch, and one is left before the nonce."},
      {"epoch-truncated", "data", replace("bytes", 21, "00", "80"), Errc::varint_truncated,
       "STT-FRAME-016", "An epoch that would go on in the nonce."},
      {"epoch-overlong", "widest", replace("bytes", 38, "01", "00"), Errc::varint_overlong,
       "STT-FRAME-016", "The epoch is a varint in its shortest form."},
      {"epoch-overflow", "widest", replace("bytes", 38, "01", "02"), Errc::varint_overflow,
       "STT-FRAME-016", "An epoch of 65 bits."},
      {"epoch-in-auth", "auth", replace("bytes", 19, "00", "01"), Errc::frame_epoch,
       "STT-FRAME-017", "There is one AUTH key for each direction."},
  };
}

// Frames of which most is still to come.
std::vector<Bad> bad_beginnings() {
  const std::string start = joined({"5354013a02", session});
  const auto only = [](const char* field, const std::string& bytes) {
    return described(std::string("bytes: cut behind a broken ") + field, "bytes", bytes);
  };
  return {
      {"stream-known-early", "data", only("stream id", start + "8100"), Errc::varint_overlong,
       "STT-FRAME-020", "A number that is broken stays broken, whatever follows it."},
      {"sequence-known-early", "data", only("sequence", start + "01ffffffffffffffffff02"),
       Errc::varint_overflow, "STT-FRAME-020", "65 bits: no byte that is missing makes them less."},
      {"metadata-known-early", "data", only("metadata length", start + "0107a900"),
       Errc::varint_overlong, "STT-FRAME-020",
       "The last of the header: all that is missing is payload and metadata."},
  };
}

void add_negatives(Author& author) {
  for (const auto& list : {bad_starts(), bad_types(), bad_fields(), bad_beginnings()}) {
    for (const Bad& bad : list) {
      author.reject(std::string("frame.decode/") + bad.id,
                    (std::string("frame.decode/") + bad.base).c_str(), bad.edit,
                    {"frame", bad.reason}, {bad.why, {bad.requirement}});
    }
  }
  author.reject("frame.decode/first-rule-wins", "frame.decode/data",
                replace("bytes", 2, "01", "02ffffffffffffffffff02"), {"frame", Errc::frame_version},
                {"Two rules are broken; the first in byte order is the answer.",
                 {"STT-FRAME-018", "STT-FRAME-020"}});
  author.reject(
      "frame.decode/type-known-early", "frame.decode/data",
      described("bytes: cut after the type, which becomes 7f", "bytes", "5354013a7f"),
      {"frame", Errc::frame_type_reserved},
      {"A rule is judged when its field is there, however much is missing.", {"STT-FRAME-020"}});
}

json encoding(std::string_view type_name) {
  json in = {{"type", 2},    {"session_id", session},   {"stream_id", 1}, {"sequence", "7"},
             {"epoch", "0"}, {"payload", "5051525354"}, {"nonce", nonce}, {"tag", tag}};
  if (type_name == "handshake") {
    in["type"] = 1;
    in["session_id"] = no_session;
    in["stream_id"] = 0;
    in["sequence"] = "0";
    in["payload"] = "e0e1e2e3";
    in.erase("epoch");
    in["hint"] = hint;
  } else if (type_name == "widest") {
    in["type"] = 255;
    in["stream_id"] = 65'535;
    in["sequence"] = "18446744073709551615";
    in["epoch"] = "18446744073709551615";
    in["payload"] = "7778";
  }
  return in;
}

void add_encodings(Author& author) {
  author.known("frame.encode/data",
               {"The example of the specification.", {"STT-FRAME-001", "STT-FRAME-004"}},
               encoding("data"), {{"bytes", data_frame()}});
  author.known("frame.encode/handshake", {"A seed hint for a key selector.", {"STT-FRAME-001"}},
               encoding("handshake"), {{"bytes", handshake_frame()}});
  author.known("frame.encode/widest", {"Every field at its largest.", {"STT-FRAME-001"}},
               encoding("widest"), {{"bytes", widest_frame()}});
  json longer = encoding("data");
  longer["payload"] = times(70, "61");
  author.accept("frame.encode/length-of-two-bytes",
                {"The length field grows with what it counts.", {"STT-FRAME-004"}}, longer);
}

void add_streams(Author& author) {
  const std::string three = control_frame() + data_frame() + datagram_frame();
  const About splits{"However the bytes of a connection are cut, its frames are the same.",
                     {"STT-FRAME-020", "STT-FRAME-025", "STT-DATAGRAM-009"}};
  author.accept("frame.stream/whole", splits, {{"bytes", three}, {"cuts", json::array()}});
  json every = json::array();
  for (std::size_t at = 1; at < three.size() / 2; ++at) every.push_back(at);
  author.known("frame.stream/byte-by-byte", splits, {{"bytes", three}, {"cuts", every}},
               author.out("frame.stream/whole"));
  author.known("frame.stream/off-the-borders", splits,
               {{"bytes", three}, {"cuts", {3, 59, 62, 125}}}, author.out("frame.stream/whole"));
  author.accept("frame.stream/waiting",
                {"The start of a next frame waits, and it is known how long.",
                 {"STT-FRAME-019", "STT-FRAME-021"}},
                {{"bytes", three + "53540138"}, {"cuts", {60}}});
  author.reject("frame.stream/magic-of-second", "frame.stream/whole",
                replace("bytes", 58, "53", "00"), {"frame 2", Errc::frame_magic},
                {"A connection that lost its place cannot find it again.", {"STT-FRAME-002"}});
  author.reject(
      "frame.stream/magic-of-third-by-byte", "frame.stream/byte-by-byte",
      replace("bytes", 120, "53", "00"), {"frame 3", Errc::frame_magic},
      {"The answer is the same when bytes come one by one.", {"STT-FRAME-002", "STT-FRAME-020"}});
}

void add_datagrams(Author& author) {
  const std::string first = control_frame();
  author.accept("datagram.decode/one", {"The common case.", {"STT-DATAGRAM-001"}},
                {{"bytes", first}});
  author.accept("datagram.decode/three",
                {"Several frames share a datagram, of different kinds and sessions.",
                 {"STT-DATAGRAM-001", "STT-DATAGRAM-002"}},
                {{"bytes", first + data_frame() + handshake_frame()}});
  author.known("datagram.decode/empty", {"Nothing is no frame and no fault.", {"STT-DATAGRAM-008"}},
               {{"bytes", ""}}, {{"frames", json::array()}});
  const char* const three = "datagram.decode/three";
  author.reject(
      "datagram.decode/second-malformed", three, replace("bytes", 60, "01", "02"),
      {"frame 2", Errc::frame_version},
      {"A malformed frame ends the datagram; the one before it stands.", {"STT-DATAGRAM-003"}});
  author.reject("datagram.decode/first-malformed", three, replace("bytes", 0, "53", "54"),
                {"frame 1", Errc::frame_magic},
                {"What follows a malformed frame is not looked at.", {"STT-DATAGRAM-003"}});
  author.reject("datagram.decode/last-incomplete", three, cut("bytes", 1),
                {"frame 3", Errc::frame_incomplete},
                {"No frame spans two datagrams.", {"STT-DATAGRAM-004"}});
  author.reject(
      "datagram.decode/rest-of-two-bytes", "datagram.decode/one", extend("bytes", "5354"),
      {"frame 2", Errc::frame_incomplete},
      {"Not even a length: still the start of a frame that is not there.", {"STT-DATAGRAM-004"}});
  author.reject("datagram.decode/padding", "datagram.decode/one", extend("bytes", "00"),
                {"frame 2", Errc::frame_magic},
                {"Zeros after a frame are no padding: datagrams have none.", {"STT-DATAGRAM-003"}});
}

}  // namespace

void add_frame_cases(Author& author) {
  add_positives(author);
  add_prefixes(author);
  add_negatives(author);
  add_encodings(author);
  add_streams(author);
  add_datagrams(author);
}

}  // namespace stt::conform

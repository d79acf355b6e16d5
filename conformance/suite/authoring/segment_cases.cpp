#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/sealing.hpp>
#include <stt/base/hex.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

const std::string key = times(32, "4b");
const std::string prefix = times(16, "a5");

// What segment.seal is asked: the first segment of a live stream, with "hello ".
json to_seal(const json& changes = json::object()) {
  json in = {{"key", key},
             {"context_id", to_hex(as_bytes("camera 1"))},
             {"nonce_prefix", prefix},
             {"sequence", "0"},
             {"end", false},
             {"bounded", false},
             {"text", "68656c6c6f20"}};
  in.update(changes);
  return in;
}

json second() {
  return {{"sequence", "1"}, {"text", "776f726c64"}};
}
json third() {
  return {{"sequence", "2"}, {"text", "21"}};
}
json end() {
  return {{"sequence", "2"}, {"end", true}, {"text", "0b02"}};  // 11 bytes, 2 segments
}

void add_seals(Author& author) {
  author.accept("segment.seal/first",
                {"The first segment of a live stream.",
                 {"STT-ENCODER-003", "STT-ENCODER-004", "STT-ENCODER-005", "STT-ENCODER-006"}},
                to_seal());
  author.accept("segment.seal/second",
                {"The next sequence, under the same prefix.", {"STT-ENCODER-005"}},
                to_seal(second()));
  author.accept("segment.seal/end",
                {"The end: 11 bytes in 2 segments.", {"STT-ENCODER-007", "STT-ENCODER-011"}},
                to_seal(end()));
  author.accept("segment.seal/bounded", {"Bounded mode, bit 1 of the kind.", {"STT-ENCODER-003"}},
                to_seal({{"bounded", true}}));
  author.accept("segment.seal/bounded-end", {"Both bits of the kind.", {"STT-ENCODER-003"}},
                to_seal({{"bounded", true}, {"end", true}, {"text", "0000"}}));
  author.accept("segment.seal/empty-context",
                {"A context id may be empty.", {"STT-ENCODER-017", "STT-ENCODER-006"}},
                to_seal({{"context_id", ""}}));
  author.accept("segment.seal/long-context",
                {"A context id of 256 bytes, whose length has two.", {"STT-ENCODER-017"}},
                to_seal({{"context_id", times(256, "63")}}));
  author.reject("segment.seal/context-of-257-bytes", "segment.seal/long-context",
                extend("context_id", "63"), {"segment", Errc::invalid_argument},
                {"A byte too many.", {"STT-ENCODER-017"}});
  author.accept("segment.seal/largest-sequence", {"2^64-1 is a sequence.", {"STT-ENCODER-005"}},
                to_seal({{"sequence", "18446744073709551615"}}));
}

void add_opens(Author& author) {
  const auto opens = [&](const char* name) {
    const std::string seal = std::string("segment.seal/") + name;
    const json& in = author.in(seal);
    author.accept(std::string("segment.open/") + name,
                  {"What was sealed opens.", {"STT-DECODER-003"}},
                  {{"key", in["key"]},
                   {"context_id", in["context_id"]},
                   {"sequence", in["sequence"]},
                   {"bytes", author.out(seal)["bytes"]}});
  };
  for (const char* name : {"first", "end", "bounded", "bounded-end", "largest-sequence"}) {
    opens(name);
  }
  // kind at 0, ciphertext at 1, nonce at 7, tag at 31
  const auto refuse = [&](const char* id, const Edit& edit, const Refusal& refusal, About about) {
    author.reject(std::string("segment.open/") + id, "segment.open/first", edit, refusal,
                  std::move(about));
  };
  refuse("without-data", cut("bytes", 6), {"segment", Errc::segment_too_short},
         {"41 bytes have no room for data.", {"STT-ENCODER-018"}});
  refuse("empty", cut("bytes", 47), {"segment", Errc::segment_too_short},
         {"Nothing at all.", {"STT-ENCODER-018"}});
  refuse("kind-bit-2", replace("bytes", 0, "00", "04"), {"segment", Errc::segment_kind},
         {"No kind has this bit.", {"STT-DECODER-010"}});
  refuse("kind-bit-7", replace("bytes", 0, "00", "80"), {"segment", Errc::segment_kind},
         {"No kind has this bit.", {"STT-DECODER-010"}});
  refuse("another-sequence", set("sequence", "1"), {"segment", Errc::segment_nonce},
         {"The nonce names its own place.", {"STT-DECODER-010", "STT-DECODER-009"}});
  refuse("nonce-end-changed", flip("bytes", 30), {"segment", Errc::segment_nonce},
         {"So does its last byte.", {"STT-DECODER-010"}});
  const Refusal closed{"open", Errc::authentication_failed};
  const std::vector<std::string> tampered{"STT-DECODER-003", "STT-DECODER-009"};
  refuse("ciphertext-changed", flip("bytes", 1), closed, {"One bit of the data.", tampered});
  refuse("tag-changed", flip("bytes", 46), closed, {"One bit of the tag.", tampered});
  refuse("nonce-prefix-changed", flip("bytes", 7), closed, {"Another nonce.", tampered});
  refuse("end-bit-changed", replace("bytes", 0, "00", "01"), closed,
         {"Nobody can end a stream for another.", {"STT-ENCODER-006", "STT-DECODER-009"}});
  refuse("bounded-bit-changed", replace("bytes", 0, "00", "02"), closed,
         {"The whole kind is covered.", {"STT-ENCODER-006"}});
  refuse("another-context", replace("context_id", 7, "31", "32"), closed,
         {"A segment belongs to one stream.", {"STT-ENCODER-004", "STT-ENCODER-006"}});
  refuse("another-key", replace("key", 0, "4b", "4a"), closed,
         {"A segment for somebody else.", {"STT-ENCODER-004"}});
}

json source(const std::vector<std::string_view>& pieces) {
  json in = {{"key", key},
             {"context_id", to_hex(as_bytes("camera 1"))},
             {"nonce_prefix", prefix},
             {"segment_bytes", 4},
             {"pieces", json::array()}};
  for (const std::string_view piece : pieces) in["pieces"].push_back(to_hex(as_bytes(piece)));
  return in;
}

json bounded_source(std::uint64_t size, const std::vector<std::string_view>& pieces) {
  json in = source(pieces);
  in["size"] = std::to_string(size);
  return in;
}

void add_sources(Author& author) {
  author.accept("segment.source/live",
                {"11 bytes in segments of 4, cut by size alone, and an end.",
                 {"STT-ENCODER-002", "STT-ENCODER-007", "STT-ENCODER-013"}},
                source({"hello world"}));
  author.accept("segment.source/live-pauses",
                {"What is there leaves when the source pauses, full or not.", {"STT-ENCODER-009"}},
                source({"hel", "", "lo world"}));
  author.accept("segment.source/live-nothing",
                {"A source may end at any time, also at once.", {"STT-ENCODER-008"}}, source({}));
  author.accept("segment.source/bounded",
                {"A declared size: segments are full, however the source pauses.",
                 {"STT-ENCODER-010", "STT-ENCODER-013"}},
                bounded_source(11, {"hel", "", "lo world"}));
  author.accept("segment.source/bounded-full",
                {"The size is a whole number of segments: none of them is empty.",
                 {"STT-ENCODER-010", "STT-ENCODER-013"}},
                bounded_source(8, {"hello wo"}));
  author.accept("segment.source/bounded-nothing",
                {"Nothing was declared, and nothing came.", {"STT-ENCODER-010"}},
                bounded_source(0, {}));
  const auto refuse = [&](const char* id, const char* base, const Edit& edit, Errc reason,
                          const char* why) {
    author.reject(std::string("segment.source/") + id,
                  std::string("segment.source/").append(base).c_str(), edit, {"source", reason},
                  {why, {"STT-ENCODER-010"}});
  };
  refuse("one-byte-missing", "bounded", set("size", "12"), Errc::source_too_short,
         "One byte less than declared is too little.");
  refuse("one-byte-more", "bounded", set("size", "10"), Errc::source_too_long,
         "One byte more than declared is too much.");
  refuse("full-and-one-missing", "bounded-full", set("size", "9"), Errc::source_too_short,
         "All segments were full, and the last byte did not come.");
  refuse("full-and-one-more", "bounded-full", set("size", "7"), Errc::source_too_long,
         "The byte that is too much would have had room.");
  refuse("nothing-of-one-byte", "bounded-nothing", set("size", "1"), Errc::source_too_short,
         "A source that gives nothing at all.");
}

// What an encoder may not make of its source, although another one might.
void add_sources_of_another_kind(Author& author) {
  const auto pieces = [](const std::vector<std::string_view>& list) {
    return set("pieces", source(list).at("pieces"));
  };
  author.accept_edited("segment.source/live-lines", "segment.source/live",
                       pieces({"h\nl\r\nwo\tl\n"}),
                       {"Line ends end no segment: nobody looks into the bytes.",
                        {"STT-ENCODER-001", "STT-ENCODER-013"}});
  author.accept_edited("segment.source/live-one-byte-less", "segment.source/live",
                       pieces({"hello worl"}),
                       {"Nobody waits for a byte that was never promised.", {"STT-ENCODER-008"}});
  author.accept_same("segment.source/live-pauses-for-long", "segment.source/live-pauses",
                     pieces({"hel", "", "", "", "lo world"}),
                     {"Where nothing was gathered no segment leaves.", {"STT-ENCODER-009"}});
  author.accept_same("segment.source/bounded-at-once", "segment.source/bounded",
                     pieces({"hello world"}),
                     {"An encoder takes what it needs, in whatever pieces it comes.",
                      {"STT-ENCODER-002", "STT-ENCODER-013"}});
}

struct Numbered {
  std::string sequence;
  std::string bytes;
};

// A segment that the reference sealed, of the base with `changes`.
Numbered numbered(const json& changes = json::object()) {
  const json in = to_seal(changes);
  const json reply =
      make_reference_adapter()->request({{"op", "vector"}, {"kind", "segment.seal"}, {"in", in}});
  return {in["sequence"], reply["out"]["bytes"]};
}

json stream(const std::vector<Numbered>& segments) {
  json in = {{"key", key},
             {"context_id", to_hex(as_bytes("camera 1"))},
             {"sequences", json::array()},
             {"segments", json::array()}};
  for (const Numbered& segment : segments) {
    in["sequences"].push_back(segment.sequence);
    in["segments"].push_back(segment.bytes);
  }
  return in;
}

// One segment more at the end.
Edit offer(std::string what, Numbered segment) {
  return {"segments: one more, " + std::move(what), [segment = std::move(segment)](json& in) {
            in.at("sequences").push_back(segment.sequence);
            in.at("segments").push_back(segment.bytes);
          }};
}

void add_stream_positives(Author& author) {
  const Numbered a = numbered();
  const Numbered b = numbered(second());
  const Numbered e = numbered(end());
  author.accept("segment.stream/in-order",
                {"Two segments and the end.", {"STT-DECODER-002", "STT-DECODER-008"}},
                stream({a, b, e}));
  author.accept(
      "segment.stream/reversed",
      {"The end comes first, the beginning last.", {"STT-DECODER-001", "STT-DECODER-011"}},
      stream({e, b, a}));
  author.accept("segment.stream/duplicates", {"What comes twice counts once.", {"STT-DECODER-001"}},
                stream({b, b, a, a, e, b, e}));
  author.accept("segment.stream/first", {"Bytes come out before the end.", {"STT-DECODER-007"}},
                stream({a}));
  author.accept("segment.stream/truncated",
                {"Without its end no stream is complete.", {"STT-DECODER-008", "STT-DECODER-009"}},
                stream({a, b}));
  author.accept(
      "segment.stream/gap",
      {"Nothing comes out past a missing segment.", {"STT-DECODER-002", "STT-DECODER-009"}},
      stream({b, e}));
  author.accept("segment.stream/second-alone",
                {"What came early waits for its turn.", {"STT-DECODER-002"}}, stream({b}));
  json narrow = stream({numbered(second())});
  narrow["window"] = 2;
  author.accept("segment.stream/last-of-the-window",
                {"A window of two segments has room for the second.", {"STT-DECODER-004"}}, narrow);
  author.accept("segment.stream/nothing",
                {"A stream of no bytes is an end segment.", {"STT-DECODER-008"}},
                stream({numbered({{"end", true}, {"text", "0000"}})}));
}

// What changes nothing of the bytes that come out.
void add_stream_detours(Author& author) {
  const Numbered a = numbered();
  const Numbered b = numbered(second());
  const Numbered e = numbered(end());
  Numbered broken = a;
  broken.bytes.back() = broken.bytes.back() == '0' ? '1' : '0';
  const auto arrive = [](const char* words, const std::vector<Numbered>& segments) {
    const json in = stream(segments);
    return Edit{std::string("segments: ") + words, [in](json& now) { now.update(in); }};
  };
  const char* const in_order = "segment.stream/in-order";
  author.accept_same("segment.stream/second-overtakes", in_order,
                     arrive("the second comes before the first", {b, a, e}),
                     {"It waits for the first, and comes out behind it.",
                      {"STT-DECODER-001", "STT-DECODER-002", "STT-DECODER-011"}});
  author.accept_same("segment.stream/first-twice", in_order,
                     arrive("the first twice", {a, a, b, e}),
                     {"A copy is accepted, and gives nothing.", {"STT-DECODER-001"}});
  author.accept_same("segment.stream/third-beyond-a-gap", "segment.stream/first",
                     offer("the third", numbered(third())),
                     {"Nothing behind a gap can be read.", {"STT-DECODER-002", "STT-DECODER-007"}});
  author.accept_same("segment.stream/broken-in-front", in_order,
                     arrive("one in front, the first with a broken tag", {broken, a, b, e}),
                     {"Each is sealed by itself: one that does not open spoils no other.",
                      {"STT-ENCODER-014", "STT-DECODER-003"}});
}

void add_stream_negatives(Author& author) {
  const auto refuse = [&](const char* id, const char* base, const Edit& edit,
                          const Refusal& refusal, About about) {
    author.reject(std::string("segment.stream/") + id,
                  std::string("segment.stream/").append(base).c_str(), edit, refusal,
                  std::move(about));
  };
  const Refusal foreign{"place", Errc::segment_foreign};
  json other = second();
  other["nonce_prefix"] = times(16, "5a");
  refuse("spliced", "first", offer("of another encoder under the same context", numbered(other)),
         foreign, {"A stream has one encoder.", {"STT-DECODER-005", "STT-DECODER-009"}});
  other = second();
  other["bounded"] = true;
  refuse("another-mode", "first", offer("of bounded mode", numbered(other)), foreign,
         {"A stream has one mode.", {"STT-DECODER-013"}});
  refuse("beyond-every-window", "first",
         offer("of sequence 65,537", numbered({{"sequence", "65537"}})),
         {"place", Errc::segment_beyond_window},
         {"No window is wider than 65,536 segments.", {"STT-DECODER-004"}});
  refuse("beyond-the-window", "last-of-the-window", offer("of sequence 2", numbered(third())),
         {"place", Errc::segment_beyond_window},
         {"The window begins with the first missing segment.", {"STT-DECODER-004"}});
  const Refusal past{"place", Errc::segment_past_end};
  refuse("data-past-end", "in-order", offer("after the end", numbered({{"sequence", "3"}})), past,
         {"Nothing follows the end.", {"STT-DECODER-006"}});
  refuse("data-in-place-of-end", "in-order",
         offer("with the sequence of the end", numbered({{"sequence", "2"}})), past,
         {"The place is taken by the end.", {"STT-DECODER-006"}});
  refuse("second-end", "in-order",
         offer("another end", numbered({{"sequence", "3"}, {"end", true}, {"text", "0b03"}})), past,
         {"A stream ends once.", {"STT-DECODER-006"}});
  refuse("end-before-data", "gap",
         offer("an end in front of what was taken",
               numbered({{"sequence", "0"}, {"end", true}, {"text", "0000"}})),
         past, {"The end is the last segment.", {"STT-DECODER-006"}});
  refuse("end-in-place-of-data", "second-alone",
         offer("an end in place of what was taken, with totals that fit",
               numbered({{"sequence", "1"}, {"end", true}, {"text", "0501"}})),
         past, {"However true its totals sound.", {"STT-DECODER-006"}});
  const Refusal untrue{"end", Errc::segment_end};
  const auto false_end = [](const char* text) {
    json changes = end();
    changes["text"] = text;
    return numbered(changes);
  };
  refuse("end-with-another-number", "truncated",
         offer("an end of 11 bytes in 3", false_end("0b03")), untrue,
         {"The number is the sequence.", {"STT-DECODER-014", "STT-ENCODER-007"}});
  refuse("end-with-less", "truncated", offer("an end of 10 bytes", false_end("0a02")), untrue,
         {"More was taken than there is.", {"STT-DECODER-014"}});
  refuse("end-with-more", "truncated", offer("an end of 12 bytes", false_end("0c02")), untrue,
         {"Less was taken than there is.", {"STT-DECODER-014"}});
  refuse("end-of-one-varint", "truncated", offer("an end without a number", false_end("0b")),
         {"end", Errc::varint_truncated}, {"Two varints.", {"STT-ENCODER-011"}});
  refuse("end-with-trailing-byte", "truncated",
         offer("an end with a byte too many", false_end("0b0200")), {"end", Errc::trailing_bytes},
         {"And nothing else.", {"STT-ENCODER-011"}});
  refuse("data-below-total", "gap",
         offer("a first one of 5 bytes", numbered({{"text", "68656c6c6f"}})), untrue,
         {"The last one to come must fit the end, too.", {"STT-DECODER-014"}});
  Numbered tampered = numbered();
  tampered.bytes.replace(2, 2, tampered.bytes.substr(2, 2) == "00" ? "01" : "00");
  refuse("tampered-duplicate", "in-order",
         offer("the first again, with one byte changed", tampered),
         {"open", Errc::authentication_failed},
         {"A duplicate is opened like any other.", {"STT-DECODER-003"}});
}

}  // namespace

void add_segment_cases(Author& author) {
  add_seals(author);
  add_opens(author);
  add_sources(author);
  add_sources_of_another_kind(author);
  add_stream_positives(author);
  add_stream_detours(author);
  add_stream_negatives(author);
}

}  // namespace stt::conform

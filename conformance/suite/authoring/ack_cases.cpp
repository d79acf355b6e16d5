// Acknowledgements, on either side.
#include <conformance/suite/authoring/author.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

json arrived(const std::vector<std::uint64_t>& sequences) {
  json list = json::array();
  for (const std::uint64_t one : sequences) list.push_back(std::to_string(one));
  return {{"sequences", list}};
}

void add_reports(Author& author) {
  const auto accept = [&](const char* name, const char* why, const char* requirement,
                          const std::vector<std::uint64_t>& sequences) {
    author.accept(std::string("ack.report/") + name, {why, {requirement}}, arrived(sequences));
  };
  accept("one", "The first frame ever.", "STT-CONTROL-003", {0});
  accept("in-order", "What comes in order is one range.", "STT-CONTROL-003", {0, 1, 2, 3});
  accept("gap", "A sequence that is missing parts two ranges; the newest stands first.",
         "STT-RECOVERY-005", {0, 1, 3});
  accept("gap-filled", "What comes late joins its neighbours.", "STT-CONTROL-003", {0, 1, 3, 2});
  accept("reversed", "The order of arrival is not the order of a range.", "STT-CONTROL-003",
         {4, 3, 2, 1, 0});
  accept("every-second", "Ranges of one sequence each.", "STT-RECOVERY-005", {0, 2, 4, 6, 8});
  accept("late-below-all", "A late frame below every range.", "STT-RECOVERY-005", {5, 6, 9, 0});
  accept("joined-on-one-side", "A late frame that touches one range only.", "STT-RECOVERY-005",
         {0, 5, 6, 4});
  accept("far-jump", "A sender may skip sequences, as many as it likes.", "STT-FRAME-031",
         {7, 1'099'511'627'776});
  accept("last-sequence", "2^64-1 is a sequence like any other.", "STT-CONTROL-003",
         {~std::uint64_t{0} - 1, ~std::uint64_t{0}});
  std::vector<std::uint64_t> many;
  for (std::uint64_t i = 0; i < 64; ++i) many.push_back(2 * i);
  // Fewer tell less, and break nothing.
  const auto advise = [&](const char* name, const char* why, const char* requirement) {
    author.accept(std::string("ack.report/") + name,
                  {why, {requirement, "STT-RECOVERY-041"}, "should"}, arrived(many));
  };
  advise("ranges-64", "As many ranges as an ACK may have.", "STT-CONTROL-004");
  many.push_back(128);
  advise("ranges-65", "One more: the oldest is left out.", "STT-RECOVERY-005");
}

json sent(unsigned count, const std::vector<std::string>& acks) {
  return {{"sent", count}, {"skipped", json::array()}, {"acks", acks}};
}

void add_received(Author& author) {
  const auto accept = [&](const char* name, const char* why, const char* requirement,
                          const json& in) {
    author.accept(std::string("ack.receive/") + name, {why, {requirement}}, in);
  };
  accept("one", "The only frame there was.", "STT-CONTROL-003", sent(1, {"0100000000"}));
  accept("all", "One range over everything.", "STT-CONTROL-003", sent(5, {"0100040004"}));
  accept("newest-only", "Only the newest frame is named.", "STT-CONTROL-003",
         sent(5, {"0100040000"}));
  accept("two-ranges", "Sequence 2 is missing.", "STT-CONTROL-003", sent(5, {"01000401010001"}));
  accept("again", "An ACK that says nothing new acknowledges nothing.", "STT-CONTROL-003",
         sent(5, {"0100040004", "0100040004"}));
  accept("older-after-newer", "ACKs are reordered like everything else.", "STT-CONTROL-003",
         sent(5, {"0100040004", "0100020002"}));
  accept("second-fills-gap", "A later ACK names what the first left out.", "STT-CONTROL-003",
         sent(5, {"01000401010001", "0100040004"}));
  json skipping = sent(6, {"01000501010002"});
  skipping["skipped"] = {"3"};
  accept("around-a-skipped-one", "A sequence that was skipped is named by nobody.", "STT-FRAME-031",
         skipping);

  const auto refuse = [&](const char* name, const char* base, const Edit& edit, Refusal refusal,
                          About about) {
    author.reject(std::string("ack.receive/") + name, (std::string("ack.receive/") + base).c_str(),
                  edit, std::move(refusal), std::move(about));
  };
  const Refusal never_sent{"ack", Errc::ack_never_sent};
  refuse("never-sent", "one", push("acks", "0100010001"), never_sent,
         {"Sequence 1 was never sent.", {"STT-CONTROL-009"}});
  refuse("never-sent-largest", "all", push("acks", "0100ffffffffffffffffff010000"), never_sent,
         {"Nor was 2^64-1.", {"STT-CONTROL-009"}});
  refuse("nothing-sent", "one", set("sent", 0), never_sent,
         {"Nothing was sent at all.", {"STT-CONTROL-009"}});
  refuse("skipped", "around-a-skipped-one", push("acks", "0100030000"), never_sent,
         {"Whoever names a skipped sequence makes up its acknowledgements.",
          {"STT-CONTROL-009", "STT-FRAME-031"}});
  refuse("skipped-within-a-range", "around-a-skipped-one",
         described("acks: one more, a range over all six", "acks",
                   json{"01000501010002", "0100050005"}),
         never_sent, {"Also within a range of frames that were sent.", {"STT-CONTROL-009"}});
  refuse("below-0", "all",
         described("acks: one more, a range that begins at -1", "acks",
                   json{"0100040004", "0100040005"}),
         {"message", Errc::ack_ranges},
         {"What cannot be decoded acknowledges nothing.", {"STT-CONTROL-005"}});
  refuse("unfinished", "two-ranges",
         described("acks: one more, without its last byte", "acks",
                   json{"01000401010001", "010004010100"}),
         {"message", Errc::varint_truncated}, {"Half an ACK is none.", {"STT-CONTROL-001"}});
}

}  // namespace

void add_ack_cases(Author& author) {
  add_reports(author);
  add_received(author);
}

}  // namespace stt::conform

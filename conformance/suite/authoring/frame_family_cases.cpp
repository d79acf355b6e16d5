// The rules of the header, once for each type of frame: a parser that treats types apart may keep
// a rule for one of them and forget it for another.
#include <conformance/suite/authoring/author.hpp>

namespace stt::conform {
namespace {

// Where the fields of a positive of frame.decode stand.
struct Family {
  const char* name;
  std::size_t stream_at;  // the sequence follows
  std::string_view stream;
  std::string_view sequence;
  std::string_view length;
  bool has_epoch = true;
};

constexpr Family families[] = {
    {"control", 13, "00", "00", "36"},          {"stream-control", 13, "01", "07", "36"},
    {"handshake", 13, "00", "00", "40", false}, {"auth", 13, "00", "00", "38"},
    {"custom-datagram", 13, "00", "09", "38"},
};

std::string overlong(std::string_view byte) {
  const unsigned value = static_cast<unsigned>(std::stoul(std::string(byte), nullptr, 16)) | 0x80U;
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[value >> 4U], digits[value & 0xFU], '0', '0'};
}

void add_family(Author& author, const Family& family) {
  const std::string base = std::string("frame.decode/") + family.name;
  const std::size_t sequence_at = family.stream_at + 1;
  const std::size_t metadata_at = sequence_at + 1;
  const std::string_view metadata = family.has_epoch ? "29" : "30";
  const auto refuse = [&](const char* rule, const Edit& edit, Errc reason, const char* requirement,
                          const char* why) {
    author.reject(base + "-" + rule, base.c_str(), edit, {"frame", reason}, {why, {requirement}});
  };
  refuse("magic", replace("bytes", 1, "54", "74"), Errc::frame_magic, "STT-FRAME-002",
         "No type of frame begins otherwise.");
  refuse("version", replace("bytes", 2, "01", "ff"), Errc::frame_version, "STT-FRAME-003",
         "There is one version for all types.");
  refuse("length-52", replace("bytes", 3, family.length, "34"), Errc::frame_too_short,
         "STT-FRAME-006", "No type of frame is shorter than the shortest.");
  refuse("length-overlong", replace("bytes", 3, family.length, overlong(family.length)),
         Errc::varint_overlong, "STT-FRAME-018", "A length has one form, whatever the type.");
  refuse("stream-overlong",
         replace("bytes", family.stream_at, family.stream, overlong(family.stream)),
         Errc::varint_overlong, "STT-FRAME-018",
         "A stream id has one form, also where only one value may stand.");
  refuse("stream-65536", replace("bytes", family.stream_at, family.stream, "808004"),
         Errc::frame_stream_id, "STT-FRAME-011", "A stream id has 16 bits in every type.");
  refuse("sequence-overlong",
         replace("bytes", sequence_at, family.sequence, overlong(family.sequence)),
         Errc::varint_overlong, "STT-FRAME-018", "A sequence has one form.");
  refuse("sequence-overflow",
         replace("bytes", sequence_at, family.sequence, "ffffffffffffffffff02"),
         Errc::varint_overflow, "STT-FRAME-018", "A sequence has 64 bits.");
  refuse("metadata-0", replace("bytes", metadata_at, metadata, "00"), Errc::frame_metadata_length,
         "STT-FRAME-015", "No frame is without metadata.");
  refuse("metadata-overlong", replace("bytes", metadata_at, metadata, overlong(metadata)),
         Errc::varint_overlong, "STT-FRAME-018", "The length of the metadata has one form.");
  author.need_more(base + "-unfinished", base.c_str(), cut("bytes", 1), 1,
                   {"Whatever the type, a frame is waited for to its last byte.",
                    {"STT-FRAME-019", "STT-FRAME-021"}});
}

void add_epochs(Author& author) {
  struct Last {
    const char* name;
    std::size_t epoch_at;
  };
  for (const auto& [name, at] : {Last{"control", 17}, Last{"stream-control", 17}, Last{"auth", 19},
                                 Last{"custom-datagram", 19}}) {
    const std::string base = std::string("frame.decode/") + name;
    author.reject(base + "-epoch-truncated", base.c_str(), replace("bytes", at, "00", "80"),
                  {"frame", Errc::varint_truncated},
                  {"An epoch ends before the nonce, whatever the type.", {"STT-FRAME-022"}});
  }
  for (const char* name : {"stream-control", "custom-datagram", "control"}) {
    const std::string base = std::string("frame.decode/") + name;
    author.reject(base + "-session-id-zero", base.c_str(),
                  replace("bytes", 5, "0102030405060708", "0000000000000000"),
                  {"frame", Errc::frame_session_id},
                  {"Every session frame names its session.", {"STT-FRAME-010"}});
  }
}

}  // namespace

void add_frame_family_cases(Author& author) {
  for (const Family& family : families) add_family(author, family);
  add_epochs(author);
}

}  // namespace stt::conform

#include <conformance/suite/authoring/author.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

struct Known {
  const char* id;
  const char* value;
  const char* bytes;
  const char* why;
};

// Where the number of bytes changes, and what is known from DWARF's and Protocol Buffers' texts.
constexpr Known known_varints[] = {
    {"zero", "0", "00", "The smallest value takes one byte."},
    {"one", "1", "01", "One byte, low bit."},
    {"largest-1-byte", "127", "7f", "The last value of one byte."},
    {"smallest-2-bytes", "128", "8001", "The first value of two bytes; the example of DWARF."},
    {"protobuf-150", "150", "9601", "The example of the Protocol Buffers encoding."},
    {"protobuf-300", "300", "ac02", "The second example of the Protocol Buffers encoding."},
    {"dwarf-12857", "12857", "b964", "The example of DWARF, appendix C."},
    {"wikipedia-624485", "624485", "e58e26", "The example that most readers know."},
    {"largest-2-bytes", "16383", "ff7f", "The last value of two bytes."},
    {"smallest-3-bytes", "16384", "808001", "The first value of three bytes."},
    {"largest-u32", "4294967295", "ffffffff0f", "No 32-bit arithmetic is hidden anywhere."},
    {"smallest-above-u32", "4294967296", "8080808010", "One more than 32 bits hold."},
    {"largest-9-bytes", "9223372036854775807", "ffffffffffffffff7f",
     "The largest signed 64-bit value; nothing is signed here."},
    {"smallest-10-bytes", "9223372036854775808", "80808080808080808001",
     "Bit 63 alone stands in the tenth byte."},
    {"largest", "18446744073709551615", "ffffffffffffffffff01", "The largest value there is."},
};

}  // namespace

void add_varint_cases(Author& author) {
  for (const Known& one : known_varints) {
    const std::size_t size = std::string_view(one.bytes).size() / 2;
    author.known(std::string("varint.decode/") + one.id, {one.why, {"STT-VARINT-001"}},
                 {{"bytes", one.bytes}}, {{"value", one.value}, {"consumed", size}});
    author.known(std::string("varint.encode/") + one.id,
                 {one.why, {"STT-VARINT-001", "STT-VARINT-002"}}, {{"value", one.value}},
                 {{"bytes", one.bytes}});
  }
  author.known("varint.decode/bytes-after",
               {"What follows the last byte belongs to somebody else.", {"STT-VARINT-006"}},
               {{"bytes", "ac02ffff"}}, {{"value", "300"}, {"consumed", 2}});

  const Refusal truncated{"varint", Errc::varint_truncated};
  const Refusal overlong{"varint", Errc::varint_overlong};
  const Refusal overflow{"varint", Errc::varint_overflow};
  const auto at = [](const char* id) { return std::string("varint.decode/") + id; };
  author.reject(at("empty"), "varint.decode/zero", cut("bytes", 1), truncated,
                {"No byte is no number.", {"STT-VARINT-003"}});
  author.reject(at("truncated-after-first"), "varint.decode/protobuf-300", cut("bytes", 1),
                truncated, {"A first byte that promises a second.", {"STT-VARINT-003"}});
  author.reject(at("truncated-after-ninth"), "varint.decode/largest", cut("bytes", 1), truncated,
                {"Nine bytes that promise a tenth.", {"STT-VARINT-003"}});
  author.reject(at("overlong-zero"), "varint.decode/zero", replace("bytes", 0, "00", "8000"),
                overlong, {"Zero in two bytes: one value has one form.", {"STT-VARINT-004"}});
  author.reject(at("overlong-300"), "varint.decode/protobuf-300", replace("bytes", 1, "02", "8200"),
                overlong, {"A last byte of zero adds nothing.", {"STT-VARINT-004"}});
  author.reject(at("overlong-10-bytes"), "varint.decode/smallest-10-bytes",
                replace("bytes", 9, "01", "00"), overlong,
                {"Overlong is noticed in the tenth byte, too.", {"STT-VARINT-004"}});
  author.reject(
      at("overlong-before-rest"), "varint.decode/bytes-after", replace("bytes", 1, "02", "8200"),
      overlong,
      {"Bytes that follow do not hide an overlong form.", {"STT-VARINT-004", "STT-VARINT-006"}});
  author.reject(at("overflow-65-bits"), "varint.decode/largest", replace("bytes", 9, "01", "02"),
                overflow,
                {"2^64 and more: bit 64 must not be lost in silence.", {"STT-VARINT-005"}});
  author.reject(at("overflow-eleventh-byte"), "varint.decode/largest",
                replace("bytes", 9, "01", "80"), overflow,
                {"A tenth byte that promises an eleventh is refused at once, not waited for.",
                 {"STT-VARINT-005"}});
  author.reject(at("overflow-before-overlong"), "varint.decode/largest",
                replace("bytes", 9, "01", "8100"), overflow,
                {"The tenth byte decides; the eleventh is not looked at.", {"STT-VARINT-005"}});
}

}  // namespace stt::conform

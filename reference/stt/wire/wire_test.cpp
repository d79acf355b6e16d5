#include <gtest/gtest.h>

#include <stt/base/hex.hpp>
#include <stt/wire/frame.hpp>
#include <stt/wire/reader.hpp>
#include <stt/wire/writer.hpp>

namespace stt::wire {
namespace {

TEST(Varint, EncodesThreeHundredAsTwoBytes) {
  ByteArray<10> buffer{};
  Writer writer(buffer);
  writer.varint(300);
  EXPECT_EQ(to_hex(writer.written()), "ac02");
  Reader reader(writer.written());
  EXPECT_EQ(reader.varint(), 300U);
  EXPECT_TRUE(reader.finish());
}

TEST(ParseFrame, RoundTripsAndWaitsAtEveryPrefix) {
  FrameHeader header{FrameType::data, SessionId{{std::byte{1}}}, StreamId(1), Sequence(7),
                     Epoch(0)};
  Bytes buffer(encoded_size(header, 5));
  Writer writer(buffer);
  const FrameSlots slots = lay_out_frame(writer, header, 5);
  std::ranges::fill(slots.payload, std::byte{0xAA});
  for (std::size_t size = 0; size < buffer.size(); ++size) {
    const ParseResult result = parse_frame(ByteView(buffer).first(size));
    ASSERT_TRUE(std::holds_alternative<NeedMore>(result)) << size;
    EXPECT_LE(std::get<NeedMore>(result).at_least, buffer.size() - size);
  }
  const ParseResult result = parse_frame(buffer);
  const auto& frame = std::get<FrameView>(result);
  EXPECT_EQ(frame.header.sequence, Sequence(7));
  EXPECT_EQ(frame.ciphertext.size(), 5U);
  EXPECT_EQ(payload_bytes_max(header, buffer.size()), 5U);
}

}  // namespace
}  // namespace stt::wire

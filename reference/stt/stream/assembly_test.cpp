#include <stt/stream/assembly.hpp>

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace stt::stream {
namespace {

constexpr auto data = wire::FrameType::data;
constexpr auto custom = static_cast<wire::FrameType>(0x90);

wire::DataMessage piece(std::uint64_t offset, std::string_view text, bool end = false) {
  return {end, Position(offset), as_bytes(text)};
}

struct AssemblyTest : ::testing::Test {
  std::string read() {
    Bytes out(assembly.readable_bytes());
    assembly.take(out);
    return {reinterpret_cast<const char*>(out.data()), out.size()};
  }

  ChunkPool pool{16};
  Assembly assembly{pool};
};

TEST_F(AssemblyTest, PutsPiecesTogetherInAnyOrder) {
  ASSERT_TRUE(assembly.store(data, piece(6, "world", true)));
  EXPECT_EQ(assembly.readable_bytes(), 0U);
  EXPECT_EQ(assembly.highest(), 12U);
  ASSERT_TRUE(assembly.store(data, piece(0, "hello ")));
  EXPECT_EQ(assembly.next_end(), 11U);
  EXPECT_EQ(read(), "hello world");
  EXPECT_EQ(assembly.consumed(), 12U);
  EXPECT_FALSE(assembly.within_message());
}

TEST_F(AssemblyTest, WhatCameFirstStays) {
  ASSERT_TRUE(assembly.store(data, piece(2, "cd")));
  const auto stored = assembly.store(data, piece(0, "xxxxxx", true));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->bytes, 4U);
  EXPECT_EQ(stored->messages, 1U);
  EXPECT_EQ(read(), "xxcdxx");
  const auto again = assembly.store(data, piece(0, "yyyyyy", true));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->bytes + again->messages, 0U);
}

TEST_F(AssemblyTest, AMessageKeepsItsTypeOnBothSidesOfAGap) {
  ASSERT_TRUE(assembly.store(custom, piece(0, "ab")));
  EXPECT_EQ(assembly.store(data, piece(2, "cd")), fail(Errc::message_type_changed));
  ASSERT_TRUE(assembly.store(custom, piece(4, "ef")));
  EXPECT_EQ(assembly.store(data, piece(2, "cd")), fail(Errc::message_type_changed));
  EXPECT_EQ(assembly.contiguous(), 2U);
  ASSERT_TRUE(assembly.store(custom, piece(2, "cd")));
  EXPECT_EQ(assembly.contiguous(), 6U);
}

TEST_F(AssemblyTest, AnEndBetweenLetsTheTypeChange) {
  ASSERT_TRUE(assembly.store(custom, piece(3, "next")));
  ASSERT_TRUE(assembly.store(data, piece(0, "ab", true)));
  EXPECT_EQ(assembly.next_type(), data);
  EXPECT_EQ(read(), "ab");
  EXPECT_EQ(assembly.next_type(), custom);
}

//= STT-STREAM-027 test
TEST_F(AssemblyTest, RemembersThatManyGapsAndNoMore) {
  for (std::uint64_t gap = 0; gap < gaps_max; ++gap) {
    ASSERT_TRUE(assembly.store(data, piece(1 + 2 * gap, "x")));
  }
  EXPECT_EQ(assembly.store(data, piece(1 + 2 * gaps_max, "x")), fail(Errc::too_many_gaps));
  ASSERT_TRUE(assembly.store(data, piece(2, "y")));  // which closes one
  ASSERT_TRUE(assembly.store(data, piece(1 + 2 * gaps_max, "x")));
}

TEST_F(AssemblyTest, WhatIsDiscardedKeepsNoMemory) {
  ASSERT_TRUE(assembly.store(data, piece(0, "abc")));
  ASSERT_TRUE(assembly.store(data, piece(9, "z")));
  assembly.discard();
  ASSERT_TRUE(assembly.store(data, piece(3, "defghi")));
  EXPECT_EQ(assembly.consumed(), 10U);
  EXPECT_EQ(assembly.readable_bytes(), 0U);
  EXPECT_LE(pool.memory_bytes(), sizeof(Chunk));
}

// Goal: however a line of messages is cut, repeated and reordered, the same messages come out.
RC_GTEST_PROP(Assembly, GivesBackTheMessagesHoweverTheyWereCut, ()) {
  ChunkPool pool(64);
  Assembly assembly(pool);
  // The line: bytes, and where messages end. Position `ends[i]` is an END_OF_MESSAGE.
  Bytes line;
  std::vector<std::size_t> ends;
  const auto lengths =
      *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 3'000));
  for (const std::size_t length : lengths) {
    for (std::size_t i = 0; i < length; ++i)
      line.push_back(static_cast<std::byte>(line.size() * 31));
    ends.push_back(line.size());
    line.push_back(std::byte{0});
  }
  std::vector<wire::DataMessage> pieces;
  std::size_t from = 0;
  for (const std::size_t end : ends) {
    do {
      const std::size_t size = std::min(end - from, 1 + *rc::gen::inRange<std::size_t>(0, 900));
      const bool last = from + size == end;
      const wire::DataMessage cut{last, Position(from), ByteView(line).subspan(from, size)};
      pieces.push_back(cut);
      if (*rc::gen::inRange(0, 4) == 0) pieces.push_back(cut);
      from += size + (last ? 1 : 0);
    } while (from <= end);
  }
  for (std::size_t i = pieces.size(); i > 1; --i) {
    std::swap(pieces[i - 1], pieces[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  for (const wire::DataMessage& one : pieces) RC_ASSERT(assembly.store(data, one).has_value());
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    RC_ASSERT(assembly.next_end() == end);
    Bytes out(assembly.readable_bytes());
    RC_ASSERT(assembly.take(out));
    RC_ASSERT(equal(out, ByteView(line).subspan(begin, end - begin)));
    begin = end + 1;
  }
  RC_ASSERT(assembly.consumed() == line.size());
}

}  // namespace
}  // namespace stt::stream

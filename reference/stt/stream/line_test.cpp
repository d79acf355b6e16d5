#include <stt/stream/line.hpp>

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace stt::stream {
namespace {

constexpr auto custom = static_cast<wire::FrameType>(0x90);

Bytes bytes_of(std::size_t size, unsigned first = 1) {
  Bytes bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(first++ * 7);
  return bytes;
}

TEST(Line, GivesBackWhatWasWrittenAcrossChunks) {
  ChunkPool pool(8);
  Line line(pool);
  const Bytes bytes = bytes_of(3 * chunk_positions);
  line.write(100, bytes);
  Bytes out(bytes.size());
  line.read(100, out);
  EXPECT_EQ(out, bytes);
}

TEST(Line, FindsTheFirstEndAndItsType) {
  ChunkPool pool(8);
  Line line(pool);
  line.write(0, bytes_of(2 * chunk_positions));
  line.write_end(70, wire::FrameType::data);
  line.write_end(2 * chunk_positions, custom);
  EXPECT_EQ(line.find_end(0, 2 * chunk_positions), 70U);
  EXPECT_EQ(line.find_end(70, 71), 70U);
  EXPECT_EQ(line.find_end(0, 70), std::nullopt);
  EXPECT_EQ(line.find_end(71, 2 * chunk_positions), std::nullopt);
  EXPECT_EQ(line.find_end(71, 2 * chunk_positions + 1), 2 * chunk_positions);
  EXPECT_EQ(line.end_type(70), wire::FrameType::data);
  EXPECT_EQ(line.end_type(2 * chunk_positions), custom);
}

TEST(Line, AChunkThatComesBackHasNoEnds) {
  ChunkPool pool(1);
  Line line(pool);
  line.write_end(5, wire::FrameType::data);
  line.write_end(200, wire::FrameType::data);
  line.clear();
  line.write(0, bytes_of(1));
  EXPECT_EQ(line.find_end(0, chunk_positions), std::nullopt);
  // Nor do ends of before come back with a new one beside them.
  line.write_end(6, wire::FrameType::data);
  EXPECT_EQ(line.find_end(0, 6), std::nullopt);
  EXPECT_EQ(line.find_end(7, chunk_positions), std::nullopt);
}

TEST(Line, GivesMemoryBackUpToAPosition) {
  ChunkPool pool(0);
  Line line(pool);
  line.write(0, bytes_of(3 * chunk_positions));
  EXPECT_EQ(pool.memory_bytes(), 3 * sizeof(Chunk));
  line.release_before(2 * chunk_positions - 1, false);
  EXPECT_EQ(pool.memory_bytes(), 2 * sizeof(Chunk));
  line.release_before(3 * chunk_positions - 1, false);
  EXPECT_EQ(pool.memory_bytes(), sizeof(Chunk));
  line.release_before(3 * chunk_positions - 1, true);
  EXPECT_EQ(pool.memory_bytes(), 0U);
}

TEST(Line, ReachesTheLastPosition) {
  ChunkPool pool(1);
  Line line(pool);
  constexpr std::uint64_t last = ~std::uint64_t{0};
  line.release_before(last - 10, false);
  line.write(last - 10, bytes_of(10));
  EXPECT_EQ(line.find_end(last - 10, last), std::nullopt);
  line.write_end(last - 1, custom);
  EXPECT_EQ(line.find_end(last - 10, last), last - 1);
}

// Goal: ends are found as in a plain set of positions, wherever one looks.
RC_GTEST_PROP(Line, FindsEndsAsASetDoes, ()) {
  ChunkPool pool(8);
  Line line(pool);
  constexpr std::uint64_t size = 3 * chunk_positions;
  line.write(0, Bytes(size));
  const auto ends =
      *rc::gen::container<std::set<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, size));
  for (const std::uint64_t end : ends) line.write_end(end, wire::FrameType::data);
  for (int i = 0; i < 20; ++i) {
    const auto from = *rc::gen::inRange<std::uint64_t>(0, size);
    const auto to = *rc::gen::inRange<std::uint64_t>(from, size + 1);
    const auto next = ends.lower_bound(from);
    const bool there = next != ends.end() && *next < to;
    RC_ASSERT(line.find_end(from, to) == (there ? std::optional(*next) : std::nullopt));
  }
}

}  // namespace
}  // namespace stt::stream

// The line of positions of one stream direction: what stands at each, from some position on. Says
// nothing about which positions are filled; its owner knows.
#pragma once

#include <optional>

#include <stt/stream/chunk_pool.hpp>
#include <stt/wire/frame.hpp>

namespace stt::stream {

class Line {
 public:
  // `pool` outlives the line.
  explicit Line(ChunkPool& pool) : pool_(&pool) {}
  ~Line() { clear(); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void write(std::uint64_t position, ByteView bytes);
  void write_end(std::uint64_t position, wire::FrameType type);

  // These read positions that were written and not released.
  void read(std::uint64_t position, MutableByteView out) const;
  // The first END_OF_MESSAGE at `from` or later, but before `to`.
  std::optional<std::uint64_t> find_end(std::uint64_t from, std::uint64_t to) const;
  wire::FrameType end_type(std::uint64_t position) const;

  // Gives back the memory of all positions before `position`; with `nothing_after` also the chunk
  // that it lies in.
  void release_before(std::uint64_t position, bool nothing_after);
  void clear();

 private:
  static std::uint64_t number(std::uint64_t position) { return position / chunk_positions; }
  std::unique_ptr<Chunk>& slot(std::uint64_t number) {
    return slots_[number & (slots_.size() - 1)];
  }
  const Chunk& chunk(std::uint64_t position) const;
  Chunk& chunk_for_writing(std::uint64_t position);
  void grow(std::uint64_t numbers);

  ChunkPool* pool_;
  // The chunks numbered first_ and up, each at its number modulo the size, a power of two.
  std::vector<std::unique_ptr<Chunk>> slots_;
  std::uint64_t first_ = 0;
};

}  // namespace stt::stream

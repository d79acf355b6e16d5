// Memory for the content of all streams of a session, in chunks that go round.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <stt/base/bytes.hpp>
#include <stt/stream/limits.hpp>

namespace stt::stream {

// Consecutive positions of one stream direction. Of a position that is an END_OF_MESSAGE the bit in
// `ends` is set, and the byte is the type of the message. Most words of `ends` never hold one: a
// word means something only if its bit in `words_with_ends` is set.
struct Chunk {
  ByteArray<chunk_positions> bytes;
  std::array<std::uint64_t, chunk_positions / 64> ends;
  std::uint64_t words_with_ends;
};
static_assert(chunk_positions == 64 * 64);  // one bit a word

class ChunkPool {
 public:
  // Keeps at most that many chunks that nobody uses.
  explicit ChunkPool(std::size_t kept_max) : kept_max_(kept_max) {}

  // A chunk without ends; its bytes are whatever they were.
  std::unique_ptr<Chunk> acquire();
  void release(std::unique_ptr<Chunk> chunk);
  // Gives back everything that nobody uses.
  void trim() {
    kept_.clear();
    kept_.shrink_to_fit();
  }

  std::size_t memory_bytes() const { return (used_ + kept_.size()) * sizeof(Chunk); }

 private:
  std::vector<std::unique_ptr<Chunk>> kept_;
  std::size_t kept_max_;
  std::size_t used_ = 0;
};

}  // namespace stt::stream

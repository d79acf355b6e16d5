#include <stt/stream/chunk_pool.hpp>

#include <stt/base/assert.hpp>

namespace stt::stream {

std::unique_ptr<Chunk> ChunkPool::acquire() {
  ++used_;
  std::unique_ptr<Chunk> chunk;
  if (kept_.empty()) {
    chunk = std::make_unique_for_overwrite<Chunk>();
  } else {
    chunk = std::move(kept_.back());
    kept_.pop_back();
  }
  chunk->words_with_ends = 0;
  return chunk;
}

void ChunkPool::release(std::unique_ptr<Chunk> chunk) {
  STT_ASSERT(used_ > 0);
  --used_;
  if (kept_.size() < kept_max_) kept_.push_back(std::move(chunk));
}

}  // namespace stt::stream

#include <stt/stream/line.hpp>

#include <bit>
#include <utility>

#include <stt/base/assert.hpp>

namespace stt::stream {
namespace {

constexpr std::size_t offset_in_chunk(std::uint64_t position) {
  return static_cast<std::size_t>(position % chunk_positions);
}

// The first END_OF_MESSAGE of a chunk at `from` or later.
std::optional<std::size_t> find_end_in(const Chunk& chunk, std::size_t from) {
  std::uint64_t words = chunk.words_with_ends & (~std::uint64_t{0} << (from / 64));
  while (words != 0) {
    const auto word = static_cast<std::size_t>(std::countr_zero(words));
    const std::uint64_t before = word == from / 64 ? from % 64 : 0;
    const std::uint64_t ends = chunk.ends[word] & (~std::uint64_t{0} << before);
    if (ends != 0) return word * 64 + static_cast<std::size_t>(std::countr_zero(ends));
    words &= words - 1;
  }
  return std::nullopt;
}

}  // namespace

const Chunk& Line::chunk(std::uint64_t position) const {
  const std::uint64_t at = number(position);
  STT_ASSERT(at >= first_ && at - first_ < slots_.size());
  const std::unique_ptr<Chunk>& found = slots_[at & (slots_.size() - 1)];
  STT_ASSERT(found != nullptr);
  return *found;
}

Chunk& Line::chunk_for_writing(std::uint64_t position) {
  const std::uint64_t at = number(position);
  STT_ASSERT(at >= first_);
  if (at - first_ >= slots_.size()) grow(at - first_ + 1);
  std::unique_ptr<Chunk>& found = slot(at);
  if (!found) found = pool_->acquire();
  return *found;
}

void Line::grow(std::uint64_t numbers) {
  std::vector<std::unique_ptr<Chunk>> bigger(std::bit_ceil(static_cast<std::size_t>(numbers)));
  for (std::uint64_t i = 0; i < slots_.size(); ++i) {
    bigger[(first_ + i) & (bigger.size() - 1)] = std::move(slot(first_ + i));
  }
  slots_ = std::move(bigger);
}

void Line::write(std::uint64_t position, ByteView bytes) {
  while (!bytes.empty()) {
    const std::size_t at = offset_in_chunk(position);
    const std::size_t size = std::min(bytes.size(), chunk_positions - at);
    std::ranges::copy(bytes.first(size),
                      chunk_for_writing(position).bytes.begin() + static_cast<std::ptrdiff_t>(at));
    bytes = bytes.subspan(size);
    position += size;
  }
}

void Line::write_end(std::uint64_t position, wire::FrameType type) {
  Chunk& to = chunk_for_writing(position);
  const std::size_t at = offset_in_chunk(position);
  const std::uint64_t word = std::uint64_t{1} << (at / 64);
  if ((to.words_with_ends & word) == 0) to.ends[at / 64] = 0;
  to.words_with_ends |= word;
  to.ends[at / 64] |= std::uint64_t{1} << (at % 64);
  to.bytes[at] = static_cast<std::byte>(type);
}

void Line::read(std::uint64_t position, MutableByteView out) const {
  while (!out.empty()) {
    const std::size_t at = offset_in_chunk(position);
    const std::size_t size = std::min(out.size(), chunk_positions - at);
    std::ranges::copy(ByteView(chunk(position).bytes).subspan(at, size), out.begin());
    out = out.subspan(size);
    position += size;
  }
}

std::optional<std::uint64_t> Line::find_end(std::uint64_t from, std::uint64_t to) const {
  while (from < to) {
    if (const auto at = find_end_in(chunk(from), offset_in_chunk(from))) {
      const std::uint64_t found = from - offset_in_chunk(from) + *at;
      if (found >= to) return std::nullopt;
      return found;
    }
    const std::uint64_t next = from + (chunk_positions - offset_in_chunk(from));
    if (next < from) return std::nullopt;  // the end of all positions
    from = next;
  }
  return std::nullopt;
}

wire::FrameType Line::end_type(std::uint64_t position) const {
  return static_cast<wire::FrameType>(chunk(position).bytes[offset_in_chunk(position)]);
}

void Line::release_before(std::uint64_t position, bool nothing_after) {
  const std::uint64_t to = number(position) + (nothing_after ? 1 : 0);
  for (std::uint64_t i = first_; i < to && i - first_ < slots_.size(); ++i) {
    if (slot(i)) pool_->release(std::move(slot(i)));
  }
  first_ = std::max(first_, number(position));
}

void Line::clear() {
  for (std::unique_ptr<Chunk>& chunk : slots_) {
    if (chunk) pool_->release(std::move(chunk));
  }
  slots_.clear();
  slots_.shrink_to_fit();
}

}  // namespace stt::stream

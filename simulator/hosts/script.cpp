#include <simulator/hosts/script.hpp>

#include <stt/base/assert.hpp>

namespace stt::sim {

Script::Script(Draws content, std::vector<std::uint64_t> sizes, const Marker& marker)
    : content_(std::move(content)), sizes_(std::move(sizes)), marker_(marker) {
  std::uint64_t start = 0;
  for (const std::uint64_t size : sizes_) {
    starts_.push_back(start);
    start += size;
  }
}

Script::Script(ByteView file)
    : content_(0, 0, "unused"), sizes_{file.size()}, starts_{0}, file_(file), is_file_(true) {}

std::uint64_t Script::total_bytes() const {
  return sizes_.empty() ? 0 : starts_.back() + sizes_.back();
}

void Script::fill(std::size_t message, std::uint64_t offset, MutableByteView out) const {
  STT_ASSERT(offset + out.size() <= sizes_[message]);
  if (is_file_) {
    std::ranges::copy(file_.subspan(offset, out.size()), out.begin());
    return;
  }
  const std::uint64_t start = starts_[message] + offset;
  content_.fill_at(start, out);
  for (std::size_t i = 0; i < out.size();) {
    const std::uint64_t within = (start + i) % marker_every;
    if (within < marker_bytes) {
      out[i++] = marker_[within];
    } else {
      i += marker_every - within;
    }
  }
}

}  // namespace stt::sim

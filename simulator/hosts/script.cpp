#include <simulator/hosts/script.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::sim {
namespace {

constexpr std::size_t window_bytes_max = 16U << 10;

}  // namespace

Script::Script(Draws content, std::vector<std::uint64_t> sizes, const Marker& marker)
    : content_(content), sizes_(std::move(sizes)), marker_(marker) {
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
  // The first marker may have begun before `out` does.
  const std::uint64_t begun = start % marker_every;
  if (begun < marker_bytes) {
    const std::size_t size = std::min<std::size_t>(out.size(), marker_bytes - begun);
    std::ranges::copy(ByteView(marker_).subspan(begun, size), out.begin());
  }
  for (std::size_t at = marker_every - begun; at < out.size(); at += marker_every) {
    const std::size_t size = std::min<std::size_t>(marker_bytes, out.size() - at);
    std::ranges::copy(ByteView(marker_).first(size), out.subspan(at).begin());
  }
}

ByteView ScriptWindow::look(const Script& script, std::size_t message, std::uint64_t offset) {
  const bool is_there = message == message_ && offset >= start_ && offset - start_ < bytes_.size();
  if (!is_there) {
    message_ = message;
    start_ = offset;
    bytes_.resize(std::min<std::uint64_t>(window_bytes_max, script.size(message) - offset));
    script.fill(message, offset, bytes_);
  }
  return ByteView(bytes_).subspan(offset - start_);
}

}  // namespace stt::sim

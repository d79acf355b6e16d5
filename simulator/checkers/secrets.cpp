#include <simulator/checkers/secrets.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::sim {
namespace {

std::size_t pair_at(ByteView bytes, std::size_t at) {
  return std::to_integer<std::size_t>(bytes[at]) << 8 | std::to_integer<std::size_t>(bytes[at + 1]);
}

}  // namespace

void Secrets::add(Bytes bytes, std::string what) {
  STT_ASSERT(bytes.size() >= 8);
  begins_[pair_at(bytes, 0)] = true;
  entries_.push_back({std::move(bytes), std::move(what)});
}

std::optional<std::string> Secrets::find_in(ByteView bytes) const {
  for (std::size_t at = 0; at + 1 < bytes.size(); ++at) {
    if (!begins_[pair_at(bytes, at)]) continue;
    const ByteView rest = bytes.subspan(at);
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
      return rest.size() >= entry.bytes.size() &&
             equal(rest.first(entry.bytes.size()), entry.bytes);
    });
    if (found != entries_.end()) return found->what;
  }
  return std::nullopt;
}

}  // namespace stt::sim

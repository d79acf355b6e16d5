#include <simulator/trace/trace.hpp>

namespace stt::sim {
namespace {

constexpr std::size_t buffer_bytes = 64U << 10;

template <class T>
void put(Bytes& to, T value) {
  for (std::size_t i = sizeof(T); i > 0; --i)
    to.push_back(static_cast<std::byte>(value >> (8 * (i - 1))));
}

}  // namespace

Trace::Trace() {
  pending_.reserve(buffer_bytes);
}

void Trace::observe(const Observation& observation) {
  put(pending_, static_cast<std::uint64_t>(observation.at.time_since_epoch().count()));
  put(pending_, observation.entity.value());
  pending_.push_back(static_cast<std::byte>(observation.kind));
  put(pending_, observation.number);
  put(pending_, std::uint64_t{observation.bytes.size()});
  append(pending_, observation.bytes);
  if (pending_.size() >= buffer_bytes) flush();
}

crypto::Digest Trace::digest() const {
  return crypto::hash({as_bytes("simulator trace"), chain_, pending_});
}

void Trace::flush() {
  chain_ = crypto::hash({as_bytes("simulator trace"), chain_, pending_});
  pending_.clear();
}

}  // namespace stt::sim

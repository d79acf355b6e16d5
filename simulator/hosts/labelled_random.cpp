#include <simulator/hosts/labelled_random.hpp>

#include <stt/crypto/keyed_hash.hpp>
#include <stt/wire/writer.hpp>

namespace stt::sim {

Result<void> LabelledRandom::fill(std::string_view label, MutableByteView out) {
  auto draws = draws_.find(label);
  if (draws == draws_.end()) draws = draws_.emplace(std::string(label), 0).first;
  Bytes message(label.size() + sizeof(std::uint64_t));
  wire::Writer writer(message);
  writer.bytes(as_bytes(label));
  writer.be(draws->second++);
  const ByteArray<64> drawn = crypto::keyed_hash(entropy_, message);
  if (out.size() > drawn.size()) return fail(Errc::random_failed);
  std::ranges::copy(ByteView(drawn).first(out.size()), out.begin());
  return {};
}

}  // namespace stt::sim

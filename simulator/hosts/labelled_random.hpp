// Random bytes that are a function of one value and of what they are drawn for, so that another
// implementation draws the same: see "entropy" in docs/adapter-protocol.md.
#pragma once

#include <map>
#include <string>

#include <stt/base/random.hpp>

namespace stt::sim {

class LabelledRandom final : public Random {
 public:
  explicit LabelledRandom(const ByteArray<32>& entropy) : entropy_(entropy) {}

  // base.random_failed for more than 64 bytes.
  Result<void> fill(std::string_view label, MutableByteView out) override;

 private:
  ByteArray<32> entropy_;
  std::map<std::string, std::uint64_t, std::less<>> draws_;  // so far, by label
};

}  // namespace stt::sim

// Randomness is handed in, so that the simulator and the vectors can replay every byte.
#pragma once

#include <string_view>

#include <stt/base/bytes.hpp>
#include <stt/base/result.hpp>

namespace stt {

class Random {
 public:
  virtual ~Random() = default;

  // Fills `out`. `label` names what the bytes are for ("hello.nonce"), so that a vector can inject
  // them one by one. Fails with base.random_failed; then the operation that asked fails too.
  virtual Result<void> fill(std::string_view label, MutableByteView out) = 0;
};

}  // namespace stt

// SHA3-256 (OpenSSL EVP): content addresses and file digests.
#pragma once

#include <memory>

#include <stt/base/bytes.hpp>

namespace stt::crypto {

class Sha3 {
 public:
  Sha3();
  ~Sha3();
  Sha3(Sha3&&) noexcept;
  Sha3& operator=(Sha3&&) noexcept;

  void update(ByteView bytes);
  // Ends the computation; call once.
  ByteArray<32> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

ByteArray<32> sha3_256(ByteView bytes);

}  // namespace stt::crypto

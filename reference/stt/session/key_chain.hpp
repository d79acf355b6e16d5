// The keys of one direction, one generation after the other:
//
//   key_n = KDF(chain_n, "key")     chain_{n+1} = KDF(chain_n, "rotate")
#pragma once

#include <utility>

#include <stt/crypto/kdf.hpp>

namespace stt::session {

class KeyChain {
 public:
  // Move chain_0 in, so that no copy of it stays behind.
  explicit KeyChain(crypto::Key chain_0) : chain_(std::move(chain_0)) {}

  // key_n, and from here on the chain stands at n + 1: chain_n is wiped.
  crypto::Key advance();

 private:
  crypto::Key chain_;
};

}  // namespace stt::session

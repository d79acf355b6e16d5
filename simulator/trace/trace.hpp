// One hash over everything that happens in a world: the same seed gives the same hash with any
// compiler and at any optimisation.
#pragma once

#include <simulator/engine/observation.hpp>
#include <stt/crypto/kdf.hpp>

namespace stt::sim {

// Records are gathered, and each full buffer is hashed onto the digest so far (BLAKE2b-256):
//
//   field     bytes
//   time      8      ns
//   entity    4
//   kind      1
//   number    8
//   size      8      of the bytes
//   bytes     ...
class Trace final : public Observer {
 public:
  Trace();

  void observe(const Observation& observation) override;
  // Of everything so far; observing may go on.
  crypto::Digest digest() const;

 private:
  void flush();

  crypto::Digest chain_{};
  Bytes pending_;
};

}  // namespace stt::sim

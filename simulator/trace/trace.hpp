// One hash over everything that happens in a world: the same seed gives the same hash with any
// compiler and at any optimisation.
#pragma once

#include <simulator/engine/observation.hpp>
#include <stt/crypto/kdf.hpp>

namespace stt::sim {

// Records are gathered, and each full buffer is hashed onto the digest so far (BLAKE2b-256). Bytes
// enter a record as their XXH3-128, which is many times faster: the hash has to notice accidents,
// and nobody attacks it.
//
//   field     bytes
//   kind      1
//   time      varint   ns since the record before
//   entity    varint
//   number    varint
//   size      varint   of the bytes
//   bytes     16       XXH3-128, canonical; only if there are any
class Trace final : public Observer {
 public:
  Trace();

  void observe(const Observation& observation) override;
  // Of everything so far; observing may go on.
  crypto::Digest digest() const;

 private:
  crypto::Digest chained() const;

  crypto::Digest chain_{};
  Instant last_at_{};
  Bytes pending_;
  std::size_t pending_bytes_ = 0;
};

}  // namespace stt::sim

// One hash over everything that happens in a world: the same seed gives the same hash with any
// compiler and at any optimisation.
#pragma once

#include <memory>

#include <simulator/engine/observation.hpp>
#include <stt/crypto/kdf.hpp>

namespace stt::sim {

// One XXH3-128 over all records, in which bytes stand as their own XXH3-128; BLAKE2b-256 of it is
// the digest. XXH3 is many times faster than a hash for cryptography: this one has to notice
// accidents, and nobody attacks it.
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
  crypto::Digest digest();

 private:
  void hash_waiting();

  struct State;
  struct Free {
    void operator()(State* state) const;
  };

  std::unique_ptr<State, Free> records_;
  Bytes waiting_;  // records that are not hashed yet: many at once cost less
  std::size_t waiting_bytes_ = 0;
  Instant last_at_{};
};

}  // namespace stt::sim

// How a handshake ends, for the node.
#pragma once

#include <optional>
#include <variant>

#include <stt/base/address.hpp>
#include <stt/base/errc.hpp>
#include <stt/base/strong.hpp>
#include <stt/base/time.hpp>
#include <stt/crypto/kdf.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/types.hpp>

namespace stt::handshake {

// Names one handshake of one Handshakes object; never used twice.
using HandshakeHandle = Strong<struct HandshakeHandleTag, std::uint64_t>;

// Both identities are proven. The two chains are chain_0 of the session's directions; the one
// who takes this value wipes them as soon as key_0 and chain_1 exist.
struct Established {
  std::optional<HandshakeHandle> handle;  // what start() returned; none for a responder
  Role role{};                            // ours
  Address address;                        // of the peer
  SessionId session_id;
  NodeId peer;
  SeedHint hint;
  wire::Parameters peer_parameters;
  crypto::Key chain_i2r;
  crypto::Key chain_r2i;
  std::optional<Duration> round_trip;  // if one was measured without ambiguity
};

// Only the application that called start() is told; a responder's failures stay silent.
struct Failed {
  HandshakeHandle handle;
  Errc reason{};
};

using Outcome = std::variant<Established, Failed>;

}  // namespace stt::handshake

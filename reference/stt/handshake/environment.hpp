// What every handshake of a node stands on.
#pragma once

#include <stt/base/address.hpp>
#include <stt/base/random.hpp>
#include <stt/crypto/identity.hpp>
#include <stt/handshake/config.hpp>
#include <stt/handshake/session_ids.hpp>

namespace stt::handshake {

struct Environment {
  const HandshakeConfig& config;
  const crypto::Identity& identity;
  Random& random;
  const SessionIds& session_ids;

  NodeId own_id() const { return NodeId{identity.node_id()}; }
  bool usable(const SessionId& id) const { return !id.is_zero() && !session_ids.in_use(id); }
};

// May a frame from `from` belong to a handshake with `peer`? Datagrams may change their way; what
// began on a reliable connection stays on it.
inline bool may_come_from(const Address& peer, const Address& from) {
  const bool datagrams = peer.transport == Transport::udp && from.transport == Transport::udp;
  return datagrams || peer == from;
}

}  // namespace stt::handshake

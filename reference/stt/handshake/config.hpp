// What the owner of a node decides about its handshakes.
#pragma once

#include <cstddef>
#include <functional>

#include <stt/base/time.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/types.hpp>

namespace stt::handshake {

struct HandshakeConfig {
  wire::Parameters parameters;  // declared to every peer; within their ranges

  // As initiator. Over a reliable connection nothing is sent again; the deadline stays.
  Duration deadline = 10s;                   // from start() to FINAL
  Duration resend_first = 500ms;             // doubles with each resend of the same bytes
  std::size_t resends_before_new_hello = 3;  // of one AUTH_PROOF, without FINAL
  std::size_t pending_per_seed_max = 4;

  // As responder.
  bool accepts = true;  // answers HELLOs
  Duration half_open_age_max = 5s;
  std::size_t half_open_max = 4'096;  // in total
  std::size_t half_open_per_seed_max = 1'024;

  // Judges the proven node id of a peer, in both roles; empty accepts every holder of the seed.
  std::function<bool(const NodeId&, const SeedHint&)> accept_peer;
};

}  // namespace stt::handshake

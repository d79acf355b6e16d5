// The "config" of peer.new, as docs/adapter-protocol.md lists it.
#pragma once

#include <optional>

#include <conformance/suite/reference/fields.hpp>
#include <stt/node/config.hpp>

namespace stt::conform {

struct PeerConfig {
  Config node;
  bool auto_read = true;  // what arrives on streams is read at once
};

// Nothing if `config` has a member that is not known. Throws AdapterError for a malformed one.
std::optional<PeerConfig> read_peer_config(const nlohmann::json& config);

// The other way round: what is set otherwise than by default. What only concerns how an
// implementation works within has no words there, and is left to it.
nlohmann::json peer_config_of(const Config& config);

}  // namespace stt::conform

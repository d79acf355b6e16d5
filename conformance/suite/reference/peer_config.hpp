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

}  // namespace stt::conform

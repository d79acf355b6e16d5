// The settings of a node, in the words of docs/adapter-protocol.md.
#pragma once

#include <nlohmann/json.hpp>

#include <stt/node/config.hpp>

namespace stt::conform {

// The member "config" of peer.new: what is set otherwise than by default. What only concerns how an
// implementation works within has no words there, and is left to it.
nlohmann::json settings_of(const Config& config);

}  // namespace stt::conform

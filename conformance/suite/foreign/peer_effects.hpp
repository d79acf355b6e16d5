// What a foreign peer says in a reply, read with care.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include <stt/base/time.hpp>
#include <stt/node/event.hpp>

namespace stt::conform {

struct Transmitted {
  std::string to;  // an address, as the peer was told it
  Bytes bytes;
};
struct Arrived {  // bytes of a message, to be read
  SessionHandle session;
  StreamId stream;
  Bytes bytes;
  bool end_of_message = false;
  wire::FrameType type = wire::FrameType::data;
};
struct Dropped {
  std::string reason;
};
// An event whose address is only a text so far: Connected, PeerAddressChanged.
struct Addressed {
  Event event;
  std::string address;
};
using Effect = std::variant<Transmitted, Arrived, Dropped, Addressed, Event>;

// Throws AdapterError with the name of what is missing, malformed or unknown.
std::vector<Effect> read_effects(const nlohmann::json& reply);
std::optional<Instant> read_timer(const nlohmann::json& reply);
// The reason of a refused command.
Errc read_reason(const nlohmann::json& reply);

}  // namespace stt::conform

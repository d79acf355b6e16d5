// `stt node listen`: takes files from every peer that holds the shared seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <conformance/tool/node_setup.hpp>

namespace stt::tool {

// By UDP, by WebSocket, or both: at least one port is there. Port 0: the system chooses.
struct ListenOptions {
  NodeOptions node;
  std::optional<std::uint16_t> port;  // UDP
  std::optional<std::uint16_t> ws;
  std::optional<std::uint16_t> wss;  // with both of the following
  std::string certificate;
  std::string key;
  std::string bind;  // checked; empty: every address
  std::string out = ".";
  std::string expect;  // checked node id; empty: every holder of the seed
  bool once = false;
};

int listen(const ListenOptions& options);

}  // namespace stt::tool

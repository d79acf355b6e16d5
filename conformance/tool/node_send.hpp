// `stt node send`: moves one file to a listening node and waits for its verdict.
#pragma once

#include <cstdint>
#include <string>

#include <conformance/tool/node_setup.hpp>

namespace stt::tool {

struct SendOptions {
  NodeOptions node;
  std::string file;
  std::string to;      // checked: HOST:PORT for UDP, or the URL of a WebSocket
  std::string ca;      // PEM file of the authorities to trust (wss); empty: the system's
  std::string expect;  // checked node id; empty: any
  std::uint64_t rotate_after_bytes = 1'000'000'000;
  std::uint32_t timeout_seconds = 10;  // of the handshake
};

// Whether a text is meant as a URL rather than as HOST:PORT.
bool is_url(const std::string& to);

int send(const SendOptions& options);

}  // namespace stt::tool

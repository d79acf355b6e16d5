// `stt node send`: moves one file to a listening node and waits for its verdict.
#pragma once

#include <cstdint>
#include <string>

#include <conformance/tool/node_setup.hpp>

namespace stt::tool {

struct SendOptions {
  NodeOptions node;
  std::string file;
  std::string to;      // checked HOST:PORT
  std::string expect;  // checked node id; empty: any
  std::uint64_t rotate_after_bytes = 1'000'000'000;
  std::uint32_t timeout_seconds = 10;  // of the handshake
};

int send(const SendOptions& options);

}  // namespace stt::tool

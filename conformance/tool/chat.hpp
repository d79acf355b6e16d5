// `stt chat`: two people, or two programs, exchange lines over one stream.
#pragma once

#include <cstdint>
#include <string>

#include <conformance/tool/node_setup.hpp>

namespace stt::tool {

struct ChatOptions {
  std::string to;  // HOST:PORT; empty: listen
  std::uint16_t port = 0;
  std::string bind;  // empty: all addresses
  NodeOptions node;
  std::string expect;  // a checked node id; empty: any
  int timeout_seconds = 10;
  int idle_timeout_seconds = 30;
};

// Until either side ends; returns the exit code.
int chat(const ChatOptions& options);

}  // namespace stt::tool

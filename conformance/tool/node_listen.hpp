// `stt node listen`: takes files from every peer that holds the shared seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <conformance/tool/node_setup.hpp>

namespace stt::tool {

struct ListenOptions {
  NodeOptions node;
  std::uint16_t port = 0;
  std::string bind;  // checked; empty: every address
  std::string out = ".";
  std::string expect;  // checked node id; empty: every holder of the seed
  bool once = false;
};

int listen(const ListenOptions& options);

}  // namespace stt::tool

// What lives above a node.
#pragma once

#include <stt/node/node.hpp>

namespace stt::sim {

class Host;

class Application {
 public:
  virtual ~Application() = default;
  // The node runs. Commands may be given in each of these; the host polls the node afterwards.
  virtual void start(Host& host) = 0;
  virtual void on_event(Host& host, const stt::Event& event) = 0;
  virtual void on_wake(Host& host, std::uint64_t argument) = 0;
};

}  // namespace stt::sim

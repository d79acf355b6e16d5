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
  virtual void on_wake(Host& host, std::uint32_t argument) = 0;
  // The node is gone, and with it what the application held in memory; start() follows.
  virtual void on_crash(Host& host, bool keeps_storage) = 0;
};

}  // namespace stt::sim

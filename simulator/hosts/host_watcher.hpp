// Eyes on the inside of a host: what its driver sees pass between a node and the world. Watchers
// look at a node only through what its application could ask as well.
#pragma once

#include <stt/node/node.hpp>

namespace stt::sim {

class Host;

class HostWatcher {
 public:
  virtual ~HostWatcher() = default;
  virtual void on_event(const Host&, const stt::Event&) {}
  // The node is about to be given these bytes; and has taken them, and said nothing yet.
  virtual void before_datagram(const Host&, ByteView) {}
  virtual void after_datagram(const Host&) {}
  // The node is gone.
  virtual void on_crash(const Host&) {}
};

}  // namespace stt::sim

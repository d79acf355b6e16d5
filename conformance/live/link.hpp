// A way to the implementation under test on which anything at all can be said: the datagrams of one
// UDP socket, or the messages of one WebSocket.
#pragma once

#include <memory>
#include <vector>

#include <conformance/live/scene.hpp>
#include <stt/base/bytes.hpp>

namespace stt::conform::live {

class Link {
 public:
  virtual ~Link() = default;

  // One datagram or message, not empty.
  virtual void send(ByteView bytes) = 0;
  // What has come from the implementation since this was asked last, in order.
  virtual std::vector<Bytes> receive() = 0;
  // Whether the implementation has ended the connection; a socket has none.
  virtual bool has_ended() const = 0;
};

// A new socket or connection. Throws EndOfCase if there is none. `scene` outlives it.
std::unique_ptr<Link> open_link(Scene& scene);

}  // namespace stt::conform::live

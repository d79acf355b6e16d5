// Who else uses session ids: an id names one session or handshake of a node at a time.
#pragma once

#include <stt/wire/types.hpp>

namespace stt::handshake {

class SessionIds {
 public:
  virtual ~SessionIds() = default;
  virtual bool in_use(const SessionId& id) const = 0;
};

}  // namespace stt::handshake

// What the completion handlers of this folder have in common; for .cpp files: Asio is heavy.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/error.hpp>

namespace stt::adapters {

// An object that makes handlers which do nothing once it is dead: one may be queued already when
// its object is destroyed.
class HandlerOwner {
 public:
  // For waits; `action` is not called after a cancellation either.
  template <class Action>
  auto unless_dead(Action action) const {
    return [alive = std::weak_ptr<char>(alive_),
            action = std::move(action)](const boost::system::error_code& error = {}) mutable {
      if (error != boost::asio::error::operation_aborted && !alive.expired()) action();
    };
  }

 private:
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace stt::adapters

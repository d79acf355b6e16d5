// The inside of an EventLoop, for the .cpp files of drivers only: Asio is heavy.
#pragma once

#include <chrono>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stt/adapters/asio/event_loop.hpp>

namespace stt::adapters {

namespace net = boost::asio;

struct EventLoop::Impl {
  net::io_context context{1};  // one thread: no locks
  std::chrono::steady_clock::time_point epoch = std::chrono::steady_clock::now();
  net::steady_timer alarm{context};
  net::signal_set signals{context};
  std::function<void()> on_interrupt;

  Instant now() const { return Instant(std::chrono::steady_clock::now() - epoch); }
  std::chrono::steady_clock::time_point at(Instant when) const {
    return epoch + when.time_since_epoch();
  }
  void wait_for_signal();
};

}  // namespace stt::adapters

// The inside of an EventLoop, for the .cpp files of drivers only: Asio is heavy.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stt/adapters/asio/event_loop.hpp>

namespace stt::adapters {

namespace net = boost::asio;

struct EventLoop::Impl {
  net::io_context context{1};  // one thread: no locks
  net::steady_timer alarm{context};
  net::signal_set signals{context};
  std::function<void()> on_interrupt;

  void wait_for_signal();
};

}  // namespace stt::adapters

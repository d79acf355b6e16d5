// Where a program waits: one Boost.Asio context with the real clock, an alarm and the interrupt
// signals. One thread, the one that calls run(). Drivers live on a loop; it outlives them.
#pragma once

#include <functional>
#include <memory>

#include <stt/base/time.hpp>

namespace stt::adapters {

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // steady_now(): loops and drivers have one clock.
  Instant now() const;

  // Returns when stop() was called.
  void run();
  // The same, but gives up after `limit`: then it returns false.
  bool run_for(Duration limit);
  // Makes run() return; it may be called again afterwards.
  void stop();

  // Calls `action` once at `when`; a second call_at replaces the first.
  void call_at(Instant when, std::function<void()> action);
  // Calls `action` for every SIGINT and SIGTERM from now on.
  void on_interrupt(std::function<void()> action);

  // For drivers: defined in event_loop_impl.hpp, the only header that brings Asio along.
  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace stt::adapters

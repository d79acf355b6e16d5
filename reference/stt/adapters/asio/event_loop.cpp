#include <csignal>

#include <stt/adapters/asio/event_loop_impl.hpp>
#include <stt/adapters/asio/steady_clock.hpp>

namespace stt::adapters {

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}
EventLoop::~EventLoop() = default;

Instant EventLoop::now() const {
  return steady_now();
}

void EventLoop::run() {
  const auto keep_running = net::make_work_guard(impl_->context);
  impl_->context.restart();
  impl_->context.run();
}

bool EventLoop::run_for(Duration limit) {
  const auto keep_running = net::make_work_guard(impl_->context);
  impl_->context.restart();
  impl_->context.run_for(limit);
  return impl_->context.stopped();
}

void EventLoop::stop() {
  impl_->context.stop();
}

void EventLoop::call_at(Instant when, std::function<void()> action) {
  impl_->alarm.expires_at(steady_time(when));
  impl_->alarm.async_wait([action = std::move(action)](const boost::system::error_code& error) {
    if (!error) action();
  });
}

void EventLoop::on_interrupt(std::function<void()> action) {
  const bool first = !impl_->on_interrupt;
  impl_->on_interrupt = std::move(action);
  if (!first) return;
  impl_->signals.add(SIGINT);
  impl_->signals.add(SIGTERM);
  impl_->wait_for_signal();
}

void EventLoop::Impl::wait_for_signal() {
  signals.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    on_interrupt();
    wait_for_signal();
  });
}

}  // namespace stt::adapters

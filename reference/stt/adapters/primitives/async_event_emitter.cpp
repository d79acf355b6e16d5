#include <stt/adapters/primitives/async_event_emitter.hpp>

namespace stt::async {

net::awaitable<primitives::EmitReport> AsyncEventEmitter::dispatch(std::string_view name,
                                                                   primitives::Payload payload) {
  primitives::EmitReport report;
  if (under_way_ == emits_under_way_max) {
    report.failures.push_back({primitives::Subscription{}, {Errc::emit_too_deep, nullptr}});
    co_return report;
  }
  const UnderWay under_way(under_way_);
  for (const auto& entry : subscribers_.snapshot(name)) {
    if (!entry->subscribed) continue;
    ++report.handlers;
    const Answer answered = co_await entry->handler(payload);
    if (!answered) report.failures.push_back({entry->id, answered.error()});
  }
  co_return report;
}

}  // namespace stt::async

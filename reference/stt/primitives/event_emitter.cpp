#include <stt/primitives/event_emitter.hpp>

namespace stt::primitives {

//= STT-EVENT-002
EmitReport EventEmitter::dispatch(std::string_view name, const Payload& payload) {
  EmitReport report;
  //= STT-EVENT-010
  if (depth_ == emit_depth_max) {
    report.failures.push_back({Subscription{}, Failure{Errc::emit_too_deep, nullptr}});
    return report;
  }
  ++depth_;
  //= STT-EVENT-008
  //= STT-EVENT-009
  for (const auto& entry : subscribers_.snapshot(name)) {
    if (!entry->subscribed) continue;
    ++report.handlers;
    //= STT-EVENT-004
    const auto answered = entry->handler(payload);
    if (!answered) report.failures.push_back({entry->id, answered.error()});
  }
  --depth_;
  return report;
}

}  // namespace stt::primitives

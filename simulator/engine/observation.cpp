#include <simulator/engine/observation.hpp>

namespace stt::sim {
namespace {

enum class Class : std::uint8_t { plain, sent, fault, drop, extra };

struct KindInfo {
  Kind kind;
  std::string_view name;
  Class what;
};

constexpr std::array<KindInfo, kind_count> kinds{{
    {Kind::sent, "sent", Class::sent},
    {Kind::delivered, "delivered", Class::plain},
    {Kind::duplicated, "duplicated", Class::extra},
    {Kind::lost, "lost", Class::drop},
    {Kind::queue_full, "queue_full", Class::drop},
    {Kind::too_big, "too_big", Class::drop},
    {Kind::blocked, "blocked", Class::drop},
    {Kind::unrouted, "unrouted", Class::drop},
    {Kind::unbound, "unbound", Class::drop},
    {Kind::reordered, "reordered", Class::fault},
    {Kind::jittered, "jittered", Class::fault},
    {Kind::corrupted, "corrupted", Class::fault},
    {Kind::truncated, "truncated", Class::fault},
    {Kind::conditions_changed, "conditions_changed", Class::plain},
    {Kind::rebound, "rebound", Class::fault},
    {Kind::timer, "timer", Class::plain},
    {Kind::node_event, "node_event", Class::plain},
    {Kind::command, "command", Class::plain},
    {Kind::timer_not_in_future, "timer_not_in_future", Class::plain},
    {Kind::lost_in_bad_state, "lost_in_bad_state", Class::drop},
    {Kind::lost_in_burst, "lost_in_burst", Class::drop},
    {Kind::lost_by_number, "lost_by_number", Class::drop},
    {Kind::lost_by_type, "lost_by_type", Class::drop},
    {Kind::codel_dropped, "codel_dropped", Class::drop},
    {Kind::binding_expired, "binding_expired", Class::drop},
    {Kind::filtered, "filtered", Class::drop},
    {Kind::swallowed, "swallowed", Class::drop},
    {Kind::tampered, "tampered", Class::fault},
    {Kind::held, "held", Class::fault},
    {Kind::reflected, "reflected", Class::extra},
    {Kind::flooded, "flooded", Class::extra},
    {Kind::forged, "forged", Class::extra},
    {Kind::replayed, "replayed", Class::extra},
    {Kind::crashed, "crashed", Class::fault},
    {Kind::crashed_without_storage, "crashed_without_storage", Class::fault},
    {Kind::restarted, "restarted", Class::plain},
    {Kind::paused, "paused", Class::fault},
    {Kind::clock_stepped, "clock_stepped", Class::fault},
    {Kind::host_down, "host_down", Class::drop},
    {Kind::socket_full, "socket_full", Class::drop},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kind_count; ++i) {
    if (static_cast<std::size_t>(kinds[i].kind) != i) return false;
  }
  return true;
}
static_assert(in_order());

const KindInfo& info(Kind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view name(Kind kind) {
  return info(kind).name;
}

bool is_drop(Kind kind) {
  return info(kind).what == Class::drop;
}

bool is_new_packet(Kind kind) {
  return info(kind).what == Class::sent || info(kind).what == Class::extra;
}

bool is_about_packet(Kind kind) {
  switch (kind) {
    case Kind::conditions_changed:
    case Kind::rebound:
    case Kind::timer:
    case Kind::node_event:
    case Kind::command:
    case Kind::timer_not_in_future:
    case Kind::crashed:
    case Kind::crashed_without_storage:
    case Kind::restarted:
    case Kind::paused:
    case Kind::clock_stepped: return false;
    default: return true;
  }
}

bool is_fault(Kind kind) {
  return info(kind).what >= Class::fault;
}

void KindCounters::observe(const Observation& observation) {
  ++counts_[static_cast<std::size_t>(observation.kind)];
  if (is_new_packet(observation.kind)) ++created_;
  if (is_drop(observation.kind)) ++dropped_;
}

}  // namespace stt::sim

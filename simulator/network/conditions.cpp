#include <simulator/network/conditions.hpp>

#include <algorithm>
#include <array>

#include <stt/base/assert.hpp>

namespace stt::sim {
namespace {

using L = LinkConditions;

constexpr std::uint64_t any = std::uint64_t{1} << 62;

const std::array fields{
    LinkField{"rate", &L::rate_bits_per_second},
    LinkField{"rate_trace", &L::rate_trace},
    LinkField{"delay", &L::delay},
    LinkField{"jitter", &L::jitter},
    LinkField{"jitter_kind", &L::jitter_kind},
    LinkField{"jitter_correlation", &L::jitter_correlation},
    LinkField{"jitter_trace", &L::jitter_trace},
    LinkField{"jitter_reorders", &L::jitter_reorders},
    LinkField{"queue", &L::queue},
    LinkField{"limit", &L::limit_bytes, 1, any},
    LinkField{"limit_packets", &L::limit_packets, 0, any},
    LinkField{"codel_target", &L::codel_target},
    LinkField{"codel_interval", &L::codel_interval},
    LinkField{"mtu", &L::mtu_bytes, 1, 65'535},
    LinkField{"loss", &L::loss},
    LinkField{"gilbert_enter", &L::gilbert_enter},
    LinkField{"gilbert_leave", &L::gilbert_leave},
    LinkField{"gilbert_loss_good", &L::gilbert_loss_good},
    LinkField{"gilbert_loss_bad", &L::gilbert_loss_bad},
    LinkField{"burst", &L::burst},
    LinkField{"burst_packets", &L::burst_packets, 1, 1'000'000},
    LinkField{"drop_packets", &L::drop_packets, 1, any},
    LinkField{"drop_nth", &L::drop_nth, 1, any},
    LinkField{"duplicate", &L::duplicate},
    LinkField{"reorder", &L::reorder},
    LinkField{"reorder_hold", &L::reorder_hold},
    LinkField{"corrupt", &L::corrupt},
    LinkField{"truncate", &L::truncate},
    LinkField{"blocked", &L::blocked},
    LinkField{"tamper", &L::tamper},
    LinkField{"hold", &L::hold},
    LinkField{"hold_for", &L::hold_for},
    LinkField{"reflect", &L::reflect},
    LinkField{"swallow", &L::swallow},
};
static_assert(std::tuple_size_v<decltype(fields)> <= 64);

std::size_t index_of(const LinkMember& member) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].member == member) return i;
  }
  STT_ASSERT(false);  // a member that the table lacks
  return 0;
}

bool attacks(const LinkConditions& conditions) {
  return conditions.tamper > 0 || conditions.hold > 0 || conditions.reflect > 0 ||
         !conditions.swallow.empty();
}

}  // namespace

std::span<const LinkField> link_fields() {
  return fields;
}

bool LinkChange::sets(LinkMember member) const {
  return (which_ >> index_of(member) & 1) != 0;
}

void LinkChange::mark(LinkMember member) {
  which_ |= std::uint64_t{1} << index_of(member);
}

void LinkChange::apply(LinkConditions& to) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if ((which_ >> i & 1) == 0) continue;
    std::visit([&](auto member) { to.*member = values_.*member; }, fields[i].member);
  }
}

void LinkPlan::add(const LinkChange& change) {
  changes.insert(std::ranges::upper_bound(changes, change.at, {}, &LinkChange::at), change);
}

bool has_attacker(const LinkPlan& plan) {
  return attacks(plan.initial) || std::ranges::any_of(plan.changes, [](const LinkChange& change) {
           return attacks(change.values());
         });
}

}  // namespace stt::sim

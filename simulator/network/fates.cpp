#include <simulator/network/fates.hpp>

#include <simulator/network/network.hpp>

namespace stt::sim {
namespace {

constexpr Duration waits_at_most = 20ms;

}  // namespace

FateScript::FateScript(Engine& engine, Network& network, const FatePlan& plan)
    : engine_(engine), network_(network), plan_(plan), id_(engine.add(*this)) {}

void FateScript::decide(HostIndex from, PacketSlot packet) {
  ++seen_;
  const bool is_planned = seen_ >= plan_.first && seen_ - plan_.first < plan_.fates.size();
  const Fate fate = is_planned ? plan_.fates[seen_ - plan_.first] : Fate::deliver;
  switch (fate) {
    case Fate::drop: drop(engine_, id_, packet, Kind::lost_by_number); break;
    case Fate::duplicate: {
      const Packet original = engine_.packets().at(packet);
      const PacketSlot copy = engine_.packets().create(original.from, original.to, original.bytes);
      engine_.observe(id_, Kind::duplicated, engine_.packets().at(copy).number, original.bytes);
      network_.forward(from, packet);
      network_.forward(from, copy);
      break;
    }
    case Fate::swap:
      if (!waiting_.contains(from)) {
        engine_.observe(id_, Kind::reordered, engine_.packets().at(packet).number);
        waiting_[from] = packet;
        engine_.queue().schedule(engine_.now() + waits_at_most, id_, 0, from);
        return;
      }
      [[fallthrough]];
    case Fate::deliver: network_.forward(from, packet);
  }
  release(from);
}

void FateScript::release(HostIndex from) {
  const auto node = waiting_.extract(from);
  if (!node.empty()) network_.forward(from, node.mapped());
}

void FateScript::handle(const Event& event) {
  release(event.argument);
}

}  // namespace stt::sim

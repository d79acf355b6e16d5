#include <simulator/engine/engine.hpp>

namespace stt::sim {

Engine::Engine(std::uint64_t seed, bool shuffle_ties)
    : seed_(seed), queue_(shuffle_ties ? EventQueue::with_shuffled_ties(seed) : EventQueue()) {}

EntityId Engine::add(Entity& entity) {
  entities_.push_back(&entity);
  return EntityId(static_cast<std::uint32_t>(entities_.size() - 1));
}

void Engine::observe(EntityId entity, Kind kind, std::uint64_t number, ByteView bytes) {
  const Observation observation{now(), entity, kind, number, bytes};
  counters_.observe(observation);
  for (Observer* observer : observers_) observer->observe(observation);
}

bool Engine::step() {
  const std::optional<Event> event = queue_.pop();
  if (!event) return false;
  entities_[event->entity.value()]->handle(*event);
  return true;
}

}  // namespace stt::sim

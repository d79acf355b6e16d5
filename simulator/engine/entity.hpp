// What lives in a world and can be woken: a host, a link, the network.
#pragma once

#include <cstdint>

#include <stt/base/strong.hpp>
#include <stt/base/time.hpp>

namespace stt::sim {

// Numbered from 0 in the order of creation; stands in the trace.
using EntityId = Strong<struct EntityIdTag, std::uint32_t>;

// Something that has to happen at a time. Plain data: the queue moves it around a lot.
struct Event {
  Instant at{};
  std::uint64_t rank = 0;      // decides among events of one time
  std::uint64_t id = 0;        // decides among equal ranks; never used twice
  std::uint64_t argument = 0;  // the entity knows what it means
  EntityId entity;
  std::uint32_t code = 0;  // as above
};

class Entity {
 public:
  virtual ~Entity() = default;
  virtual void handle(const Event& event) = 0;
};

}  // namespace stt::sim

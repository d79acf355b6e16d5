// Somebody who is not on the path, but can send datagrams to a host: noise, frames that look right
// and are not, and copies of what others have sent. Assumes the worst: he has seen every header.
#pragma once

#include <vector>

#include <simulator/network/network.hpp>

namespace stt::sim {

class OffPathAttacker final : public Entity, public Observer {
 public:
  // `engine` and `network` outlive it.
  OffPathAttacker(Engine& engine, Network& network, const AttackPlan& plan);

  void handle(const Event& event) override;               // time for the next one
  void observe(const Observation& observation) override;  // listens

 private:
  Bytes forge();

  Engine& engine_;
  Network& network_;
  AttackPlan plan_;
  EntityId id_;
  Draws draws_;
  std::vector<Bytes> heard_;  // the newest datagrams of others
  std::size_t next_heard_ = 0;
};

}  // namespace stt::sim

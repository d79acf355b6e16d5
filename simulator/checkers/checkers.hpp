// Rules that hold at every event of every world, whatever the scenario.
#pragma once

#include <map>
#include <string>

#include <boost/unordered/unordered_flat_set.hpp>
#include <simulator/checkers/secrets.hpp>
#include <simulator/checkers/violations.hpp>
#include <simulator/engine/engine.hpp>
#include <stt/wire/frame.hpp>

namespace stt::sim {

// What a node sends: whole frames, sequences that only rise, epochs that never fall, no nonce
// twice, nothing secret in the clear. All of it from the clear headers.
class WireChecker final : public Observer {
 public:
  // `secrets` must not be seen in the clear. Both outlive it.
  WireChecker(Violations& violations, const Secrets& secrets)
      : violations_(violations), secrets_(secrets) {}

  void observe(const Observation& observation) override;

  // The highest epoch that any session's sender has reached.
  std::uint64_t highest_epoch() const { return highest_epoch_; }

 private:
  struct Sender {
    std::optional<Sequence> last;
    Epoch epoch;
    boost::unordered_flat_set<std::string> nonces;  // asked only, never walked
  };

  void check_frame(const Observation& observation, const wire::FrameView& frame);
  void check_handshake_nonce(const Observation& observation, const wire::FrameView& frame);
  void violate(const Observation& observation, std::string what);

  Violations& violations_;
  const Secrets& secrets_;
  std::map<std::pair<EntityId, SessionId>, Sender> senders_;
  // The frame that went with each nonce: sent again it is the same one.
  std::map<std::string, std::string> handshake_frames_;
  std::uint64_t highest_epoch_ = 0;
};

// Timers lie in the future.
class TimerChecker final : public Observer {
 public:
  explicit TimerChecker(Violations& violations) : violations_(violations) {}
  void observe(const Observation& observation) override;

 private:
  Violations& violations_;
};

// Packets are conserved: sent + duplicated = delivered + dropped + in flight. Asked between events.
void check_conservation(const Engine& engine, Violations& violations);

}  // namespace stt::sim

// Opens everything that hosts send, and holds it against the rules: every frame opens with the keys
// that the handshake on the wire gives (so both sides agree on them), and what it says keeps the
// rules of conduct. Tells which frames are genuine, and in which state of the protocol a packet
// was sent.
#pragma once

#include <map>

#include <boost/unordered/unordered_flat_set.hpp>
#include <simulator/checkers/conduct.hpp>
#include <simulator/checkers/key_ring.hpp>
#include <simulator/checkers/protocol_state.hpp>
#include <simulator/checkers/secrets.hpp>
#include <simulator/checkers/violations.hpp>

namespace stt::sim {

class Eavesdropper final : public Observer {
 public:
  // Adds the keys that it finds to `secrets`. Both outlive it.
  Eavesdropper(std::uint64_t world_seed, Violations& violations, Secrets& secrets)
      : ring_(world_seed), violations_(violations), secrets_(secrets) {}

  void add_host(const KeyHolder& host);
  void observe(const Observation& observation) override;

  const KeyedSession* find(const SessionId& id) { return ring_.find(id); }
  // Whether a host has ever sent a frame with these bytes.
  bool is_genuine(ByteView frame) const { return genuine_.contains(mark_of(frame)); }
  // Of the datagram observed last.
  ProtocolState last_state() const { return last_state_; }

 private:
  using Mark = std::uint64_t;
  static Mark mark_of(ByteView frame);

  void keep_secrets();
  ProtocolState take(const Observation& observation, const wire::FrameView& frame);
  ProtocolState take_auth(const Observation& observation, const wire::FrameView& frame);
  ProtocolState take_session(const Observation& observation, const wire::FrameView& frame);
  void violate(const Observation& observation, const std::string& what);

  KeyRing ring_;
  Violations& violations_;
  Secrets& secrets_;
  std::map<SessionId, Conduct> conduct_;
  std::map<SessionId, std::array<StateTracker, 2>> states_;
  boost::unordered_flat_set<Mark> genuine_;  // asked only, never walked
  ProtocolState last_state_{};
};

}  // namespace stt::sim

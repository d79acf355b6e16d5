// Bytes that nobody has sealed move nothing: a datagram without one genuine frame changes what a
// node counts as dropped, and nothing else that can be asked of it.
#pragma once

#include <set>

#include <simulator/checkers/eavesdropper.hpp>
#include <simulator/hosts/host_watcher.hpp>

namespace stt::sim {

// What can be seen of a node from outside, but for what it has dropped.
struct NodeSnapshot {
  NodeState state{};
  std::uint64_t handshakes_completed = 0;
  std::uint64_t handshakes_failed = 0;
  std::size_t half_open = 0;
  std::optional<Instant> timeout;
  std::vector<SessionStatistics> sessions;
};
NodeSnapshot snapshot(const Node& node, const std::set<SessionHandle>& sessions);
bool is_same(const NodeSnapshot& a, const NodeSnapshot& b);

class AuthenticityChecker final : public HostWatcher {
 public:
  // Both outlive it.
  AuthenticityChecker(Violations& violations, const Eavesdropper& eavesdropper)
      : violations_(violations), eavesdropper_(eavesdropper) {}

  void before_datagram(const Host& host, ByteView datagram) override;
  void after_datagram(const Host& host) override;
  void on_event(const Host& host, const stt::Event& event) override;
  void on_crash(const Host& host) override;

 private:
  Violations& violations_;
  const Eavesdropper& eavesdropper_;
  std::map<HostIndex, std::set<SessionHandle>> sessions_;
  std::optional<NodeSnapshot> before_;  // only for what is not genuine
};

}  // namespace stt::sim

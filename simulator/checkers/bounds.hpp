// What a node holds stays within what it was set to.
#pragma once

#include <set>

#include <simulator/checkers/conduct.hpp>
#include <simulator/checkers/violations.hpp>
#include <simulator/hosts/host.hpp>

namespace stt::sim {

Complaint check_bounds(const Config& config, const NodeStatistics& node);
Complaint check_bounds(const Config& config, const SessionStatistics& session);

// Asks each host every so many datagrams.
class BoundsChecker final : public HostWatcher {
 public:
  explicit BoundsChecker(Violations& violations) : violations_(violations) {}

  void after_datagram(const Host& host) override;
  void on_event(const Host& host, const stt::Event& event) override;
  void on_crash(const Host& host) override;

 private:
  struct Watched {
    std::set<SessionHandle> sessions;
    std::uint64_t datagrams = 0;
  };
  Violations& violations_;
  std::map<HostIndex, Watched> hosts_;
};

}  // namespace stt::sim

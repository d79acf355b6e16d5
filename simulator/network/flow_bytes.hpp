// Counts what each session gets delivered, as somebody on the path would:
// session ids stand in the clear.
#pragma once

#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <simulator/engine/observation.hpp>
#include <stt/wire/types.hpp>

namespace stt::sim {

class FlowBytes final : public Observer {
 public:
  // Datagrams that begin with a DATA frame and are delivered at `from` or later
  // and before `to`.
  FlowBytes(Instant from, Instant to) : from_(from), to_(to) {}

  void observe(const Observation& observation) override;
  // By session, in the order in which their first datagrams were sent.
  std::vector<std::uint64_t> delivered() const;

 private:
  struct Flow {
    SessionId session;
    std::uint64_t bytes = 0;
  };
  struct InFlight {
    std::size_t flow = 0;
    std::size_t bytes = 0;
  };

  std::size_t flow_of(const SessionId& session);

  Instant from_;
  Instant to_;
  std::vector<Flow> flows_;
  boost::unordered_flat_map<std::uint64_t, InFlight> in_flight_;  // by packet; never walked
};

}  // namespace stt::sim

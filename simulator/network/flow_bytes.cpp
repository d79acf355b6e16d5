#include <simulator/network/flow_bytes.hpp>

#include <algorithm>

#include <stt/wire/frame.hpp>

namespace stt::sim {

void FlowBytes::observe(const Observation& observation) {
  if (observation.kind == Kind::sent) {
    const wire::ParseResult parsed = wire::parse_frame(observation.bytes);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr || frame->header.type != wire::FrameType::data) return;
    in_flight_[observation.number] = {flow_of(frame->header.session_id), observation.bytes.size()};
    return;
  }
  if (observation.kind != Kind::delivered && !is_drop(observation.kind)) return;
  const auto packet = in_flight_.find(observation.number);
  if (packet == in_flight_.end()) return;
  if (observation.kind == Kind::delivered && observation.at >= from_ && observation.at < to_) {
    flows_[packet->second.flow].bytes += packet->second.bytes;
  }
  in_flight_.erase(packet);
}

std::size_t FlowBytes::flow_of(const SessionId& session) {
  const auto found = std::ranges::find(flows_, session, &Flow::session);
  if (found != flows_.end()) return static_cast<std::size_t>(found - flows_.begin());
  flows_.push_back({session, 0});
  return flows_.size() - 1;
}

std::vector<std::uint64_t> FlowBytes::delivered() const {
  std::vector<std::uint64_t> bytes;
  for (const Flow& flow : flows_) bytes.push_back(flow.bytes);
  return bytes;
}

}  // namespace stt::sim

#include <stt/adapters/primitives/async_endpoints.hpp>

namespace stt::async {

using primitives::EndpointManager;
using primitives::Routed;

AsyncEndpoints::AsyncEndpoints(const net::any_io_executor& executor,
                               const primitives::EndpointManagerOptions& options)
    : executor_(executor), state_(std::make_shared<State>(State{EndpointManager(options), {}})) {}

AsyncEndpoints::~AsyncEndpoints() {
  for (const auto& [name, lane] : state_->lanes) {
    lane->routers.close();
    lane->takers.close();
  }
}

Result<void> AsyncEndpoints::add(std::string_view name,
                                 const primitives::EndpointOptions& options) {
  return state_->manager.add(name, options);
}

//= STT-ENDPOINT-011
Result<void> AsyncEndpoints::remove(std::string_view name) {
  STT_TRY(state_->manager.remove(name));
  const auto found = state_->lanes.find(name);
  if (found == state_->lanes.end()) return {};
  const std::shared_ptr<Lane> lane = found->second;
  state_->lanes.erase(found);
  lane->failure = Errc::endpoint_unknown;
  lane->routers.notify();
  lane->takers.notify();
  return {};
}

std::vector<Result<Routed>> AsyncEndpoints::route_to_endpoints(
    std::span<const std::string_view> names, ByteView bytes) {
  auto outcomes = state_->manager.route_to_endpoints(names, bytes);
  for (const std::string_view name : names) {
    const auto found = state_->lanes.find(name);
    if (found != state_->lanes.end()) found->second->takers.notify();
  }
  return outcomes;
}

std::shared_ptr<AsyncEndpoints::Lane> AsyncEndpoints::lane_of(std::string_view name) {
  const auto found = state_->lanes.find(name);
  if (found != state_->lanes.end()) return found->second;
  const auto lane = std::make_shared<Lane>(executor_, name);
  EndpointManager& manager = state_->manager;
  if (manager.find(name) == nullptr) {
    if (const auto added = manager.add(name, manager.options().defaults); !added) {
      lane->failure = added.error();
      return lane;
    }
  }
  state_->lanes.emplace(name, lane);
  return lane;
}

Result<Routed> AsyncEndpoints::route(State& state, Lane& lane, ByteView bytes) {
  if (lane.failure) return fail(*lane.failure);
  const auto routed = state.manager.route_to_endpoint(lane.name, bytes);
  if (routed) lane.takers.notify();
  return routed;
}

Result<Bytes> AsyncEndpoints::next(State& state, Lane& lane) {
  if (lane.failure) return fail(*lane.failure);
  const auto bytes = state.manager.next(lane.name);
  if (bytes) lane.routers.notify();
  return bytes;
}

}  // namespace stt::async

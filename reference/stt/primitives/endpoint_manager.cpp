#include <stt/primitives/endpoint_manager.hpp>

namespace stt::primitives {

Result<void> EndpointManager::add(std::string_view name, const EndpointOptions& options) {
  //= STT-ENDPOINT-010
  if (name.size() > endpoint_name_bytes_max || options.items_max == 0) {
    return fail(Errc::invalid_argument);
  }
  if (find(name) != nullptr) return fail(Errc::endpoint_exists);
  if (endpoints_.size() >= options_.endpoints_max) return fail(Errc::too_many_endpoints);
  //= STT-ENDPOINT-005
  endpoints_.emplace(name, options);
  return {};
}

//= STT-ENDPOINT-011
Result<void> EndpointManager::remove(std::string_view name) {
  const auto found = endpoints_.find(name);
  if (found == endpoints_.end()) return fail(Errc::endpoint_unknown);
  endpoints_.erase(found);
  return {};
}

//= STT-ENDPOINT-001
Result<Routed> EndpointManager::route_to_endpoint(std::string_view name, ByteView bytes) {
  auto found = endpoints_.find(name);
  if (found == endpoints_.end()) {
    //= STT-ENDPOINT-006
    STT_TRY(add(name, options_.defaults));
    found = endpoints_.find(name);
  }
  return found->second.push(bytes);
}

//= STT-ENDPOINT-004
std::vector<Result<Routed>> EndpointManager::route_to_endpoints(
    std::span<const std::string_view> names, ByteView bytes) {
  std::vector<Result<Routed>> outcomes;
  outcomes.reserve(names.size());
  for (const std::string_view name : names) outcomes.push_back(route_to_endpoint(name, bytes));
  return outcomes;
}

Result<Bytes> EndpointManager::next(std::string_view name) {
  const auto found = endpoints_.find(name);
  if (found == endpoints_.end()) return fail(Errc::endpoint_unknown);
  return found->second.pop();
}

const EndpointQueue* EndpointManager::find(std::string_view name) const {
  const auto found = endpoints_.find(name);
  return found == endpoints_.end() ? nullptr : &found->second;
}

}  // namespace stt::primitives

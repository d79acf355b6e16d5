// EndpointManager: named endpoints with a queue each. Bytes routed to a name enter that queue and
// no other, so an endpoint that nobody empties delays none of the rest. It does not know what the
// names mean, nor why bytes are routed.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <stt/primitives/endpoint_queue.hpp>

namespace stt::primitives {

struct EndpointManagerOptions {
  EndpointOptions defaults;  // of an endpoint that its first use creates
  std::size_t endpoints_max = endpoints_max_default;
};

class EndpointManager {
 public:
  explicit EndpointManager(const EndpointManagerOptions& options = {}) : options_(options) {}

  // Creates an endpoint with a bound and a policy of its own. primitives.endpoint_exists,
  // primitives.too_many_endpoints; base.invalid_argument for a name above endpoint_name_bytes_max
  // or a queue without room for a single item.
  Result<void> add(std::string_view name, const EndpointOptions& options);
  // Gives up the endpoint and what waits for it. primitives.endpoint_unknown.
  Result<void> remove(std::string_view name);

  // Into the queue of `name`; EndpointQueue::push says what a full one does. The first use of a
  // name creates its endpoint with the defaults, which can fail as add() does.
  Result<Routed> route_to_endpoint(std::string_view name, ByteView bytes);
  // The same for many: what happened to each, in the order of the names. None waits for another.
  std::vector<Result<Routed>> route_to_endpoints(std::span<const std::string_view> names,
                                                 ByteView bytes);

  // The oldest bytes that wait for `name`. stream.would_block while there are none,
  // primitives.endpoint_unknown.
  Result<Bytes> next(std::string_view name);

  const EndpointManagerOptions& options() const { return options_; }
  // By name; they are this manager's, until they are removed.
  const std::map<std::string, EndpointQueue, std::less<>>& endpoints() const { return endpoints_; }
  // Nothing if there is no such endpoint.
  const EndpointQueue* find(std::string_view name) const;

 private:
  EndpointManagerOptions options_;
  std::map<std::string, EndpointQueue, std::less<>> endpoints_;
};

}  // namespace stt::primitives

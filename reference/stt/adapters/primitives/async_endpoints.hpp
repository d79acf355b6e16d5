// EndpointManager for those who wait: for room in a queue whose policy is to block, and for bytes.
// Each endpoint has lines of its own, so nobody waits for an endpoint but those who use it.
#pragma once

#include <map>
#include <string>

#include <stt/adapters/async/wait_queue.hpp>
#include <stt/primitives/endpoint_manager.hpp>

namespace stt::async {

class AsyncEndpoints {
 public:
  // All of it belongs to `executor`.
  explicit AsyncEndpoints(const net::any_io_executor& executor,
                          const primitives::EndpointManagerOptions& options = {});
  // Aborts whoever waits.
  ~AsyncEndpoints();
  AsyncEndpoints(const AsyncEndpoints&) = delete;
  AsyncEndpoints& operator=(const AsyncEndpoints&) = delete;

  // As of EndpointManager. Whoever waits for an endpoint that is removed gets
  // primitives.endpoint_unknown.
  Result<void> add(std::string_view name, const primitives::EndpointOptions& options);
  Result<void> remove(std::string_view name);
  std::vector<Result<primitives::Routed>> route_to_endpoints(
      std::span<const std::string_view> names, ByteView bytes);
  const primitives::EndpointManager& manager() const { return state_->manager; }

  // Waits while the queue is full, if its policy is to block. Completes with (error_code, Routed).
  template <net::completion_token_for<Signature<primitives::Routed>> CompletionToken>
  auto async_route_to_endpoint(std::string_view name, Bytes bytes, CompletionToken&& token) {
    const std::shared_ptr<Lane> lane = lane_of(name);
    return async_attempt<primitives::Routed>(
        lane->routers,
        [state = state_, lane, bytes = std::move(bytes)] { return route(*state, *lane, bytes); },
        std::forward<CompletionToken>(token));
  }

  // The oldest bytes that wait for `name`; the first use creates the endpoint here, too. Completes
  // with (error_code, Bytes).
  template <net::completion_token_for<Signature<Bytes>> CompletionToken>
  auto async_next(std::string_view name, CompletionToken&& token) {
    const std::shared_ptr<Lane> lane = lane_of(name);
    return async_attempt<Bytes>(
        lane->takers, [state = state_, lane] { return next(*state, *lane); },
        std::forward<CompletionToken>(token));
  }

 private:
  // Who waits for one endpoint.
  struct Lane {
    Lane(const net::any_io_executor& executor, std::string_view its_name)
        : name(its_name), routers(executor), takers(executor) {}

    std::string name;
    std::optional<Errc> failure;  // the endpoint was removed, or could not be created
    WaitQueue routers;
    WaitQueue takers;
  };
  struct State {
    primitives::EndpointManager manager;
    // Of endpoints that exist, so there are no more of them.
    std::map<std::string, std::shared_ptr<Lane>, std::less<>> lanes;
  };

  static Result<primitives::Routed> route(State& state, Lane& lane, ByteView bytes);
  static Result<Bytes> next(State& state, Lane& lane);
  // Creates the endpoint if there is none.
  std::shared_ptr<Lane> lane_of(std::string_view name);

  net::any_io_executor executor_;
  std::shared_ptr<State> state_;
};

}  // namespace stt::async

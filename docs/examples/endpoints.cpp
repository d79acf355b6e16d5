// Two sinks, one fast and one slow, and a queue between each of them and whoever sends.
//
// Primitive 4: bytes are routed by names that mean nothing to the manager. Each endpoint has its
// own bounded queue, and you choose what happens when it is full.
#include <docs/examples/expect.hpp>

#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stt/adapters/primitives/async_endpoints.hpp>

namespace {

using namespace stt;
using async::AsyncEndpoints;
using example::expect;
using primitives::Routed;
using primitives::WhenFull;
namespace net = boost::asio;

Bytes bytes_of(std::string_view text) {
  return to_bytes(as_bytes(text));
}

net::awaitable<void> route(AsyncEndpoints& endpoints) {
  // The first use of a name creates its endpoint.
  co_await endpoints.async_route_to_endpoint("video_sink", bytes_of("a frame of video"),
                                             net::use_awaitable);
  // "telemetry_sink" has room for one item and blocks: the second waits until the first is taken,
  // and nobody but this coroutine waits with it.
  co_await endpoints.async_route_to_endpoint("telemetry_sink", bytes_of("95.3"),
                                             net::use_awaitable);
  co_await endpoints.async_route_to_endpoint("telemetry_sink", bytes_of("95.4"),
                                             net::use_awaitable);
}

net::awaitable<void> take_telemetry(AsyncEndpoints& endpoints, int& taken) {
  for (; taken < 2; ++taken) co_await endpoints.async_next("telemetry_sink", net::use_awaitable);
}

}  // namespace

int main() {
  net::io_context context(1);
  AsyncEndpoints endpoints(context.get_executor());
  expect(
      endpoints.add("telemetry_sink", {.items_max = 1, .when_full = WhenFull::block}).has_value());
  net::co_spawn(context, route(endpoints), net::detached);
  context.poll();
  // Each endpoint has an independent queue; one item waits in each, and one in its coroutine.
  expect(endpoints.manager().find("video_sink")->items() == 1);
  expect(endpoints.manager().find("telemetry_sink")->items() == 1);

  int taken = 0;
  net::co_spawn(context, take_telemetry(endpoints, taken), net::detached);
  context.restart();
  context.run();
  expect(taken == 2);

  // One call for many. Live video rather loses an old frame than waits; a log loses nothing, so
  // here it says that it is full. Each answer is that of one endpoint.
  expect(endpoints.add("viewer", {.items_max = 1, .when_full = WhenFull::drop_oldest}).has_value());
  expect(endpoints.add("log", {.items_max = 1, .when_full = WhenFull::refuse}).has_value());
  const std::array<std::string_view, 2> names{"viewer", "log"};
  endpoints.route_to_endpoints(names, as_bytes("frame 1"));
  const auto outcomes = endpoints.route_to_endpoints(names, as_bytes("frame 2"));
  expect(outcomes[0] == Routed::queued);
  expect(endpoints.manager().find("viewer")->counters().dropped == 1);
  expect(outcomes[1] == fail(Errc::endpoint_full));
}

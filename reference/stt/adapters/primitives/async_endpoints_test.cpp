#include <stt/adapters/primitives/async_endpoints.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

namespace stt::async {
namespace {

using primitives::Routed;
using primitives::WhenFull;

class AsyncEndpointsTest : public ::testing::Test {
 protected:
  void run() {
    context.restart();
    context.poll();
  }
  void route(std::string_view name, std::string_view text) {
    endpoints.async_route_to_endpoint(
        name, to_bytes(as_bytes(text)),
        [this](const error_code& error, Routed) { routed.push_back(error); });
  }
  void take(std::string_view name) {
    endpoints.async_next(name, [this](const error_code& error, const Bytes& bytes) {
      taken.push_back(error ? error.message() : text(bytes));
    });
  }
  static std::string text(const Bytes& bytes) {
    std::string out;
    for (const std::byte byte : bytes) out += static_cast<char>(byte);
    return out;
  }

  net::io_context context{1};
  AsyncEndpoints endpoints{context.get_executor(),
                           {.defaults = {.items_max = 1}, .endpoints_max = 3}};
  std::vector<error_code> routed;
  std::vector<std::string> taken;
};

//= STT-ENDPOINT-003 test
TEST_F(AsyncEndpointsTest, WhoeverRoutesToAFullQueueWaitsForRoom) {
  for (const char* item : {"1", "2", "3"}) route("e", item);
  run();
  EXPECT_EQ(routed.size(), 1U);
  take("e");
  run();
  EXPECT_EQ(routed.size(), 2U);
  take("e");
  take("e");
  run();
  EXPECT_EQ(routed.size(), 3U);
  EXPECT_EQ(taken, (std::vector<std::string>{"1", "2", "3"}));
}

//= STT-ENDPOINT-007 test
TEST_F(AsyncEndpointsTest, ASlowEndpointDelaysNoOther) {
  route("slow", "1");
  route("slow", "2");  // waits
  for (int i = 0; i < 5; ++i) {
    route("fast", "x");
    take("fast");
  }
  run();
  EXPECT_EQ(taken.size(), 5U);
  EXPECT_EQ(routed.size(), 6U);
}

//= STT-ENDPOINT-006 test
TEST_F(AsyncEndpointsTest, WhoeverTakesMayComeFirst) {
  take("e");
  run();
  EXPECT_TRUE(taken.empty());
  route("e", "late");
  run();
  EXPECT_EQ(taken, std::vector<std::string>{"late"});
}

//= STT-ENDPOINT-004 test
TEST_F(AsyncEndpointsTest, RoutingToManyWakesWhoeverWaits) {
  take("a");
  take("b");
  run();
  const std::array<std::string_view, 3> names{"a", "b", "c"};
  for (const auto& outcome : endpoints.route_to_endpoints(names, as_bytes("all"))) {
    EXPECT_EQ(outcome, Routed::queued);
  }
  run();
  EXPECT_EQ(taken, (std::vector<std::string>{"all", "all"}));
  EXPECT_EQ(endpoints.manager().find("c")->items(), 1U);
}

//= STT-ENDPOINT-011 test
TEST_F(AsyncEndpointsTest, WhoeverWaitsForARemovedEndpointIsTold) {
  route("e", "1");
  route("e", "2");
  take("other");
  run();
  EXPECT_TRUE(endpoints.remove("e"));
  EXPECT_TRUE(endpoints.remove("other"));
  EXPECT_EQ(endpoints.remove("nobody"), fail(Errc::endpoint_unknown));
  run();
  ASSERT_EQ(routed.size(), 2U);
  EXPECT_EQ(routed[1], error_code(Errc::endpoint_unknown));
  EXPECT_EQ(taken, std::vector<std::string>{"primitives.endpoint_unknown"});
  EXPECT_TRUE(endpoints.manager().endpoints().empty());
  route("e", "new");
  take("e");
  run();
  EXPECT_EQ(taken.back(), "new");
}

//= STT-ENDPOINT-010 test
TEST_F(AsyncEndpointsTest, BoundsTheNumberOfEndpoints) {
  ASSERT_TRUE(endpoints.add("lossy", {.items_max = 1, .when_full = WhenFull::drop_newest}));
  for (const char* name : {"lossy", "lossy", "a", "b", "c"}) route(name, "x");
  take("d");
  run();
  ASSERT_EQ(routed.size(), 5U);
  EXPECT_EQ(std::ranges::count(routed, error_code(Errc::too_many_endpoints)), 1);
  EXPECT_EQ(std::ranges::count(routed, error_code()), 4);
  EXPECT_EQ(taken, std::vector<std::string>{"primitives.too_many_endpoints"});
}

TEST_F(AsyncEndpointsTest, ACancelledRouteIsNotInTheQueue) {
  route("e", "1");
  net::cancellation_signal signal;
  endpoints.async_route_to_endpoint(
      "e", to_bytes(as_bytes("2")),
      net::bind_cancellation_slot(
          signal.slot(), [this](const error_code& error, Routed) { routed.push_back(error); }));
  run();
  signal.emit(net::cancellation_type::total);
  run();
  EXPECT_EQ(routed.back(), net::error::operation_aborted);
  take("e");
  take("e");
  run();
  EXPECT_EQ(taken, std::vector<std::string>{"1"});
}

TEST_F(AsyncEndpointsTest, EndpointsThatAreDestroyedAbortWhoeverWaits) {
  error_code seen;
  {
    AsyncEndpoints others(context.get_executor());
    others.async_next("e", [&](const error_code& error, const Bytes&) { seen = error; });
    run();
  }
  run();
  EXPECT_EQ(seen, net::error::operation_aborted);
}

}  // namespace
}  // namespace stt::async

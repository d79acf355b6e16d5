#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include <stt/primitives/endpoint_manager.hpp>

namespace stt::primitives {
namespace {

std::string text(const Result<Bytes>& bytes) {
  if (!bytes) return std::string(name(bytes.error()));
  std::string out;
  for (const std::byte byte : *bytes) out += static_cast<char>(byte);
  return out;
}

constexpr std::array policies{WhenFull::block, WhenFull::drop_oldest, WhenFull::drop_newest,
                              WhenFull::refuse};

//= STT-ENDPOINT-001 test
//= STT-ENDPOINT-002 test
TEST(EndpointManager, BytesEnterTheQueueOfTheirNameAndNoOther) {
  EndpointManager endpoints;
  EXPECT_EQ(endpoints.route_to_endpoint("video", as_bytes("frame 1")), Routed::queued);
  EXPECT_EQ(endpoints.route_to_endpoint("telemetry", as_bytes("95.3")), Routed::queued);
  EXPECT_EQ(endpoints.route_to_endpoint("video", as_bytes("frame 2")), Routed::queued);
  EXPECT_EQ(text(endpoints.next("telemetry")), "95.3");
  EXPECT_EQ(endpoints.next("telemetry"), fail(Errc::would_block));
  EXPECT_EQ(text(endpoints.next("video")), "frame 1");
  EXPECT_EQ(text(endpoints.next("video")), "frame 2");
}

//= STT-ENDPOINT-006 test
//= STT-ENDPOINT-008 test
TEST(EndpointManager, TheFirstUseOfANameCreatesItWithTheDefaults) {
  EndpointManager endpoints;
  EXPECT_EQ(endpoints.next("new"), fail(Errc::endpoint_unknown));
  EXPECT_TRUE(endpoints.route_to_endpoint("new", {}));
  const EndpointOptions& options = endpoints.find("new")->options();
  EXPECT_EQ(options.items_max, 256U);
  EXPECT_EQ(options.bytes_max, 1'048'576U);
  EXPECT_EQ(options.when_full, WhenFull::block);

  EndpointManager others({.defaults = {.items_max = 1, .when_full = WhenFull::refuse}});
  EXPECT_TRUE(others.route_to_endpoint("new", {}));
  EXPECT_EQ(others.route_to_endpoint("new", {}), fail(Errc::endpoint_full));
}

// Each policy, with a queue of two items that is full.
struct Full {
  explicit Full(WhenFull when_full) {
    EXPECT_TRUE(endpoints.add("e", {.items_max = 2, .bytes_max = 10, .when_full = when_full}));
    for (const auto* item : {"one", "two"}) {
      EXPECT_TRUE(endpoints.route_to_endpoint("e", as_bytes(item)));
    }
  }
  Result<Routed> route(std::string_view item) {
    return endpoints.route_to_endpoint("e", as_bytes(item));
  }
  std::string rest() {
    std::string all;
    while (const auto item = endpoints.next("e")) all += text(item) + " ";
    return all;
  }
  EndpointCounters counters() const { return endpoints.find("e")->counters(); }

  EndpointManager endpoints;
};

//= STT-ENDPOINT-003 test
//= STT-ENDPOINT-012 test
TEST(FullEndpoint, BlocksUntilThereIsRoom) {
  Full full(WhenFull::block);
  EXPECT_EQ(full.route("three"), fail(Errc::would_block));
  EXPECT_EQ(text(full.endpoints.next("e")), "one");
  EXPECT_EQ(full.route("three"), Routed::queued);
  EXPECT_EQ(full.rest(), "two three ");
  EXPECT_EQ(full.counters().routed, 3U);
  EXPECT_EQ(full.counters().taken, 3U);
  EXPECT_EQ(full.counters().dropped, 0U);
}

//= STT-ENDPOINT-003 test
//= STT-ENDPOINT-012 test
TEST(FullEndpoint, DropsTheOldest) {
  Full full(WhenFull::drop_oldest);
  EXPECT_EQ(full.route("three"), Routed::queued);
  EXPECT_EQ(full.counters().dropped, 1U);
  EXPECT_EQ(full.route("0123456789"), Routed::queued);  // as large as the queue: all go
  EXPECT_EQ(full.counters().dropped, 3U);
  EXPECT_EQ(full.counters().dropped_bytes, 11U);
  EXPECT_EQ(full.rest(), "0123456789 ");
  EXPECT_EQ(full.counters().routed, 4U);
}

//= STT-ENDPOINT-003 test
TEST(FullEndpoint, DropsTheNewest) {
  Full full(WhenFull::drop_newest);
  EXPECT_EQ(full.route("three"), Routed::dropped);
  EXPECT_EQ(full.counters().dropped, 1U);
  EXPECT_EQ(full.counters().dropped_bytes, 5U);
  EXPECT_EQ(full.rest(), "one two ");
  EXPECT_EQ(full.counters().routed, 2U);
}

//= STT-ENDPOINT-003 test
TEST(FullEndpoint, Refuses) {
  Full full(WhenFull::refuse);
  EXPECT_EQ(full.route("three"), fail(Errc::endpoint_full));
  EXPECT_EQ(full.rest(), "one two ");
  EXPECT_EQ(full.counters().dropped, 0U);
}

//= STT-ENDPOINT-008 test
TEST(FullEndpoint, IsFullByBytesToo) {
  EndpointManager endpoints;
  ASSERT_TRUE(endpoints.add("e", {.bytes_max = 10, .when_full = WhenFull::refuse}));
  EXPECT_TRUE(endpoints.route_to_endpoint("e", as_bytes("1234567")));
  EXPECT_EQ(endpoints.route_to_endpoint("e", as_bytes("1234")), fail(Errc::endpoint_full));
  EXPECT_TRUE(endpoints.route_to_endpoint("e", as_bytes("123")));
  EXPECT_EQ(endpoints.find("e")->bytes(), 10U);
  EXPECT_EQ(endpoints.find("e")->items(), 2U);
}

//= STT-ENDPOINT-009 test
TEST(FullEndpoint, RefusesWhatFitsNoQueueWhateverThePolicy) {
  for (const WhenFull policy : policies) {
    Full full(policy);
    EXPECT_EQ(full.route("01234567890"), fail(Errc::item_too_large));
    EXPECT_EQ(full.rest(), "one two ");
  }
}

//= STT-ENDPOINT-004 test
//= STT-ENDPOINT-007 test
TEST(EndpointManager, RoutesToManyAndASlowOneDelaysNobody) {
  EndpointManager endpoints;
  ASSERT_TRUE(endpoints.add("slow", {.items_max = 1}));
  ASSERT_TRUE(endpoints.add("lossy", {.items_max = 1, .when_full = WhenFull::drop_newest}));
  const std::array<std::string_view, 3> names{"slow", "fast", "lossy"};
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto outcomes = endpoints.route_to_endpoints(names, as_bytes("x"));
    ASSERT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes[0], i == 0 ? Result<Routed>(Routed::queued) : fail(Errc::would_block));
    EXPECT_EQ(outcomes[1], Routed::queued);
    EXPECT_EQ(outcomes[2], i == 0 ? Routed::queued : Routed::dropped);
  }
  EXPECT_EQ(endpoints.find("fast")->items(), 100U);
  EXPECT_EQ(endpoints.find("lossy")->counters().dropped, 99U);
}

//= STT-ENDPOINT-005 test
TEST(EndpointManager, NamesAreBytesLikeAnyOther) {
  EndpointManager endpoints;
  using namespace std::string_view_literals;
  for (const std::string_view name : {""sv, "a/b"sv, "a"sv, "a\0b"sv, "\xFF\xFE"sv, "A"sv}) {
    EXPECT_TRUE(endpoints.route_to_endpoint(name, as_bytes(name)));
  }
  EXPECT_EQ(endpoints.endpoints().size(), 6U);
  for (const auto& [name, queue] : endpoints.endpoints()) {
    EXPECT_EQ(text(endpoints.next(name)), name);
  }
}

//= STT-ENDPOINT-010 test
TEST(EndpointManager, BoundsNamesAndNumber) {
  EndpointManager endpoints({.defaults = {}, .endpoints_max = 2});
  EXPECT_TRUE(endpoints.route_to_endpoint(std::string(256, 'n'), {}));
  EXPECT_EQ(endpoints.route_to_endpoint(std::string(257, 'n'), {}), fail(Errc::invalid_argument));
  EXPECT_EQ(endpoints.add("no room", {.items_max = 0}), fail(Errc::invalid_argument));
  EXPECT_TRUE(endpoints.add("second", {}));
  EXPECT_EQ(endpoints.add("second", {}), fail(Errc::endpoint_exists));
  EXPECT_EQ(endpoints.route_to_endpoint("third", {}), fail(Errc::too_many_endpoints));
  EXPECT_EQ(endpoints.add("third", {}), fail(Errc::too_many_endpoints));
  EXPECT_TRUE(endpoints.remove("second"));
  EXPECT_TRUE(endpoints.route_to_endpoint("third", {}));
}

//= STT-ENDPOINT-011 test
TEST(EndpointManager, ForgetsWhatIsRemoved) {
  EndpointManager endpoints;
  EXPECT_EQ(endpoints.remove("e"), fail(Errc::endpoint_unknown));
  EXPECT_TRUE(endpoints.route_to_endpoint("e", as_bytes("old")));
  EXPECT_TRUE(endpoints.remove("e"));
  EXPECT_EQ(endpoints.find("e"), nullptr);
  EXPECT_EQ(endpoints.next("e"), fail(Errc::endpoint_unknown));
  EXPECT_TRUE(endpoints.route_to_endpoint("e", as_bytes("new")));
  EXPECT_EQ(text(endpoints.next("e")), "new");
}

// Whatever is routed and taken, a queue stays within its bounds, keeps the order, and everything is
// either taken, still there, or counted as dropped.
//= STT-ENDPOINT-002 test
RC_GTEST_PROP(EndpointQueue, KeepsItsBoundsAndItsBooks, ()) {
  const auto between = [](std::size_t low, std::size_t high) {
    return *rc::gen::inRange<std::size_t>(low, high + 1);
  };
  const EndpointOptions options{between(1, 5), between(0, 40), policies[between(0, 3)]};
  EndpointQueue queue(options);
  std::uint64_t offered = 0;
  std::uint64_t refused = 0;
  std::uint8_t last = 0;
  for (std::uint8_t i = 1; i < 100; ++i) {
    const auto routed = queue.push(Bytes(between(1, 45), std::byte{i}));
    ++offered;
    if (!routed) ++refused;
    RC_ASSERT(queue.items() <= options.items_max && queue.bytes() <= options.bytes_max);
    if (between(0, 2) != 0) continue;
    if (const auto item = queue.pop()) {
      RC_ASSERT(std::to_integer<std::uint8_t>((*item)[0]) > last);
      last = std::to_integer<std::uint8_t>((*item)[0]);
    }
  }
  const EndpointCounters counters = queue.counters();
  const bool newest = options.when_full == WhenFull::drop_newest;
  RC_ASSERT(offered == counters.routed + refused + (newest ? counters.dropped : 0));
  RC_ASSERT(counters.routed == counters.taken + queue.items() + (newest ? 0 : counters.dropped));
}

}  // namespace
}  // namespace stt::primitives

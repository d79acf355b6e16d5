#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include <stt/primitives/frame_dispatcher.hpp>

namespace stt::primitives {
namespace {

using Frame = CustomFrame<int>;

Frame frame(unsigned type, std::string_view payload = "payload") {
  return {7, static_cast<wire::FrameType>(type), as_bytes(payload)};
}

//= STT-DISPATCH-020 test
//= STT-DISPATCH-023 test
TEST(FrameDispatcher, GivesEachTypeToItsHandlerWithItsPayload) {
  FrameDispatcher<int> dispatcher;
  std::vector<unsigned> seen;
  for (unsigned type = 0x80; type <= 0xFF; ++type) {
    EXPECT_TRUE(
        dispatcher.register_handler(static_cast<std::uint8_t>(type), [&, type](const Frame& got) {
          EXPECT_EQ(got.origin, 7);
          EXPECT_EQ(static_cast<unsigned>(got.type), type);
          EXPECT_TRUE(equal(got.payload, as_bytes("payload")));
          seen.push_back(type);
        }));
  }
  for (unsigned type = 0xFF; type >= 0x80; --type) {
    EXPECT_EQ(dispatcher.dispatch(frame(type)).value(), Dispatched::handled);
    EXPECT_EQ(seen.back(), type);
  }
  EXPECT_EQ(seen.size(), 128U);
  EXPECT_EQ(dispatcher.counters().handled, 128U);
  EXPECT_EQ(dispatcher.counters().unhandled, 0U);
}

//= STT-DISPATCH-023 test
TEST(FrameDispatcher, TakesAnyPayload) {
  FrameDispatcher<int> dispatcher;
  const std::byte* data = nullptr;
  std::size_t size = 1;
  ASSERT_TRUE(dispatcher.register_handler(0x80, [&](const Frame& got) {
    data = got.payload.data();
    size = got.payload.size();
  }));
  EXPECT_TRUE(dispatcher.dispatch(frame(0x80, "")));
  EXPECT_EQ(size, 0U);
  const Bytes large(100'000);
  EXPECT_TRUE(dispatcher.dispatch({1, wire::FrameType::custom_first, large}));
  EXPECT_EQ(data, large.data());
}

//= STT-DISPATCH-021 test
TEST(FrameDispatcher, RefusesHandlersForReservedTypes) {
  FrameDispatcher<int> dispatcher;
  for (unsigned type = 0; type < 0x80; ++type) {
    EXPECT_EQ(dispatcher.register_handler(static_cast<std::uint8_t>(type), [](const Frame&) {}),
              fail(Errc::stream_type_reserved));
    EXPECT_FALSE(dispatcher.unregister_handler(static_cast<wire::FrameType>(type)));
    const auto dispatched = dispatcher.dispatch(frame(type));
    ASSERT_FALSE(dispatched);
    EXPECT_EQ(dispatched.error().error, Errc::stream_type_reserved);
  }
  EXPECT_EQ(dispatcher.counters().unhandled, 0U);
}

//= STT-DISPATCH-022 test
TEST(FrameDispatcher, CountsAndReportsFramesWithoutHandler) {
  FrameDispatcher<int> dispatcher;
  EXPECT_EQ(dispatcher.dispatch(frame(0x81)).value(), Dispatched::unhandled);
  std::string reported;
  dispatcher.on_unhandled(
      [&](const Frame& got) { reported += std::to_string(static_cast<unsigned>(got.type)); });
  EXPECT_EQ(dispatcher.dispatch(frame(0xFF)).value(), Dispatched::unhandled);
  EXPECT_EQ(reported, "255");
  EXPECT_EQ(dispatcher.counters().unhandled, 2U);
  EXPECT_EQ(dispatcher.counters().handled, 0U);
}

//= STT-DISPATCH-024 test
TEST(FrameDispatcher, HasOneHandlerAType) {
  FrameDispatcher<int> dispatcher;
  const auto type = wire::FrameType::custom_last;
  int calls = 0;
  EXPECT_TRUE(dispatcher.register_handler(type, [&](const Frame&) { ++calls; }));
  EXPECT_EQ(dispatcher.register_handler(type, [&](const Frame&) { calls += 100; }),
            fail(Errc::handler_exists));
  EXPECT_TRUE(dispatcher.dispatch(frame(0xFF)));
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(dispatcher.unregister_handler(type));
  EXPECT_FALSE(dispatcher.unregister_handler(type));
  EXPECT_EQ(dispatcher.dispatch(frame(0xFF)).value(), Dispatched::unhandled);
  EXPECT_TRUE(dispatcher.register_handler(type, [&](const Frame&) { calls += 100; }));
  EXPECT_TRUE(dispatcher.dispatch(frame(0xFF)));
  EXPECT_EQ(calls, 101);
}

//= STT-DISPATCH-025 test
TEST(FrameDispatcher, ReportsAHandlerThatFails) {
  FrameDispatcher<int> dispatcher;
  ASSERT_TRUE(dispatcher.register_handler(
      0x80, [](const Frame&) -> Result<void> { return fail(Errc::truncated); }));
  ASSERT_TRUE(
      dispatcher.register_handler(0x81, [](const Frame&) { throw std::logic_error("no"); }));
  const auto answered = dispatcher.dispatch(frame(0x80));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().error, Errc::truncated);
  const auto threw = dispatcher.dispatch(frame(0x81));
  ASSERT_FALSE(threw);
  EXPECT_EQ(threw.error().error, Errc::handler_threw);
  EXPECT_THROW(std::rethrow_exception(threw.error().exception), std::logic_error);
  EXPECT_EQ(dispatcher.counters().handled, 2U);
  EXPECT_EQ(dispatcher.counters().failed, 2U);
}

TEST(FrameDispatcher, AHandlerMayReplaceItself) {
  FrameDispatcher<int> dispatcher;
  std::string log;
  ASSERT_TRUE(
      dispatcher.register_handler(0x80, [&, state = std::string("first ")](const Frame& got) {
        EXPECT_TRUE(dispatcher.unregister_handler(got.type));
        EXPECT_TRUE(dispatcher.register_handler(got.type, [&](const Frame&) { log += "second "; }));
        log += state;  // still there
      }));
  EXPECT_TRUE(dispatcher.dispatch(frame(0x80)));
  EXPECT_TRUE(dispatcher.dispatch(frame(0x80)));
  EXPECT_EQ(log, "first second ");
}

}  // namespace
}  // namespace stt::primitives

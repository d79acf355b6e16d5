// Handlers that are coroutines: of events, and of custom frames.
#include <gtest/gtest.h>

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <stt/adapters/primitives/async_event_emitter.hpp>
#include <stt/adapters/primitives/async_frame_dispatcher.hpp>

namespace stt::async {
namespace {

using primitives::EmitReport;
using primitives::Subscription;

class AsyncHandlers : public ::testing::Test {
 protected:
  template <class T>
  T run(net::awaitable<T> coroutine) {
    auto future = net::co_spawn(context, std::move(coroutine), net::use_future);
    context.restart();
    context.run();
    return future.get();
  }
  // Lets everything else have its turn.
  net::awaitable<void> pause() { co_await net::post(context, net::use_awaitable); }
  net::awaitable<void> write_slowly(std::string_view text) {
    for (const char letter : text) {
      co_await pause();
      log += letter;
    }
  }

  net::io_context context{1};
  AsyncEventEmitter emitter;
  std::string log;
};

//= STT-EVENT-003 test
//= STT-EVENT-002 test
TEST_F(AsyncHandlers, PlainOnesAndCoroutinesRunInOrder) {
  emitter.on("e", [&](std::string_view) { log += "1"; });
  emitter.on("e",
             [&](std::string_view text) -> net::awaitable<void> { co_await write_slowly(text); });
  emitter.on("e", [&](const std::string& text) -> net::awaitable<Result<void>> {
    co_await pause();
    log += text;
    co_return Result<void>{};
  });
  emitter.on("e", [&]() -> net::awaitable<void> {
    co_await pause();
    log += "4";
  });
  const EmitReport report = run(emitter.async_emit("e", std::string("two")));
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.handlers, 4U);
  EXPECT_EQ(log, "1twotwo4");
  EXPECT_EQ(run(emitter.async_emit("nobody")).handlers, 0U);
}

//= STT-EVENT-004 test
//= STT-EVENT-011 test
TEST_F(AsyncHandlers, AFailingCoroutineKeepsNoOtherFromRunning) {
  const auto throws = emitter.on("e", [&](int) -> net::awaitable<void> {
    co_await pause();
    throw std::runtime_error("no");
  });
  const auto answers = emitter.on("e", [&](int) -> net::awaitable<Result<void>> {
    co_await pause();
    co_return fail(Errc::queue_full);
  });
  const auto wrong = emitter.on("e", [](std::string_view) {});
  emitter.on("e", [&](int) { log += "ran"; });
  const EmitReport report = run(emitter.async_emit("e", 1));
  EXPECT_EQ(log, "ran");
  EXPECT_EQ(report.handlers, 4U);
  ASSERT_EQ(report.failures.size(), 3U);
  EXPECT_EQ(report.failures[0].handler, throws);
  EXPECT_EQ(report.failures[0].failure.error, Errc::handler_threw);
  EXPECT_THROW(std::rethrow_exception(report.failures[0].failure.exception), std::runtime_error);
  EXPECT_EQ(report.failures[1].handler, answers);
  EXPECT_EQ(report.failures[1].failure.error, Errc::queue_full);
  EXPECT_EQ(report.failures[2].handler, wrong);
  EXPECT_EQ(report.failures[2].failure.error, Errc::payload_type);
}

//= STT-EVENT-008 test
//= STT-EVENT-009 test
TEST_F(AsyncHandlers, ComeAndGoWhileAnEventIsAwaited) {
  Subscription self;
  Subscription later;
  self = emitter.on("e", [&]() -> net::awaitable<void> {
    EXPECT_TRUE(emitter.off(self));
    co_await pause();
    EXPECT_TRUE(emitter.off(later));
    emitter.on("e", [&] { log += "new"; });
    log += "self ";
  });
  later = emitter.on("e", [&] { log += "later "; });
  EXPECT_EQ(run(emitter.async_emit("e")).handlers, 1U);
  EXPECT_EQ(log, "self ");
  EXPECT_EQ(run(emitter.async_emit("e")).handlers, 1U);
  EXPECT_EQ(log, "self new");
}

//= STT-EVENT-010 test
TEST_F(AsyncHandlers, ThatEmitInACircleEndWithAnError) {
  std::size_t calls = 0;
  Errc error{};
  emitter.on("e", [&]() -> net::awaitable<void> {
    ++calls;
    const EmitReport report = co_await emitter.async_emit("e");
    if (!report.ok()) error = report.failures[0].failure.error;
  });
  EXPECT_TRUE(run(emitter.async_emit("e")).ok());
  EXPECT_EQ(calls, emits_under_way_max);
  EXPECT_EQ(error, Errc::emit_too_deep);
  EXPECT_TRUE(run(emitter.async_emit("other")).ok());
}

using Dispatcher = AsyncFrameDispatcher<int>;

Dispatcher::Frame frame(unsigned type, std::string_view payload) {
  return {7, static_cast<wire::FrameType>(type), as_bytes(payload)};
}

//= STT-DISPATCH-020 test
//= STT-DISPATCH-021 test
//= STT-DISPATCH-022 test
TEST_F(AsyncHandlers, OfFramesAreAwaited) {
  Dispatcher dispatcher;
  ASSERT_TRUE(
      dispatcher.register_handler(0x80, [&](const Dispatcher::Frame& got) -> net::awaitable<void> {
        co_await pause();
        log += std::to_string(got.origin) + " " + std::to_string(got.payload.size());
      }));
  ASSERT_TRUE(
      dispatcher.register_handler(0x81, [&](const Dispatcher::Frame&) { log += " plain"; }));
  EXPECT_EQ(dispatcher.register_handler(0x81, [](const Dispatcher::Frame&) {}),
            fail(Errc::handler_exists));
  EXPECT_EQ(dispatcher.register_handler(0x7F, [](const Dispatcher::Frame&) {}),
            fail(Errc::stream_type_reserved));
  EXPECT_EQ(run(dispatcher.async_dispatch(frame(0x80, "abc"))), primitives::Dispatched::handled);
  EXPECT_EQ(run(dispatcher.async_dispatch(frame(0x81, ""))), primitives::Dispatched::handled);
  EXPECT_EQ(log, "7 3 plain");

  EXPECT_EQ(run(dispatcher.async_dispatch(frame(0x82, ""))), primitives::Dispatched::unhandled);
  dispatcher.on_unhandled([&](const Dispatcher::Frame&) -> net::awaitable<void> {
    co_await pause();
    log += " unhandled";
  });
  EXPECT_EQ(run(dispatcher.async_dispatch(frame(0x82, ""))), primitives::Dispatched::unhandled);
  EXPECT_EQ(log, "7 3 plain unhandled");
  EXPECT_EQ(run(dispatcher.async_dispatch(frame(0x02, ""))).error().error,
            Errc::stream_type_reserved);
  EXPECT_EQ(dispatcher.counters().unhandled, 2U);
}

//= STT-DISPATCH-025 test
TEST_F(AsyncHandlers, OfFramesMayFailAndUnregisterThemselves) {
  Dispatcher dispatcher;
  ASSERT_TRUE(
      dispatcher.register_handler(0x80, [&](const Dispatcher::Frame& got) -> net::awaitable<void> {
        EXPECT_TRUE(dispatcher.unregister_handler(got.type));
        co_await pause();
        throw std::logic_error("no");
      }));
  const auto failed = run(dispatcher.async_dispatch(frame(0x80, "")));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().error, Errc::handler_threw);
  EXPECT_EQ(dispatcher.counters().failed, 1U);
  EXPECT_EQ(run(dispatcher.async_dispatch(frame(0x80, ""))), primitives::Dispatched::unhandled);
}

}  // namespace
}  // namespace stt::async

#include <gtest/gtest.h>

#include <stdexcept>

#include <stt/primitives/event_emitter.hpp>

namespace stt::primitives {
namespace {

struct Overheated {
  double celsius = 0;
  std::string sensor;
};

struct Emitting : ::testing::Test {
  // A handler that leaves its name in `log`.
  auto writes(std::string name) {
    return [this, name = std::move(name)] { log += name; };
  }

  EventEmitter emitter;
  std::string log;
};

//= STT-EVENT-001 test
//= STT-EVENT-002 test
TEST_F(Emitting, AllHandlersOfANameRunInTheOrderOfTheirRegistration) {
  emitter.on("b", writes("1"));
  emitter.on("a", writes("-"));
  emitter.on("b", writes("2"));
  emitter.on("b", writes("3"));
  const EmitReport report = emitter.emit("b");
  EXPECT_EQ(log, "123");
  EXPECT_EQ(report.handlers, 3U);
  EXPECT_TRUE(report.ok());
  using namespace std::string_view_literals;
  for (const auto name : {""sv, "error"sv, "newListener"sv, "a\0b"sv}) {  // none is special
    emitter.on(name, writes("x"));
    EXPECT_EQ(emitter.emit(name).handlers, 1U);
  }
}

//= STT-EVENT-006 test
TEST_F(Emitting, AnEventWithoutHandlersIsNoError) {
  const EmitReport report = emitter.emit("nobody", Overheated{});
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.handlers, 0U);
}

//= STT-EVENT-005 test
TEST_F(Emitting, ThePayloadIsHandedOverAsItIs) {
  const Overheated sent{95.3, "cpu"};
  const Overheated* seen = nullptr;
  emitter.on("overheated", [&](const Overheated& event) { seen = &event; });
  emitter.on("overheated", [&](Overheated copy) { log += copy.sensor; });
  emitter.on<Overheated>("overheated", [&](const auto& event) { log += event.sensor; });
  emitter.on("overheated", writes("!"));
  EXPECT_TRUE(emitter.emit("overheated", sent).ok());
  EXPECT_EQ(seen, &sent);  // not even copied
  EXPECT_EQ(log, "cpucpu!");
}

TEST_F(Emitting, TextsAndBytesMayBeHeldInAnyWay) {
  emitter.on("text", [&](std::string_view text) { log += text; });
  emitter.on("text", [&](const std::string& text) { log += text; });
  const auto* literal = "a";
  EXPECT_TRUE(emitter.emit("text", literal).ok());
  EXPECT_TRUE(emitter.emit("text", "b").ok());
  EXPECT_TRUE(emitter.emit("text", std::string("c")).ok());
  EXPECT_EQ(log, "aabbcc");
  std::size_t bytes = 0;
  emitter.on("bytes", [&](ByteView view) { bytes += view.size(); });
  EXPECT_TRUE(emitter.emit("bytes", Bytes(3)).ok());
  EXPECT_TRUE(emitter.emit("bytes", ByteArray<4>{}).ok());
  EXPECT_EQ(bytes, 7U);
}

//= STT-EVENT-011 test
TEST_F(Emitting, AHandlerOfAnotherTypeFailsByItself) {
  const auto wrong = emitter.on("e", [](const Overheated&) { FAIL(); });
  emitter.on("e", [&](int value) { log += std::to_string(value); });
  const EmitReport report = emitter.emit("e", 7);
  EXPECT_EQ(log, "7");
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures[0].handler, wrong);
  EXPECT_EQ(report.failures[0].failure.error, Errc::payload_type);
  EXPECT_EQ(emitter.emit("e").failures.size(), 2U);  // nothing is no int either
}

//= STT-EVENT-004 test
TEST_F(Emitting, AFailingHandlerKeepsNoOtherFromRunning) {
  emitter.on("e", writes("1"));
  const auto answers = emitter.on("e", []() -> Result<void> { return fail(Errc::queue_full); });
  const auto throws = emitter.on("e", [] { throw std::runtime_error("out of ink"); });
  emitter.on("e", []() -> Result<void> { return {}; });
  emitter.on("e", writes("2"));
  const EmitReport report = emitter.emit("e");
  EXPECT_EQ(log, "12");
  EXPECT_EQ(report.handlers, 5U);
  ASSERT_EQ(report.failures.size(), 2U);
  EXPECT_EQ(report.failures[0].handler, answers);
  EXPECT_EQ(report.failures[0].failure.error, Errc::queue_full);
  EXPECT_EQ(report.failures[0].failure.exception, nullptr);
  EXPECT_EQ(report.failures[1].handler, throws);
  EXPECT_EQ(report.failures[1].failure.error, Errc::handler_threw);
  EXPECT_THROW(std::rethrow_exception(report.failures[1].failure.exception), std::runtime_error);
}

TEST_F(Emitting, WhatIsUnsubscribedRunsNoMore) {
  const auto first = emitter.on("e", writes("1"));
  emitter.on("e", writes("2"));
  EXPECT_EQ(emitter.handlers("e"), 2U);
  EXPECT_TRUE(emitter.off(first));
  EXPECT_FALSE(emitter.off(first));
  EXPECT_FALSE(emitter.off(Subscription()));
  emitter.emit("e");
  EXPECT_EQ(log, "2");
  EXPECT_EQ(emitter.handlers("e"), 1U);
  EXPECT_EQ(emitter.handlers("f"), 0U);
}

//= STT-EVENT-008 test
TEST_F(Emitting, AHandlerMayUnsubscribeItselfAndOthersThatWereToRun) {
  Subscription self;
  Subscription later;
  self = emitter.on("e", [&] {
    log += "self ";
    EXPECT_TRUE(emitter.off(self));
    EXPECT_TRUE(emitter.off(later));
  });
  emitter.on("e", writes("between "));
  later = emitter.on("e", writes("later "));
  EXPECT_EQ(emitter.emit("e").handlers, 2U);
  EXPECT_EQ(log, "self between ");
  EXPECT_EQ(emitter.emit("e").handlers, 1U);
}

//= STT-EVENT-009 test
TEST_F(Emitting, AHandlerSubscribedWhileAnEventRunsSeesTheNextOne) {
  emitter.on("e", [&] {
    log += "1";
    if (log.size() < 3) emitter.on("e", writes("2"));
  });
  emitter.emit("e");
  EXPECT_EQ(log, "1");
  emitter.emit("e");
  EXPECT_EQ(log, "112");
}

//= STT-EVENT-010 test
TEST_F(Emitting, AnEmitWithinAHandlerRunsAtOnce) {
  emitter.on("outer", [&] {
    log += "<";
    EXPECT_EQ(emitter.emit("inner").handlers, 1U);
    log += ">";
  });
  emitter.on("outer", writes("outer"));
  emitter.on("inner", writes("inner"));
  emitter.emit("outer");
  EXPECT_EQ(log, "<inner>outer");
}

//= STT-EVENT-010 test
TEST_F(Emitting, HandlersThatEmitInACircleEndWithAnError) {
  std::size_t deepest = 0;
  std::size_t depth = 0;
  Errc error{};
  emitter.on("e", [&] {
    deepest = std::max(deepest, ++depth);
    const EmitReport report = emitter.emit("e");
    if (!report.ok()) error = report.failures[0].failure.error;
    --depth;
  });
  EXPECT_TRUE(emitter.emit("e").ok());
  EXPECT_EQ(deepest, 64U);
  EXPECT_EQ(error, Errc::emit_too_deep);
  EXPECT_TRUE(emitter.emit("other").ok());
}

TEST_F(Emitting, AHandlerMayKeepStateAndBeMoved) {
  emitter.on("e", [count = 0, this]() mutable { log += std::to_string(++count); });
  EventEmitter moved = std::move(emitter);
  moved.emit("e");
  moved.emit("e");
  EXPECT_EQ(log, "12");
}

}  // namespace
}  // namespace stt::primitives

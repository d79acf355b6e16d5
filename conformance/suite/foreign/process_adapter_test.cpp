#include <gtest/gtest.h>

#include <conformance/suite/foreign/fault.hpp>

namespace stt::conform {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// Long enough for any machine where an answer comes, short where none will.
constexpr auto patience = 30s;
constexpr auto impatience = 300ms;

const json hello = {{"op", "hello"}, {"protocol", 1}};

std::unique_ptr<Adapter> broken(const std::string& how,
                                std::chrono::milliseconds deadline = patience) {
  return make_process_adapter({STT_BROKEN_ADAPTER " " + how, deadline});
}

json decode(const std::string& hex) {
  return {{"op", "vector"}, {"kind", "varint.decode"}, {"in", {{"bytes", hex}}}};
}

// The fault of the first request that has no reply, and what it says.
struct Noticed {
  std::string fault;
  AdapterError::Kind kind{};
  std::string what;
};
Noticed notice(Adapter& adapter, int requests = 3) {
  try {
    for (int i = 0; i < requests; ++i) adapter.request(hello);
    adapter.finish();
  } catch (const ForeignError& error) {
    return {std::string(name(error.fault())), error.kind(), error.what()};
  }
  return {"none", {}, ""};
}
std::string fault_of(const std::string& how, std::chrono::milliseconds deadline = patience) {
  return notice(*broken(how, deadline)).fault;
}

TEST(ProcessAdapter, AnswersManyRequestsAndEndsInOrder) {
  const auto adapter = broken("well");
  EXPECT_EQ(adapter->request(hello).at("implementation"), "broken");
  for (int i = 0; i < 100; ++i) {
    const json reply = adapter->request(decode("ac02"));
    EXPECT_EQ(reply, json({{"outcome", "accept"}, {"out", {{"value", "300"}, {"consumed", 2}}}}));
  }
  EXPECT_NO_THROW(adapter->finish());
}

TEST(ProcessAdapter, TakesLongLinesBothWays) {
  const auto adapter = broken("echo");
  json request = {{"op", "dance"}, {"bytes", std::string(3U << 20, 'a')}};
  EXPECT_EQ(adapter->request(request), request);
}

TEST(ProcessAdapter, EachFaultHasItsName) {
  EXPECT_EQ(fault_of("well"), "none");
  EXPECT_EQ(fault_of("crash"), "crash");
  EXPECT_EQ(fault_of("status:2"), "crash");
  EXPECT_EQ(fault_of("early_exit"), "early-exit");
  EXPECT_EQ(fault_of("chatty"), "chatty");
  EXPECT_EQ(fault_of("chatty:3"), "chatty");  // after the last request
  EXPECT_EQ(fault_of("talkative"), "not-json");
  EXPECT_EQ(fault_of("talkative:3"), "chatty");
  EXPECT_EQ(fault_of("not_json:2"), "not-json");
  EXPECT_EQ(fault_of("nested"), "not-json");
  EXPECT_EQ(fault_of("wrong_id"), "wrong-id");
  EXPECT_EQ(fault_of("without_id"), "wrong-id");
  EXPECT_EQ(fault_of("endless_line"), "endless-line");
  EXPECT_EQ(fault_of("mute", impatience), "hang");
  EXPECT_EQ(fault_of("hang", impatience), "hang");
  EXPECT_EQ(fault_of("out_of_order", impatience), "hang");
}

TEST(ProcessAdapter, SaysHowItEnded) {
  const Noticed crash = notice(*broken("crash:2"));
  EXPECT_EQ(crash.what, "crash: ended with signal SEGV before it replied");
  EXPECT_EQ(crash.kind, AdapterError::Kind::crash);
  EXPECT_EQ(notice(*broken("status")).what, "crash: ended with status 3 before it replied");
  EXPECT_EQ(notice(*broken("hang", impatience)).what, "hang: no reply within 1 s");
  EXPECT_EQ(notice(*broken("hang", impatience)).kind, AdapterError::Kind::hang);
  EXPECT_EQ(notice(*broken("not_json")).kind, AdapterError::Kind::error);
  EXPECT_EQ(notice(*broken("not_json")).what,
            "not-json: a line that is no JSON object, where a reply must stand: "
            "'{outcome: accept}'");
}

TEST(ProcessAdapter, KeepsTheEndOfWhatItComplains) {
  const auto crashes = broken("crash");
  EXPECT_EQ(notice(*crashes).fault, "crash");
  EXPECT_EQ(crashes->complaints(), "about to crash\n");

  const auto complains = broken("many_complaints");
  EXPECT_EQ(notice(*complains).fault, "none");
  EXPECT_TRUE(complains->complaints().ends_with("the last one\n"));
  EXPECT_LE(complains->complaints().size(), 32'768U);
}

TEST(ProcessAdapter, WhatCannotBeStartedIsNamed) {
  const auto fault = [](const std::string& command) {
    try {
      make_process_adapter({command});
    } catch (const ForeignError& error) {
      return std::string(error.what());
    }
    return std::string("started");
  };
  EXPECT_EQ(fault("/no/such/program"), "cannot-start: /no/such/program: No such file or directory");
  EXPECT_EQ(fault(""), "cannot-start: '' is not a program and its arguments");
  EXPECT_EQ(fault("a | b"), "cannot-start: 'a | b' is not a program and its arguments");
  EXPECT_EQ(fault("$(id)"), "cannot-start: '$(id)' is not a program and its arguments");
}

TEST(ProcessAdapter, QuotesKeepWordsTogether) {
  const auto adapter = make_process_adapter(
      {"sh -c 'read line; echo \"{\\\"id\\\":1,\\\"said\\\":\\\"$0\\\"}\"' \"two words\""});
  EXPECT_EQ(adapter->request(hello).at("said"), "two words");
}

}  // namespace
}  // namespace stt::conform

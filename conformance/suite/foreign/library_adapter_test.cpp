#include <gtest/gtest.h>

#include <set>

#include <conformance/suite/foreign/fault.hpp>
#include <conformance/suite/judge.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

TEST(LibraryAdapter, TheExampleInCAnswersItsKindsAndNoOther) {
  const auto adapter = make_library_adapter(STT_C_ADAPTER);
  const json hello = adapter->request({{"op", "hello"}, {"protocol", 1}});
  const auto kinds = hello.at("kinds").get<std::set<std::string>>();
  EXPECT_EQ(kinds, (std::set<std::string>{"frame.decode", "frame.encode", "varint.decode",
                                          "varint.encode"}));
  std::size_t answered = 0;
  for (const Case& one : load_suite(STT_SOURCE_DIR "/vectors").cases) {
    const json reply = adapter->request({{"op", "vector"}, {"kind", one.kind}, {"in", one.in}});
    const bool claims = kinds.contains(one.kind);
    EXPECT_EQ(judge(one, reply), claims ? Verdict::pass : Verdict::unsupported)
        << one.id << " " << reply.dump();
    answered += claims ? 1 : 0;
  }
  EXPECT_GT(answered, 80U);
}

TEST(LibraryAdapter, TheExampleInCSaysWhatItCannotRead) {
  const auto adapter = make_library_adapter(STT_C_ADAPTER);
  for (const char* kind : {"varint.decode", "varint.encode", "frame.decode", "frame.encode"}) {
    for (const json& in : {json::object(), json{{"bytes", "0g"}}, json{{"value", "x"}}, json()}) {
      const json reply = adapter->request({{"op", "vector"}, {"kind", kind}, {"in", in}});
      EXPECT_EQ(reply.at("outcome"), "error") << kind << in;
    }
  }
  EXPECT_EQ(adapter->request({{"op", 7}}).at("outcome"), "error");
  EXPECT_EQ(adapter->request({{"op", "peer.new"}}).at("outcome"), "unsupported");
}

TEST(LibraryAdapter, WhatCannotBeLoadedIsNamed) {
  const auto fault = [](const char* path) {
    try {
      make_library_adapter(path);
    } catch (const ForeignError& error) {
      return name(error.fault());
    }
    return std::string_view("loaded");
  };
  EXPECT_EQ(fault("/no/such/library.so"), "cannot-start");
  EXPECT_EQ(fault("libc.so.6"), "cannot-start");  // it has none of the functions
}

}  // namespace
}  // namespace stt::conform

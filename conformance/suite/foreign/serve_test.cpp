#include <conformance/suite/foreign/serve.hpp>

#include <gtest/gtest.h>

#include <sstream>

namespace stt::conform {
namespace {

using nlohmann::json;

std::vector<json> served(const std::string& requests) {
  std::istringstream in(requests);
  std::stringstream out;
  serve(*make_reference_adapter(), in, out);
  std::vector<json> replies;
  for (std::string line; std::getline(out, line);) replies.push_back(json::parse(line));
  return replies;
}

TEST(Serve, AnswersEachLineWithItsId) {
  const auto replies = served(
      "{\"id\":7,\"op\":\"hello\"}\n"
      "{\"id\":9,\"op\":\"vector\",\"kind\":\"varint.decode\",\"in\":{\"bytes\":\"ac02\"}}\n"
      "{\"id\":8,\"op\":\"dance\"}");  // the last line without its end
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_EQ(replies[0].at("id"), 7);
  EXPECT_EQ(replies[1].at("out").at("value"), "300");
  EXPECT_EQ(replies[1].at("id"), 9);
  EXPECT_EQ(replies[2], json({{"id", 8}, {"outcome", "unsupported"}}));
}

TEST(Serve, WhatCannotBeReadIsAnErrorAndTheNextLineIsAnswered) {
  for (const std::string& line :
       {std::string("{"), std::string("[]"), std::string(100'000, '['), std::string("{\"op\":1}"),
        std::string("{\"id\":1,\"op\":1}"), std::string(line_bytes_max + 1, ' '),
        std::string("{\"id\":1,\"op\":\"vector\",\"kind\":\"varint.decode\",\"in\":{}}"),
        std::string("\xff\xfe")}) {
    const auto replies = served(line + "\n{\"id\":2,\"op\":\"dance\"}\n");
    ASSERT_EQ(replies.size(), 2U) << line.substr(0, 100);
    EXPECT_EQ(replies[0].at("outcome"), "error") << line.substr(0, 100);
    EXPECT_EQ(replies[1].at("outcome"), "unsupported");
  }
}

}  // namespace
}  // namespace stt::conform

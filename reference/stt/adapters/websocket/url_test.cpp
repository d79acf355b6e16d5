#include <stt/adapters/websocket/url.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stt::adapters {
namespace {

using ::testing::HasSubstr;

std::string problem_of(std::string_view text) {
  const auto url = parse_websocket_url(text);
  return url ? "taken" : url.error();
}

//= STT-WS-019 test
TEST(ParseWebSocketUrl, TakesEveryPartItHas) {
  EXPECT_EQ(parse_websocket_url("ws://example.org"), (WebSocketUrl{false, "example.org", 80, "/"}));
  EXPECT_EQ(parse_websocket_url("wss://example.org/"),
            (WebSocketUrl{true, "example.org", 443, "/"}));
  EXPECT_EQ(parse_websocket_url("WS://127.0.0.1:9000/a/b?c=d&e"),
            (WebSocketUrl{false, "127.0.0.1", 9000, "/a/b?c=d&e"}));
  EXPECT_EQ(parse_websocket_url("wss://[::1]:65535?x"), (WebSocketUrl{true, "::1", 65535, "/?x"}));
}

//= STT-WS-019 test
TEST(ParseWebSocketUrl, SaysWhatIsWrong) {
  EXPECT_THAT(problem_of("http://example.org/"), HasSubstr("scheme"));
  EXPECT_THAT(problem_of("ws:example.org"), HasSubstr("'//'"));
  EXPECT_THAT(problem_of("ws:///path"), HasSubstr("host is missing"));
  EXPECT_THAT(problem_of("ws://:80/"), HasSubstr("host is missing"));
  EXPECT_THAT(problem_of("ws://me:secret@example.org/"), HasSubstr("user name"));
  EXPECT_THAT(problem_of("ws://example.org/#top"), HasSubstr("fragment"));
  EXPECT_THAT(problem_of("ws://a%20b/"), HasSubstr("host is a name"));
  EXPECT_THAT(problem_of("ws://a!b/"), HasSubstr("host is a name"));
  EXPECT_THAT(problem_of("ws://[v1.x]/"), HasSubstr("host is a name"));
  for (const char* port : {"ws://h:0/", "ws://h:65536/", "ws://h:99999999999/", "ws://h:/"}) {
    EXPECT_THAT(problem_of(port), HasSubstr("a port is 1 to 65535")) << port;
  }
  for (const char* text :
       {"", "example.org:9000", "/path", "ws://h:x/", "ws://h/a b", "ws://h/\r\n", "ws://[::1",
        "ws://[fe80::1%25eth0]/", "ws://::1:9000/"}) {
    EXPECT_NE(problem_of(text), "taken") << text;
  }
  EXPECT_THAT(problem_of("ws://h/" + std::string(2'048, 'a')), HasSubstr("longer"));
  EXPECT_NE(problem_of("ws://" + std::string(254, 'a') + "/"), "taken");
}

TEST(WebSocketUrl, NamesItsHostAsHttpDoes) {
  EXPECT_EQ(parse_websocket_url("ws://example.org:80/")->host_header(), "example.org");
  EXPECT_EQ(parse_websocket_url("ws://example.org:443/")->host_header(), "example.org:443");
  EXPECT_EQ(parse_websocket_url("wss://[2001:db8::1]:443/")->host_header(), "[2001:db8::1]");
  EXPECT_EQ(parse_websocket_url("wss://[2001:db8::1]:80/")->host_header(), "[2001:db8::1]:80");
}

}  // namespace
}  // namespace stt::adapters

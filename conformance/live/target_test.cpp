#include <gtest/gtest.h>

#include <conformance/live/cases.hpp>
#include <conformance/live/judge.hpp>

namespace stt::conform::live {
namespace {

TEST(Target, IsAUrlOfUdpOrWebSocket) {
  EXPECT_EQ(parse_target("udp://127.0.0.1:9000")->udp, Address::ipv4(127, 0, 0, 1, 9000));
  const auto websocket = parse_target("wss://localhost:9001/path");
  ASSERT_TRUE(websocket);
  EXPECT_FALSE(websocket->udp);
  EXPECT_EQ(websocket->websocket->target, "/path");
  for (const char* wrong :
       {"", "127.0.0.1:9000", "udp://127.0.0.1", "udp://:1", "http://x/", "ws://"}) {
    EXPECT_FALSE(parse_target(wrong)) << wrong;
  }
}

TEST(LiveSuite, HasTheSameIdsOverEachTransportButForBadNetworks) {
  const Suite udp = live_suite(true);
  const Suite websocket = live_suite(false);
  EXPECT_GE(websocket.cases.size(), 15U);
  EXPECT_GT(udp.cases.size(), websocket.cases.size());
  for (const Case& one : udp.cases) {
    const bool in_both =
        std::ranges::find(websocket.cases, one.id, &Case::id) != websocket.cases.end();
    EXPECT_EQ(in_both, !one.id.starts_with("live/through-")) << one.id;
    EXPECT_FALSE(one.requirements.empty()) << one.id;
  }
}

// A socket that nobody reads: the whole group has its verdicts, and soon.
TEST(LiveGroup, WithoutASessionSaysNothingOfTheRest) {
  const auto mute = *adapters::UdpSocket::open(Address::ipv4(127, 0, 0, 1, 0), {});
  SceneOptions options{.target = {}, .patience = 50ms};
  options.target.udp = mute.local();
  const Suite suite = live_suite(true);
  std::vector<const Case*> all;
  for (const Case& one : suite.cases) all.push_back(&one);
  std::size_t second_chances = 0;
  const auto judgements =
      judge_live(options, all, [&](const std::string&, const std::string&) { ++second_chances; });
  ASSERT_EQ(judgements.size(), all.size());
  for (const auto& [one, answer] : judgements) {
    EXPECT_EQ(answer.verdict, one->id == handshake_case ? Verdict::hang : Verdict::not_exercised);
  }
  EXPECT_EQ(second_chances, 1U);
}

}  // namespace
}  // namespace stt::conform::live

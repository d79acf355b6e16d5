// A real world's traffic, as it was and with one thing changed: the eavesdropper has to notice.
#include <simulator/checkers/eavesdropper.hpp>

#include <gtest/gtest.h>

#include <simulator/scenario/recipe.hpp>
#include <simulator/world.hpp>

namespace stt::sim {
namespace {

struct Sent {
  Instant at;
  EntityId entity;
  std::uint64_t number = 0;
  Bytes bytes;
};

class Recorder final : public Observer {
 public:
  void observe(const Observation& each) override {
    if (each.kind != Kind::sent) return;
    sent.push_back({each.at, each.entity, each.number, to_bytes(each.bytes)});
  }
  std::vector<Sent> sent;
};

class EavesdropperTest : public testing::Test {
 protected:
  void SetUp() override {
    Scenario scenario = recipe_of_shipped("key-rotation-under-reordering")->scenario;
    scenario.conversations[0].bytes_min = scenario.conversations[0].bytes_max = 100'000;
    scenario.expectation.occurs.clear();
    scenario.expectation.rotations_at_least = 1;
    Recorder recorder;
    RunOptions options;
    options.observers = {&recorder};
    const Outcome outcome = run(scenario, options);
    ASSERT_TRUE(outcome.as_expected());
    sent = std::move(recorder.sent);
    ASSERT_GT(sent.size(), 100U);
    for (std::uint32_t host : {0U, 1U}) eavesdropper.add_host({EntityId(host + 1), host, "pair"});
  }
  void listen() {
    for (const Sent& each : sent) {
      eavesdropper.observe({each.at, each.entity, Kind::sent, each.number, each.bytes});
    }
  }
  std::string complaint() const { return violations.any() ? violations.found()[0].what : ""; }

  std::vector<Sent> sent;
  Violations violations;
  Secrets secrets;
  Eavesdropper eavesdropper{1, violations, secrets};
};

TEST_F(EavesdropperTest, OpensEverythingThatNodesSend) {
  listen();
  EXPECT_EQ(complaint(), "");
  EXPECT_TRUE(eavesdropper.is_genuine(sent.back().bytes));
  EXPECT_FALSE(eavesdropper.is_genuine(Bytes(40)));
}

TEST_F(EavesdropperTest, CatchesAFrameUnderAnotherKey) {
  sent.back().bytes.back() ^= std::byte{1};
  listen();
  EXPECT_NE(complaint().find("a frame under a key that the handshake does not give"),
            std::string::npos);
}

TEST_F(EavesdropperTest, CatchesAHandshakeThatNobodyCanHaveMade) {
  sent[0].bytes.back() ^= std::byte{1};
  listen();
  EXPECT_NE(complaint().find("a handshake frame that its sender cannot have made"),
            std::string::npos);
}

TEST_F(EavesdropperTest, CatchesAnAuthFrameUnderAnotherKey) {
  const auto auth = std::ranges::find_if(sent, [](const Sent& each) {
    return (frame_types(each.bytes) & bit_of(wire::FrameType::auth)) != 0;
  });
  ASSERT_NE(auth, sent.end());
  auth->bytes.back() ^= std::byte{1};
  listen();
  EXPECT_NE(complaint().find("an AUTH frame under a key"), std::string::npos);
}

TEST_F(EavesdropperTest, CatchesAFrameOfAnotherSession) {
  sent.back().bytes[7] ^= std::byte{1};  // within the session id, whatever the length's length
  listen();
  EXPECT_NE(complaint().find("a frame of a session that no handshake has made"), std::string::npos);
}

TEST_F(EavesdropperTest, CatchesAThirdPartyInASession) {
  eavesdropper.add_host({EntityId(9), 2, "pair"});
  sent.back().entity = EntityId(9);
  listen();
  EXPECT_NE(complaint().find("a frame of somebody else's session"), std::string::npos);
}

TEST_F(EavesdropperTest, CatchesAnotherPeersAnswer) {
  for (Sent& each : sent) {
    if (each.entity == EntityId(2)) each.entity = EntityId(1);
  }
  listen();
  EXPECT_NE(complaint(), "");
}

// What the shipped scenario is for, seen from inside.
TEST_F(EavesdropperTest, FillsTheMatrix) {
  const Outcome outcome = run(recipe_of_shipped("key-rotation-under-reordering")->scenario);
  EXPECT_GT(outcome.matrix.at(Kind::reordered, ProtocolState::rotating), 0U);
  EXPECT_GT(outcome.matrix.at(Kind::reordered, ProtocolState::active), 0U);
  EXPECT_EQ(outcome.matrix.at(Kind::reordered, ProtocolState::migrating), 0U);
  std::size_t occurred = 0;
  for (const Situation& each : situations()) occurred += occurrences(outcome.matrix, each) > 0;
  EXPECT_GE(occurred, 2U);
  EXPECT_LT(occurred, situations().size());
}

}  // namespace
}  // namespace stt::sim

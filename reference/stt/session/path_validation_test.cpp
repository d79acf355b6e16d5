#include <set>

#include <stt/session/path_validation.hpp>
#include <stt/session/session_fixture.hpp>

namespace stt::session {
namespace {

constexpr std::size_t frame_bytes = 70;  // of a challenge

const Address home = Address::ipv4(192, 0, 2, 1, 9000);
const Address other = Address::ipv4(192, 0, 2, 2, 9000);
const Address other_port = Address::ipv4(192, 0, 2, 1, 9001);
const Address third = Address::ipv4(192, 0, 2, 3, 9000);

class PathTest : public ::testing::Test {
 protected:
  FakeRandom random;
  PathValidation path{home};
  Instant now = start;

  std::optional<PathChanged> newest_from(const Address& from, std::size_t bytes = 1'200) {
    return path.on_frame(now, pto, {from, Sequence(++sequence_), true, bytes});
  }
  std::optional<PathChanged> late_from(const Address& from, std::size_t bytes = 1'200) {
    return path.on_frame(now, pto, {from, Sequence(sequence_ - 1), false, bytes});
  }
  std::optional<PathProbe> poll() {
    const auto probe = *path.poll_challenge(now, pto, frame_bytes, random);
    return probe ? probe : *path.poll_current_challenge(now, random);
  }
  std::vector<PathProbe> poll_all() {
    std::vector<PathProbe> probes;
    while (const auto probe = poll()) probes.push_back(*probe);
    return probes;
  }
  // The challenge that goes to that address now.
  wire::PathResponse answer_for(const Address& to) {
    for (const PathProbe& probe : poll_all()) {
      if (probe.to == to) return {probe.message.data};
    }
    ADD_FAILURE() << "no challenge to " << to_string(to);
    return {};
  }
  std::optional<PathChanged> respond(const wire::PathResponse& message) {
    return path.on_path_response(now, pto, message);
  }

 private:
  std::uint64_t sequence_ = 0;
};

TEST_F(PathTest, StaysQuietWhileNothingChanges) {
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(newest_from(home));
  EXPECT_FALSE(poll());
  EXPECT_EQ(path.poll_timeout(), std::nullopt);
  EXPECT_EQ(path.trials(), 0U);
}

//= STT-PATH-001 test
TEST_F(PathTest, OnlyTheNewestFrameStartsATrial) {
  newest_from(home);
  late_from(other);
  EXPECT_EQ(path.trials(), 0U);
  EXPECT_FALSE(poll());
  newest_from(other);
  EXPECT_EQ(path.trials(), 1U);
}

//= STT-PATH-002 test
//= STT-PATH-003 test
//= STT-PATH-004 test
TEST_F(PathTest, ChallengesTheNewAddressAndTheOldOne) {
  newest_from(other);
  const auto probes = poll_all();
  ASSERT_EQ(probes.size(), 2U);
  EXPECT_EQ(probes[0].to, other);
  EXPECT_EQ(probes[1].to, home);
  EXPECT_NE(probes[0].message.data, probes[1].message.data);
  EXPECT_EQ(path.current(), home);
}

//= STT-PATH-005 test
//= STT-PATH-011 test
TEST_F(PathTest, MovesWhenTheNewAddressAnswers) {
  newest_from(other);
  const auto changed = respond(answer_for(other));
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->address, other);
  EXPECT_TRUE(changed->new_ip);
  EXPECT_EQ(path.current(), other);
  EXPECT_EQ(path.trials(), 0U);
  EXPECT_EQ(path.poll_timeout(), std::nullopt);
}

//= STT-PATH-012 test
TEST_F(PathTest, ANewPortIsNotANewIp) {
  newest_from(other_port);
  const auto changed = respond(answer_for(other_port));
  ASSERT_TRUE(changed);
  EXPECT_FALSE(changed->new_ip);
}

//= STT-PATH-006 test
TEST_F(PathTest, IgnoresAResponseThatFitsNoTrial) {
  EXPECT_FALSE(respond({}));
  newest_from(other);
  const auto probes = poll_all();
  ASSERT_EQ(probes.size(), 2U);
  EXPECT_FALSE(respond({probes[1].message.data}));  // the one that went to the old address
  wire::PathResponse wrong{probes[0].message.data};
  wrong.data[7] ^= std::byte{1};
  EXPECT_FALSE(respond(wrong));
  EXPECT_EQ(path.current(), home);
}

//= STT-PATH-007 test
TEST_F(PathTest, ANewerFrameFromTheOldAddressEndsTheTrials) {
  newest_from(other);
  newest_from(third);
  const auto answer = answer_for(other);
  late_from(home);  // sent before the change, only late
  EXPECT_EQ(path.trials(), 2U);
  newest_from(home);
  EXPECT_EQ(path.trials(), 0U);
  EXPECT_FALSE(respond(answer));
  EXPECT_EQ(path.current(), home);
  EXPECT_FALSE(poll());
}

//= STT-PATH-008 test
TEST_F(PathTest, TheFormerAddressTakesThePathBack) {
  newest_from(other);
  ASSERT_TRUE(respond(answer_for(other)));
  EXPECT_FALSE(late_from(home));
  EXPECT_EQ(path.current(), other);
  now += 3 * pto - 1ns;
  const auto changed = newest_from(home);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->address, home);
  EXPECT_TRUE(changed->new_ip);
  EXPECT_EQ(path.current(), home);
  // The other one has to prove itself again.
  EXPECT_FALSE(newest_from(other));
  EXPECT_EQ(path.trials(), 1U);
}

TEST_F(PathTest, TheFormerAddressIsForgottenAfterThreePto) {
  newest_from(other);
  ASSERT_TRUE(respond(answer_for(other)));
  now += 3 * pto;
  EXPECT_FALSE(newest_from(home));
  EXPECT_EQ(path.current(), other);
  EXPECT_EQ(path.trials(), 1U);
}

//= STT-PATH-009 test
TEST_F(PathTest, SendsThreeTimesWhatCameAndNotAByteMore) {
  newest_from(other, frame_bytes / 2);  // room for 105 bytes: one challenge
  std::size_t sent = 0;
  for (int i = 0; i < 3; ++i, now += 1s) {
    for (const PathProbe& probe : poll_all()) sent += probe.to == other ? 1 : 0;
    // Once it is blocked there is no timer but the end.
    EXPECT_EQ(path.poll_timeout(), i == 0 ? start + 1s : start + 3s);
  }
  EXPECT_EQ(sent, 1U);
  EXPECT_TRUE(path.may_send(other, 35));
  EXPECT_FALSE(path.may_send(other, 36));
  path.on_sent(other, 35);
  EXPECT_FALSE(path.may_send(other, 1));
  now = start + 2s;
  late_from(other, 24);  // later frames count, new or not
  EXPECT_TRUE(path.may_send(other, 72));
  EXPECT_FALSE(path.may_send(other, 73));
  EXPECT_EQ(poll_all().size(), 1U);
  EXPECT_TRUE(path.may_send(home, 1'000'000));
}

//= STT-PATH-010 test
TEST_F(PathTest, AFifthAddressTakesThePlaceOfTheOldest) {
  std::vector<Address> addresses;
  for (std::uint8_t i = 0; i < 5; ++i) addresses.push_back(Address::ipv4(203, 0, 113, i, 1));
  std::vector<wire::PathResponse> answers;
  for (const Address& address : addresses) {
    newest_from(address);
    answers.push_back(answer_for(address));
    now += 1ms;
    EXPECT_LE(path.trials(), paths_on_trial_max);
  }
  EXPECT_FALSE(respond(answers[0]));
  EXPECT_TRUE(respond(answers[1]));
  EXPECT_EQ(path.current(), addresses[1]);
}

TEST_F(PathTest, AnswersInAnyOrderEndAtTheNewestAddress) {
  newest_from(other);
  const auto first = answer_for(other);
  newest_from(third);
  const auto second = answer_for(third);
  // The peer went on from `other` to `third`; both answers come.
  EXPECT_TRUE(respond(first));
  EXPECT_EQ(path.current(), other);
  EXPECT_TRUE(respond(second));
  EXPECT_EQ(path.current(), third);

  PathValidation reversed(home);
  path = reversed;
  newest_from(other);
  const auto third_answer = answer_for(other);
  newest_from(third);
  EXPECT_TRUE(respond(answer_for(third)));
  EXPECT_FALSE(respond(third_answer));
  EXPECT_EQ(path.current(), third);
}

//= STT-PATH-015 test
TEST_F(PathTest, ChallengesThreeTimesWithFreshBytesAndGivesUp) {
  newest_from(other);
  std::set<ByteArray<8>> data;
  for (int i = 0; i < 3; ++i) {
    for (const PathProbe& probe : poll_all()) {
      if (probe.to == other) data.insert(probe.message.data);
    }
    EXPECT_EQ(data.size(), static_cast<std::size_t>(i) + 1);
    ASSERT_EQ(path.poll_timeout(), start + (i + 1) * 1s);
    now = *path.poll_timeout();
    if (i == 2) break;
    path.handle_timeout(now);
    EXPECT_EQ(path.trials(), 1U);
  }
  path.handle_timeout(now - 1ns);
  EXPECT_EQ(path.trials(), 1U);
  path.handle_timeout(now);
  EXPECT_EQ(path.trials(), 0U);
  EXPECT_EQ(path.trials_failed(), 1U);
  for (const auto& late : data) EXPECT_FALSE(respond({late}));
  // The next newest frame starts it again.
  newest_from(other);
  EXPECT_TRUE(respond(answer_for(other)));
}

TEST_F(PathTest, AnIntervalIsThePtoIfThatIsLonger) {
  static_cast<void>(path.on_frame(now, 2s, {other, Sequence(9), true, 1'200}));
  ASSERT_TRUE(*path.poll_challenge(now, 2s, frame_bytes, random));
  EXPECT_EQ(path.poll_timeout(), start + 2s);
}

TEST_F(PathTest, AnyChallengeOfATrialMayBeAnswered) {
  newest_from(other);
  const auto first = answer_for(other);
  now += 1s;
  const auto second = answer_for(other);
  EXPECT_NE(first.data, second.data);
  EXPECT_TRUE(respond(first));
}

TEST_F(PathTest, FailsWithoutRandomnessAndTriesAgainLater) {
  newest_from(other);
  random.fails = true;
  EXPECT_EQ(path.poll_challenge(now, pto, frame_bytes, random).error(), Errc::random_failed);
  EXPECT_EQ(path.poll_timeout(), start + 1s);
  random.fails = false;
  now += 1s;
  EXPECT_TRUE(respond(answer_for(other)));
}

}  // namespace
}  // namespace stt::session

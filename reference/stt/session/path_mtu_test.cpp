#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stt/session/path_mtu.hpp>

namespace stt::session {
namespace {

constexpr Instant start{};
constexpr PathMtuLimits limits{1'200, 9'000};

// A path that carries datagrams up to a size, and loses larger ones.
class MtuPath {
 public:
  PathMtu mtu;
  Instant now = start;
  std::size_t carries;

  explicit MtuPath(std::size_t carries_bytes, PathMtuLimits of = limits)
      : mtu(start, of), carries(carries_bytes) {}

  // One round: the probe that is due, if any. Returns its size.
  std::optional<std::size_t> probe() {
    const auto size = mtu.probe_due(now);
    if (!size) return std::nullopt;
    const Sequence sequence = next();
    mtu.on_probe_sent(sequence, *size);
    settle(sequence, *size);
    return size;
  }
  // All probes until none is due. Returns how many.
  int search() {
    int probes = 0;
    while (probe()) ++probes;
    return probes;
  }
  void data(std::size_t size) {
    const Sequence sequence = next();
    mtu.on_sent(sequence, size);
    settle(sequence, size);
  }
  Sequence next() { return Sequence(sequence_++); }

 private:
  void settle(Sequence sequence, std::size_t size) {
    if (size <= carries) {
      mtu.on_acked(now, sequence, size);
    } else {
      mtu.on_lost(now, sequence, size);
    }
  }
  std::uint64_t sequence_ = 0;
};

//= STT-PATH-020 test
TEST(PathMtu, StartsAtTheBaseAndProbesItFirst) {
  PathMtu mtu(start, limits);
  EXPECT_EQ(mtu.state(), PathMtu::State::base);
  EXPECT_EQ(mtu.datagram_bytes(), 1'200U);
  EXPECT_EQ(mtu.probe_due(start), 1'200U);
  mtu.on_probe_sent(Sequence(0), 1'200);
  EXPECT_TRUE(mtu.is_probe(Sequence(0)));
  EXPECT_FALSE(mtu.is_probe(Sequence(1)));
  EXPECT_EQ(mtu.probe_due(start), std::nullopt);
  mtu.on_acked(start, Sequence(0), 1'200);
  EXPECT_EQ(mtu.state(), PathMtu::State::searching);
  EXPECT_EQ(mtu.probe_due(start), 9'000U);
  EXPECT_EQ(mtu.datagram_bytes(), 1'200U);
}

TEST(PathMtu, TakesDataOfTheBaseSizeForTheFirstProbe) {
  MtuPath path(9'000);
  path.data(1'199);
  EXPECT_EQ(path.mtu.state(), PathMtu::State::base);
  path.data(1'200);
  EXPECT_EQ(path.mtu.state(), PathMtu::State::searching);
}

TEST(PathMtu, ReachesTheMaximumWithOneProbe) {
  MtuPath path(65'535);
  EXPECT_EQ(path.search(), 2);
  EXPECT_EQ(path.mtu.datagram_bytes(), 9'000U);
  EXPECT_EQ(path.mtu.state(), PathMtu::State::search_complete);
  EXPECT_EQ(path.mtu.poll_timeout(), std::nullopt) << "there is nothing left to raise";
}

//= STT-PATH-024 test
RC_GTEST_PROP(PathMtu, FindsWhatThePathCarries, ()) {
  const auto carries = *rc::gen::inRange<std::size_t>(1'200, 70'000);
  const auto bytes_max = *rc::gen::inRange<std::size_t>(1'200, 65'508);
  MtuPath path(carries, {1'200, bytes_max});
  RC_ASSERT(path.search() <= 1 + 3 * 17);
  RC_ASSERT(path.mtu.state() == PathMtu::State::search_complete);
  const std::size_t found = path.mtu.datagram_bytes();
  const std::size_t best = std::min(carries, bytes_max);
  RC_ASSERT(found <= best);
  RC_ASSERT(best - found < PathMtu::step_bytes);
}

//= STT-PATH-023 test
TEST(PathMtu, GivesASizeThreeTries) {
  MtuPath path(1'500);
  EXPECT_EQ(path.probe(), 1'200U);
  EXPECT_EQ(path.probe(), 9'000U);
  EXPECT_EQ(path.probe(), 9'000U);
  EXPECT_EQ(path.probe(), 9'000U);
  EXPECT_EQ(path.probe(), 5'100U);
}

TEST(PathMtu, ForgetsLostTriesWhenAProbeArrives) {
  MtuPath path(1'200);
  path.probe();
  path.probe();
  path.probe();
  path.carries = 9'000;  // the two losses were chance
  EXPECT_EQ(path.probe(), 9'000U);
  EXPECT_EQ(path.mtu.datagram_bytes(), 9'000U);
}

TEST(PathMtu, SearchesAgainAfterTheRaiseTimer) {
  MtuPath path(1'500);
  path.search();
  const std::size_t found = path.mtu.datagram_bytes();
  EXPECT_EQ(path.mtu.poll_timeout(), start + 600s);
  path.now = start + 600s - 1ns;
  EXPECT_EQ(path.probe(), std::nullopt);
  path.now = start + 600s;
  path.carries = 4'000;
  EXPECT_EQ(path.probe(), 9'000U);
  EXPECT_EQ(path.mtu.datagram_bytes(), found) << "what is known stays in use meanwhile";
  path.search();
  EXPECT_GT(path.mtu.datagram_bytes(), 4'000U - PathMtu::step_bytes);
}

TEST(PathMtu, EndsInErrorIfTheBaseDoesNotPass) {
  MtuPath path(1'000);
  EXPECT_EQ(path.search(), 3);
  EXPECT_EQ(path.mtu.state(), PathMtu::State::error);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1'200U);
  EXPECT_EQ(path.mtu.poll_timeout(), start + 60s);
  path.now = start + 60s;
  path.carries = 1'500;
  EXPECT_EQ(path.probe(), 1'200U);
  EXPECT_EQ(path.mtu.state(), PathMtu::State::searching);
}

TEST(PathMtu, HasNothingToDoIfTheMaximumIsTheBase) {
  MtuPath path(9'000, {1'400, 1'200});
  EXPECT_EQ(path.search(), 0);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1'400U);
  EXPECT_EQ(path.mtu.state(), PathMtu::State::search_complete);
  EXPECT_EQ(path.mtu.poll_timeout(), std::nullopt);
}

// A frame cannot have every size: where its length field grows, one byte stays unused.
TEST(PathMtu, AcceptsAProbeOneByteShort) {
  PathMtu mtu(start, {1'200, 1'452});
  mtu.on_probe_sent(Sequence(0), 1'199);
  mtu.on_acked(start, Sequence(0), 1'199);
  ASSERT_EQ(mtu.probe_due(start), 1'452U);
  mtu.on_probe_sent(Sequence(1), 1'451);
  mtu.on_acked(start, Sequence(1), 1'451);
  EXPECT_EQ(mtu.datagram_bytes(), 1'451U);
  EXPECT_EQ(mtu.state(), PathMtu::State::search_complete);
}

//= STT-PATH-028 test
//= STT-PATH-029 test
TEST(PathMtu, FallsBackWhenLargeDatagramsVanish) {
  MtuPath path(9'000);
  path.search();
  path.data(9'000);
  path.carries = 1'300;
  for (unsigned i = 0; i < PathMtu::black_hole_losses; ++i) {
    EXPECT_EQ(path.mtu.datagram_bytes(), 9'000U);
    path.data(9'000);
    path.data(1'250);  // smaller ones arrive all the time
    path.data(100);
  }
  EXPECT_EQ(path.mtu.datagram_bytes(), 1'200U);
  EXPECT_EQ(path.mtu.state(), PathMtu::State::base);
  path.data(1'200);
  EXPECT_EQ(path.mtu.poll_timeout(), start + 60s);
  path.now = start + 60s;
  path.search();
  EXPECT_GT(path.mtu.datagram_bytes(), 1'300U - PathMtu::step_bytes);
}

TEST(PathMtu, RandomLossIsNoBlackHole) {
  MtuPath path(9'000);
  path.search();
  for (int round = 0; round < 100; ++round) {
    for (unsigned i = 1; i < PathMtu::black_hole_losses; ++i) {
      path.mtu.on_lost(path.now, path.next(), 9'000);
    }
    path.data(9'000);
  }
  EXPECT_EQ(path.mtu.datagram_bytes(), 9'000U);
}

TEST(PathMtu, ABurstBeforeALargeArrivalIsNoBlackHole) {
  MtuPath path(9'000);
  path.search();
  // A full queue drops forty in a row; what came after them is acknowledged first.
  std::vector<Sequence> burst;
  for (int i = 0; i < 40; ++i) burst.push_back(path.next());
  path.data(9'000);
  for (const Sequence sequence : burst) path.mtu.on_lost(path.now, sequence, 9'000);
  EXPECT_EQ(path.mtu.datagram_bytes(), 9'000U);
}

// Each arrives later than the one before and is smaller, so none stands for another.
TEST(PathMtu, RemembersTheLargestOfManyArrivals) {
  MtuPath path(9'000);
  path.search();
  const Sequence before = path.next();
  for (const std::size_t size : {9'000U, 8'000U, 7'000U, 6'000U, 5'000U}) path.data(size);
  for (unsigned i = 0; i < PathMtu::black_hole_losses; ++i) {
    path.mtu.on_lost(path.now, before, 9'000);
  }
  EXPECT_EQ(path.mtu.datagram_bytes(), 9'000U);
}

//= STT-PATH-025 test
TEST(PathMtu, FallsBackAfterThreeProbeTimeouts) {
  MtuPath path(9'000);
  path.search();
  path.mtu.on_sent(path.next(), 9'000);
  path.mtu.on_pto(path.now, 1);
  path.mtu.on_pto(path.now, 2);
  EXPECT_EQ(path.mtu.datagram_bytes(), 9'000U);
  path.mtu.on_pto(path.now, 3);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1'200U);
}

TEST(PathMtu, ProbeTimeoutsOfSmallDatagramsSayNothing) {
  MtuPath path(9'000);
  path.search();
  path.data(9'000);  // arrived
  path.mtu.on_sent(path.next(), 1'200);
  path.mtu.on_pto(path.now, 3);
  EXPECT_EQ(path.mtu.datagram_bytes(), 9'000U);
}

TEST(PathMtu, StartsAgainOnAnotherPath) {
  MtuPath path(9'000);
  path.search();
  path.mtu.reset(path.now);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1'200U);
  EXPECT_EQ(path.mtu.state(), PathMtu::State::base);
  EXPECT_EQ(path.search(), 2);
}

TEST(PathMtu, AProbeOfTheFormerPathProvesNothing) {
  PathMtu mtu(start, limits);
  mtu.on_probe_sent(Sequence(0), 1'200);
  mtu.on_acked(start, Sequence(0), 1'200);
  mtu.on_probe_sent(Sequence(1), 9'000);
  mtu.reset(start);
  EXPECT_FALSE(mtu.is_probe(Sequence(1)));
  mtu.on_acked(start, Sequence(1), 9'000);
  EXPECT_EQ(mtu.datagram_bytes(), 1'200U);
}

}  // namespace
}  // namespace stt::session

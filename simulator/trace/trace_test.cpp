// Whatever differs in a world shows in its trace hash from there on.
#include <simulator/trace/trace.hpp>

#include <gtest/gtest.h>

#include <set>

#include <simulator/world.hpp>

namespace stt::sim {
namespace {

crypto::Digest hash_of(const std::vector<Observation>& observations) {
  Trace trace;
  for (const Observation& each : observations) trace.observe(each);
  return trace.digest();
}

TEST(Trace, EveryFieldOfARecordCounts) {
  const Bytes bytes(1'200, std::byte{7});
  Bytes other = bytes;
  other[777] ^= std::byte{1};
  const Observation plain{Instant(5ms), EntityId(1), Kind::sent, 9, bytes};
  std::vector<Observation> each(7, plain);
  each[1].at += Duration(1);
  each[2].entity = EntityId(2);
  each[3].kind = Kind::delivered;
  each[4].number = 10;
  each[5].bytes = other;
  each[6].bytes = ByteView(bytes).first(1'199);
  std::set<crypto::Digest> hashes;
  for (const Observation& observation : each) {
    hashes.insert(hash_of({plain, observation, plain}));
  }
  EXPECT_EQ(hashes.size(), each.size());
}

TEST(Trace, OrderAndCountCount) {
  const Observation a{Instant(5ms), EntityId(1), Kind::sent, 9, {}};
  const Observation b{Instant(5ms), EntityId(1), Kind::delivered, 9, {}};
  EXPECT_NE(hash_of({a, b}), hash_of({b, a}));
  EXPECT_NE(hash_of({a}), hash_of({a, a}));
  EXPECT_NE(hash_of({}), hash_of({a}));
}

// The first of many records still shows when the buffer has long been hashed.
TEST(Trace, ADifferenceNeverFades) {
  std::vector<Observation> many(5'000, {Instant(1s), EntityId(3), Kind::lost, 1, {}});
  const crypto::Digest before = hash_of(many);
  many[0].number = 2;
  EXPECT_NE(hash_of(many), before);
}

struct Difference {
  Duration delay = 10ms;
  std::vector<std::uint64_t> drops{};
  std::byte last{};  // of the file
};

crypto::Digest world_with(const Difference& difference) {
  Scenario scenario;
  scenario.hosts.resize(2);
  LinkConditions link;
  link.delay = difference.delay;
  link.drop_packets = difference.drops;
  scenario.links = {{0, 1, {link, {}}, {link, {}}}};
  Conversation conversation;
  conversation.to = 1;
  conversation.file = true;
  scenario.conversations = {conversation};
  Bytes file(20'000);
  file.back() = difference.last;
  RunOptions options;
  options.file = file;
  const Outcome outcome = run(scenario, options);
  EXPECT_TRUE(outcome.as_expected());
  return outcome.trace;
}

TEST(Trace, OneByteOneDelayAndOneDropOfAWorldShow) {
  const std::set<crypto::Digest> hashes{world_with({}), world_with({.delay = 10ms + Duration(1)}),
                                        world_with({.drops = {5}}),
                                        world_with({.last = std::byte{1}})};
  EXPECT_EQ(hashes.size(), 4U);
  EXPECT_EQ(world_with({}), world_with({}));
}

}  // namespace
}  // namespace stt::sim

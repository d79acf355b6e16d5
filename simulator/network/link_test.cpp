#include <simulator/network/link.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include <simulator/trace/trace.hpp>

namespace stt::sim {
namespace {

struct Arrival {
  Instant at;
  Bytes bytes;
};

// The end of a link: keeps what comes, and lets the packet go.
class Sink final : public Port {
 public:
  explicit Sink(Engine& engine) : engine_(engine) {}
  void accept(PacketSlot packet) override {
    arrivals.push_back({engine_.now(), engine_.packets().at(packet).bytes});
    engine_.observe(EntityId(99), Kind::delivered, engine_.packets().at(packet).number);
    engine_.packets().release(packet);
  }
  std::vector<Arrival> arrivals;

 private:
  Engine& engine_;
};

// A world of one link, into which `count` packets are put every `gap`.
struct Outcome {
  std::vector<Arrival> arrivals;
  KindCounters counters;
  crypto::Digest digest;
  std::uint64_t created = 0;
};

Bytes numbered(std::uint64_t number, std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < std::min<std::size_t>(size, 4); ++i) {
    bytes[i] = static_cast<std::byte>(number >> (24 - 8 * i));
  }
  return bytes;
}

std::uint64_t number_of(const Bytes& bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | std::to_integer<unsigned>(bytes[i]);
  return number;
}

class Source final : public Entity {
 public:
  Source(Engine& engine, Port& to, std::size_t size)
      : engine_(engine), to_(to), size_(size), id_(engine.add(*this)) {}
  void handle(const Event& event) override {
    const Bytes bytes = numbered(event.argument, size_);
    const PacketSlot packet = engine_.packets().create({}, {}, bytes);
    engine_.observe(id_, Kind::sent, engine_.packets().at(packet).number, bytes);
    to_.accept(packet);
  }
  EntityId id() const { return id_; }

 private:
  Engine& engine_;
  Port& to_;
  std::size_t size_;
  EntityId id_;
};

struct Flow {
  std::uint64_t count = 1'000;
  std::size_t size = 1'200;
  Duration gap = 1ms;
  std::uint64_t seed = 1;
};

Outcome run(const LinkPlan& plan, const Flow& flow = {}) {
  Engine engine(flow.seed, false);
  Trace trace;
  engine.watch(trace);
  Sink sink(engine);
  Link link(engine, plan, sink);
  Source source(engine, link, flow.size);
  for (std::uint64_t i = 0; i < flow.count; ++i) {
    engine.queue().schedule(Instant(flow.gap * static_cast<std::int64_t>(i)), source.id(), 0, i);
  }
  while (engine.step()) {
    const KindCounters& counted = engine.counters();
    EXPECT_EQ(counted.created(),
              counted.count(Kind::delivered) + counted.dropped() + engine.packets().in_flight());
  }
  EXPECT_EQ(engine.packets().in_flight(), 0U);
  return {std::move(sink.arrivals), engine.counters(), trace.digest(), flow.count};
}

std::uint64_t inversions(const std::vector<Arrival>& arrivals) {
  std::uint64_t count = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    if (number_of(arrivals[i].bytes) < number_of(arrivals[i - 1].bytes)) ++count;
  }
  return count;
}

LinkPlan plan_of(const LinkConditions& conditions) {
  return {conditions, {}};
}

TEST(Link, APerfectOneDeliversEverythingAtOnce) {
  const Outcome outcome = run({});
  ASSERT_EQ(outcome.arrivals.size(), 1'000U);
  for (std::size_t i = 0; i < 1'000; ++i) {
    EXPECT_EQ(outcome.arrivals[i].at, Instant(1ms * static_cast<int>(i)));
    EXPECT_EQ(outcome.arrivals[i].bytes, numbered(i, 1'200));
  }
}

TEST(Link, DelaysByPropagationAndTransmission) {
  // 1,000 bytes at 8 Mbit/s take 1 ms.
  const Outcome outcome = run(plan_of({.rate_bits_per_second = 8'000'000, .delay = 20ms}),
                              {.count = 3, .size = 1'000, .gap = 0ms});
  ASSERT_EQ(outcome.arrivals.size(), 3U);
  EXPECT_EQ(outcome.arrivals[0].at, Instant(21ms));
  EXPECT_EQ(outcome.arrivals[1].at, Instant(22ms));
  EXPECT_EQ(outcome.arrivals[2].at, Instant(23ms));
}

TEST(Link, DropsTheTailOfAFullQueue) {
  const Outcome outcome = run(plan_of({.rate_bits_per_second = 8'000'000, .limit_bytes = 10'000}),
                              {.count = 100, .size = 1'000, .gap = 0ms});
  // One on the wire, ten in the queue.
  EXPECT_EQ(outcome.arrivals.size(), 11U);
  EXPECT_EQ(outcome.counters.count(Kind::queue_full), 89U);
  EXPECT_EQ(number_of(outcome.arrivals.back().bytes), 10U);
}

TEST(Link, CarriesItsRate) {
  // Twice what fits: half of it arrives.
  const Outcome outcome = run(plan_of({.rate_bits_per_second = 9'600'000, .limit_bytes = 12'000}),
                              {.count = 10'000, .size = 1'200, .gap = 500us});
  EXPECT_NEAR(static_cast<double>(outcome.arrivals.size()), 5'000, 20);
}

TEST(Link, LosesAsOftenAsTold) {
  const Outcome outcome = run(plan_of({.loss = 100'000}), {.count = 10'000});
  EXPECT_NEAR(static_cast<double>(outcome.counters.count(Kind::lost)), 1'000, 150);
  EXPECT_EQ(outcome.arrivals.size() + outcome.counters.count(Kind::lost), 10'000U);
}

TEST(Link, Duplicates) {
  const Outcome outcome = run(plan_of({.duplicate = ppm_always}), {.count = 10});
  EXPECT_EQ(outcome.arrivals.size(), 20U);
  EXPECT_EQ(outcome.counters.count(Kind::duplicated), 10U);
  EXPECT_EQ(outcome.arrivals[0].bytes, outcome.arrivals[1].bytes);
}

TEST(Link, Reorders) {
  const Outcome outcome = run(plan_of({.delay = 10ms, .reorder = 200'000}));
  EXPECT_NEAR(static_cast<double>(outcome.counters.count(Kind::reordered)), 200, 60);
  EXPECT_GT(inversions(outcome.arrivals), 50U);
}

TEST(Link, JitterKeepsTheOrderUnlessTold) {
  const Outcome ordered = run(plan_of({.delay = 10ms, .jitter = 8ms}));
  EXPECT_EQ(inversions(ordered.arrivals), 0U);
  EXPECT_EQ(ordered.counters.count(Kind::jittered), 1'000U);
  EXPECT_GT(ordered.arrivals.back().at, Instant(999ms + 10ms));
  const Outcome free = run(plan_of({.delay = 10ms, .jitter = 8ms, .jitter_reorders = true}));
  EXPECT_GT(inversions(free.arrivals), 100U);
}

TEST(Link, CorruptsOneBit) {
  const Outcome outcome = run(plan_of({.corrupt = ppm_always}), {.count = 1});
  const Bytes original = numbered(0, 1'200);
  int different = 0;
  for (std::size_t i = 0; i < original.size(); ++i) {
    different +=
        std::popcount(std::to_integer<unsigned>(original[i] ^ outcome.arrivals[0].bytes[i]));
  }
  EXPECT_EQ(different, 1);
}

TEST(Link, TruncatesToSomething) {
  const Outcome outcome = run(plan_of({.truncate = ppm_always}), {.count = 100});
  EXPECT_EQ(outcome.counters.count(Kind::truncated), 100U);
  for (const Arrival& arrival : outcome.arrivals) {
    EXPECT_LT(arrival.bytes.size(), 1'200U);
    EXPECT_GE(arrival.bytes.size(), 1U);
  }
}

TEST(Link, DropsWhatIsLargerThanTheMtu) {
  EXPECT_EQ(run(plan_of({.mtu_bytes = 1'199})).counters.count(Kind::too_big), 1'000U);
  EXPECT_EQ(run(plan_of({.mtu_bytes = 1'200})).counters.count(Kind::too_big), 0U);
}

TEST(Link, ChangesOnSchedule) {
  LinkPlan plan;
  plan.add(LinkChange(200ms).set(&LinkConditions::blocked, false));
  plan.add(LinkChange(100ms).set(&LinkConditions::blocked, true));
  const Outcome outcome = run(plan);
  EXPECT_EQ(outcome.counters.count(Kind::blocked), 100U);
  EXPECT_EQ(outcome.counters.count(Kind::conditions_changed), 2U);
}

// What waits in the queue leaves at the rate of the moment when its turn comes.
TEST(Link, ANewRateHoldsForWhatWaits) {
  LinkPlan plan = plan_of({.rate_bits_per_second = 8'000'000});
  plan.add(LinkChange(5ms).set(&LinkConditions::rate_bits_per_second, 800'000));
  const Outcome outcome = run(plan, {.count = 7, .size = 1'000, .gap = 0ms});
  ASSERT_EQ(outcome.arrivals.size(), 7U);
  EXPECT_EQ(outcome.arrivals[4].at, Instant(5ms));
  EXPECT_EQ(outcome.arrivals[5].at, Instant(15ms));
  EXPECT_EQ(outcome.arrivals[6].at, Instant(25ms));
}

TEST(Link, HoldsSoManyPacketsAndNoMore) {
  const Outcome outcome = run(plan_of({.rate_bits_per_second = 8'000'000, .limit_packets = 4}),
                              {.count = 100, .size = 1'000, .gap = 0ms});
  EXPECT_EQ(outcome.arrivals.size(), 5U);
  EXPECT_EQ(outcome.counters.count(Kind::queue_full), 95U);
}

// Offered a twentieth more than the link carries: a drop-tail queue stays full, CoDel's short.
TEST(Link, CoDelKeepsTheQueueShort) {
  LinkConditions conditions{.rate_bits_per_second = 8'000'000, .limit_bytes = 200'000};
  const auto mean_delay = [](const Outcome& outcome) {
    Duration sum{};
    for (const Arrival& arrival : outcome.arrivals) {
      sum += arrival.at - Instant(950us * static_cast<int>(number_of(arrival.bytes)));
    }
    return sum / static_cast<Duration::rep>(outcome.arrivals.size());
  };
  const Flow flow{.count = 20'000, .size = 1'000, .gap = 950us};
  const Duration tail = mean_delay(run(plan_of(conditions), flow));
  conditions.queue = QueueKind::codel;
  const Outcome codel = run(plan_of(conditions), flow);
  EXPECT_GT(codel.counters.count(Kind::codel_dropped), 100U);
  EXPECT_LT(mean_delay(codel), tail / 2);
}

// Turning one fault up moves no draw of another: the packets lost stay the same ones.
TEST(Link, FaultsDoNotShiftEachOther) {
  const auto survivors = [](const Outcome& outcome) {
    std::vector<std::uint64_t> numbers;
    for (const Arrival& arrival : outcome.arrivals) {
      const std::uint64_t number = number_of(arrival.bytes);
      if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
    }
    return numbers;
  };
  EXPECT_EQ(survivors(run(plan_of({.loss = 200'000}))),
            survivors(run(plan_of({.jitter = 1us, .loss = 200'000, .duplicate = 500'000}))));
}

TEST(Trace, IsAFunctionOfTheSeed) {
  const LinkPlan plan = plan_of({.delay = 5ms, .loss = 100'000, .reorder = 100'000});
  EXPECT_EQ(run(plan).digest, run(plan).digest);
  EXPECT_NE(run(plan).digest, run(plan, {.seed = 2}).digest);
}

TEST(Trace, SeesOneByteOneDelayAndOneDrop) {
  const auto digest_of = [](Instant at, Kind kind, std::byte byte) {
    Trace trace;
    const Bytes bytes(3, byte);
    trace.observe({at, EntityId(1), kind, 5, bytes});
    return trace.digest();
  };
  const crypto::Digest plain = digest_of(Instant(1ms), Kind::sent, std::byte{1});
  EXPECT_EQ(plain, digest_of(Instant(1ms), Kind::sent, std::byte{1}));
  EXPECT_NE(plain, digest_of(Instant(1ms), Kind::sent, std::byte{2}));
  EXPECT_NE(plain, digest_of(Instant(1ms + 1ns), Kind::sent, std::byte{1}));
  EXPECT_NE(plain, digest_of(Instant(1ms), Kind::lost, std::byte{1}));
}

}  // namespace
}  // namespace stt::sim

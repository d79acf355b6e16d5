#include <stt/recovery/delivery_rate.hpp>

#include <vector>

#include <gtest/gtest.h>

namespace stt::recovery {
namespace {

constexpr Instant start(10s);
constexpr std::size_t datagram = 1'200;

// 1,200 bytes each 10 ms and 40 ms of round trip: the path delivers what is sent.
TEST(DeliveryRate, MeasuresWhatArrives) {
  DeliveryRate rate;
  Rtt rtt;
  rtt.update(40ms, 0ms);
  std::vector<std::pair<Instant, DeliverySnapshot>> flight;
  RateSample sample;
  for (int i = 0; i < 100; ++i) {
    const Instant now = start + i * 10ms;
    flight.emplace_back(now, rate.on_sent(now, i == 0));
    if (i < 4) continue;
    const auto& [sent_at, snapshot] = flight[static_cast<std::size_t>(i) - 4];
    rate.begin_ack();
    rate.on_frame_acked(now, datagram, sent_at, snapshot);
    sample = rate.end_ack(rtt);
  }
  EXPECT_EQ(sample.bytes_per_second, 120'000U);
  EXPECT_EQ(sample.interval, 50ms);  // a frame leaves just before the ACK of its instant
  EXPECT_FALSE(sample.app_limited);
}

TEST(DeliveryRate, MarksWhatWasSentWhenTheApplicationHadNoMore) {
  DeliveryRate rate;
  Rtt rtt;
  rtt.update(40ms, 0ms);
  const DeliverySnapshot before = rate.on_sent(start, true);
  rate.on_app_limited(datagram);
  const DeliverySnapshot during = rate.on_sent(start + 1ms, false);
  rate.begin_ack();
  rate.on_frame_acked(start + 40ms, datagram, start, before);
  const RateSample sample = rate.end_ack(rtt);
  EXPECT_FALSE(sample.app_limited);
  EXPECT_EQ(sample.interval, 40ms);
  rate.begin_ack();
  rate.on_frame_acked(start + 41ms, datagram, start + 1ms, during);
  EXPECT_TRUE(rate.end_ack(rtt).app_limited);
  EXPECT_FALSE(rate.on_sent(start + 41ms, true).app_limited);
}

// All three left before anything was delivered; the newest says how long the sending took.
TEST(DeliveryRate, TheNewestFrameOfAnAckCountsInWhateverOrder) {
  for (const bool newest_first : {false, true}) {
    DeliveryRate rate;
    Rtt rtt;
    rtt.update(40ms, 0ms);
    std::vector<DeliverySnapshot> snapshots;
    for (int i = 0; i < 3; ++i) snapshots.push_back(rate.on_sent(start + i * 60ms, i == 0));
    rate.begin_ack();
    for (int i = 0; i < 3; ++i) {
      const int frame = newest_first ? 2 - i : i;
      rate.on_frame_acked(start + 121ms, datagram, start + frame * 60ms,
                          snapshots[static_cast<std::size_t>(frame)]);
    }
    const RateSample sample = rate.end_ack(rtt);
    EXPECT_EQ(sample.delivered_bytes, 3 * datagram);
    // What leaves next is measured from the newest.
    EXPECT_EQ(rate.on_sent(start + 130ms, false).first_sent_at, start + 120ms) << newest_first;
  }
}

}  // namespace
}  // namespace stt::recovery

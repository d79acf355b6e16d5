#include <simulator/network/loss.hpp>

#include <gtest/gtest.h>

#include <stt/wire/writer.hpp>

namespace stt::sim {
namespace {

constexpr std::uint64_t packets = 20'000;

// Which of many packets are lost, and to what.
std::vector<std::optional<Kind>> judged(const LinkConditions& conditions, ByteView packet = {}) {
  LossModel model(1, 2);
  std::vector<std::optional<Kind>> verdicts;
  for (std::uint64_t number = 1; number <= packets; ++number) {
    verdicts.push_back(model.judge(conditions, number, packet));
  }
  return verdicts;
}

struct Runs {
  std::size_t lost = 0;
  std::size_t runs = 0;
  std::size_t longest = 0;
};

Runs runs_of(const std::vector<std::optional<Kind>>& verdicts, Kind kind) {
  Runs runs;
  std::size_t length = 0;
  for (const auto& verdict : verdicts) {
    length = verdict == kind ? length + 1 : 0;
    runs.lost += length > 0;
    runs.runs += length == 1;
    runs.longest = std::max(runs.longest, length);
  }
  return runs;
}

Bytes frame(wire::FrameType type) {
  Bytes bytes(200);
  wire::Writer writer{bytes};
  wire::FrameHeader header;
  header.type = type;
  header.session_id.bytes[0] = std::byte{1};
  header.stream_id = type == wire::FrameType::data ? StreamId(1) : StreamId{};
  header.selector = Epoch{};
  bytes.resize(lay_out_frame(writer, header, 20).whole.size());
  return bytes;
}

TEST(LossModel, LosesNothingByItself) {
  for (const auto& verdict : judged({})) EXPECT_FALSE(verdict);
}

// The bad state is left with 1 in 4: runs are 4 long in the mean; a share of 1/50 / (1/50 + 1/4) of
// the packets falls into it.
TEST(LossModel, GilbertElliottLosesInRuns) {
  const Runs runs =
      runs_of(judged({.gilbert_enter = 20'000, .gilbert_leave = 250'000}), Kind::lost_in_bad_state);
  EXPECT_NEAR(static_cast<double>(runs.lost), packets * 0.02 / 0.27, 250);
  EXPECT_NEAR(static_cast<double>(runs.lost) / static_cast<double>(runs.runs), 4.0, 0.6);
}

TEST(LossModel, GilbertElliottMayLoseLittleInBothStates) {
  const LinkConditions conditions{.gilbert_enter = 500'000,
                                  .gilbert_leave = 500'000,
                                  .gilbert_loss_good = 10'000,
                                  .gilbert_loss_bad = 100'000};
  const Runs runs = runs_of(judged(conditions), Kind::lost_in_bad_state);
  EXPECT_NEAR(static_cast<double>(runs.lost), packets * 0.055, 150);
}

TEST(LossModel, BurstsAreAsLongAsTold) {
  const Runs runs = runs_of(judged({.burst = 5'000, .burst_packets = 9}), Kind::lost_in_burst);
  EXPECT_GT(runs.runs, 60U);
  EXPECT_NEAR(static_cast<double>(runs.lost) / static_cast<double>(runs.runs), 5.0, 1.0);
}

TEST(LossModel, LosesThoseOfAList) {
  const auto verdicts = judged({.drop_packets = {1, 7, 8}});
  for (std::uint64_t number = 1; number <= 10; ++number) {
    const bool listed = number == 1 || number == 7 || number == 8;
    EXPECT_EQ(verdicts[number - 1] == Kind::lost_by_number, listed) << number;
  }
}

TEST(LossModel, LosesTheNthOfAType) {
  const LinkConditions conditions{
      .drop_nth = {{wire::FrameType::data, 2}, {wire::FrameType::custom_first, 1}}};
  LossModel model(1, 2);
  const Bytes data = frame(wire::FrameType::data);
  const Bytes control = frame(wire::FrameType::control);
  const Bytes custom = frame(static_cast<wire::FrameType>(0x91));
  std::vector<bool> lost;
  std::uint64_t number = 0;
  for (const Bytes& each : {data, control, control, data, data, custom, custom}) {
    lost.push_back(model.judge(conditions, ++number, each) == Kind::lost_by_type);
  }
  EXPECT_EQ(lost, (std::vector<bool>{false, false, false, true, false, true, false}));
}

TEST(FrameTypes, SeesEveryFrameOfADatagram) {
  Bytes both = frame(wire::FrameType::control);
  append(both, frame(wire::FrameType::data));
  EXPECT_EQ(frame_types(both), bit_of(wire::FrameType::control) | bit_of(wire::FrameType::data));
  EXPECT_EQ(frame_types(Bytes(30)), 0U);
}

}  // namespace
}  // namespace stt::sim

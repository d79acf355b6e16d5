// A small slice of the goodput table: transfers so short that starting is much of them.
#include <simulator/goodput.hpp>

#include <gtest/gtest.h>

#include <array>

namespace stt::sim {
namespace {

Ppm share(CongestionControl controller, Ppm loss) {
  const GoodputResult result = measure_goodput({controller, loss, 3'000'000, 1});
  EXPECT_TRUE(result.problems.empty());
  return result.share;
}

TEST(Goodput, CeilingIsTheRateLessFramesLessLoss) {
  EXPECT_EQ(goodput_ceiling(0), 95'833'333U);
  EXPECT_EQ(goodput_ceiling(50'000), 91'041'666U);
}

// 0.01 is 100 times 0.0001, so the root is a tenth.
TEST(Goodput, MathisFallsWithTheRootOfLoss) {
  EXPECT_EQ(goodput_mathis(0), goodput_ceiling(0));
  EXPECT_EQ(goodput_mathis(1), goodput_ceiling(1));
  // sqrt(75) = 8.660 datagrams of 1,380 bytes in 20 ms, a hundredth lost.
  EXPECT_EQ(goodput_mathis(10'000), 4'732'516U);
}

TEST(Goodput, IsExact) {
  const GoodputResult once = measure_goodput({CongestionControl::bbr, 10'000, 1'000'000, 7});
  const GoodputResult again = measure_goodput({CongestionControl::bbr, 10'000, 1'000'000, 7});
  EXPECT_EQ(once.share, again.share);
  EXPECT_EQ(once.queue_delay_p99, again.queue_delay_p99);
  EXPECT_GT(once.retransmissions, 0U);
}

struct Expected {
  CongestionControl controller;
  Ppm loss;
  Ppm share;
};

// To the last digit, with every compiler and cipher. Whatever moves a datagram in time changes
// these: look whether the change is wanted, then take over what
// `./dev goodput --bytes 3000000 --seeds 1 --json FILE` says.
TEST(Goodput, IsWhatItWas) {
  constexpr std::array expected{
      Expected{CongestionControl::bbr, 0, 720'582},
      Expected{CongestionControl::bbr, 10'000, 651'245},
      Expected{CongestionControl::bbr, 50'000, 559'630},
      Expected{CongestionControl::cubic, 0, 654'935},
      Expected{CongestionControl::cubic, 10'000, 68'451},
      Expected{CongestionControl::new_reno, 0, 653'279},
      Expected{CongestionControl::new_reno, 10'000, 55'625},
  };
  for (const Expected& each : expected) {
    EXPECT_EQ(share(each.controller, each.loss), each.share)
        << static_cast<int>(each.controller) << " at " << each.loss;
  }
}

}  // namespace
}  // namespace stt::sim

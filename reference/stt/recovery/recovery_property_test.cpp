// A random life of a session against a model that knows only what was sent and what was told.
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stt/recovery/ack_tracker.hpp>
#include <stt/recovery/recovery.hpp>

namespace stt::recovery {
namespace {

enum class Fate : std::uint8_t { outstanding, acked, lost, late };

struct Modelled {
  std::size_t bytes = 0;
  bool on_path = true;
  Fate fate = Fate::outstanding;
};

struct Path {
  std::uint64_t seed = 0;
  std::uint64_t loss_percent = 0;
  std::uint64_t reorder_percent = 0;
  CongestionControl kind{};
};

// Two ends of a session in one direction, over a path that loses, reorders and repeats.
class World {
 public:
  explicit World(const Path& path) : path_(path), state_(path.seed), recovery_(config(path)) {}

  // Lets time pass until `frames` were sent and every one has met its fate.
  void run(std::uint64_t frames) {
    for (int steps = 0; next_ < frames || recovery_.frames_outstanding() > 0; ++steps) {
      RC_ASSERT(steps < 200'000);  // fails rather than hangs
      send(frames);
      check();
      advance(frames);
    }
    for (const auto& [sequence, frame] : model_) RC_ASSERT(frame.fate != Fate::outstanding);
  }

  const RecoveryCounters& counters() const { return recovery_.counters(); }

 private:
  static RecoveryConfig config(const Path& path) {
    RecoveryConfig config;
    config.congestion_control = path.kind;
    return config;
  }

  // splitmix64: the same numbers everywhere.
  std::uint64_t draw(std::uint64_t below) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31)) % below;
  }
  bool happens(std::uint64_t percent) { return draw(100) < percent; }

  void send(std::uint64_t frames) {
    while (true) {
      const std::size_t bytes = 40 + draw(1'161);
      const bool probe = recovery_.probes_owed() > 0;
      if (!probe && (next_ >= frames || !recovery_.can_send(now_, bytes))) return;
      if (!probe) {
        RC_ASSERT(recovery_.bytes_in_flight() + bytes <= recovery_.congestion_window());
      }
      SentFrame frame;
      frame.sequence = Sequence(next_++);
      frame.bytes = bytes;
      frame.starts_datagram = probe || draw(3) != 0;
      frame.is_mtu_probe = draw(20) == 0;
      frame.off_path = draw(20) == 0;
      frame.carried.offset = Position(frame.sequence.value());
      recovery_.on_sent(now_, frame);
      model_[frame.sequence.value()] = {bytes, !frame.off_path, Fate::outstanding};
      ++frames_outstanding_;
      if (!frame.off_path) bytes_outstanding_ += bytes;
      if (happens(path_.loss_percent)) continue;
      const int copies = draw(50) == 0 ? 2 : 1;
      for (int i = 0; i < copies; ++i) arrivals_.emplace(delay(), frame.sequence);
    }
  }

  Instant delay() {
    if (!happens(path_.reorder_percent)) return now_ + 20ms;
    return now_ + 20ms + Duration(draw(30'000'000));
  }

  // To the next thing that happens anywhere.
  void advance(std::uint64_t frames) {
    std::optional<Instant> next = recovery_.poll_timeout();
    const auto sooner = [&](std::optional<Instant> at) {
      if (at && (!next || *at < *next)) next = at;
    };
    if (!arrivals_.empty()) sooner(arrivals_.begin()->first);
    if (!acks_.empty()) sooner(acks_.begin()->first);
    sooner(tracker_.ack_deadline());
    if (next_ < frames) sooner(recovery_.next_send_time(1'200));
    RC_ASSERT(next.has_value());
    now_ = std::max(now_, *next);
    while (!arrivals_.empty() && arrivals_.begin()->first <= now_) {
      tracker_.on_received(now_, arrivals_.begin()->second, true);
      arrivals_.erase(arrivals_.begin());
    }
    if (tracker_.ack_due(now_)) {
      const wire::Ack ack = tracker_.make_ack(now_);
      tracker_.on_ack_sent(Sequence(acks_sent_++));
      if (!happens(path_.loss_percent)) acks_.emplace(delay(), ack);
    }
    while (!acks_.empty() && acks_.begin()->first <= now_) {
      RC_ASSERT(recovery_.on_ack(now_, acks_.begin()->second, outcome_).has_value());
      take();
      acks_.erase(acks_.begin());
    }
    if (const auto due = recovery_.poll_timeout(); due && *due <= now_) {
      recovery_.handle_timeout(now_, outcome_);
      take();
      const auto again = recovery_.poll_timeout();
      RC_ASSERT(!again || *again > now_);
    }
  }

  // What was told must fit what is known: each frame ends once, and only a lost one comes back.
  void take() {
    const auto move = [&](const std::vector<FrameReport>& reports, Fate from, Fate to) {
      for (const FrameReport& report : reports) {
        Modelled& frame = model_.at(report.sequence.value());
        RC_ASSERT(frame.fate == from);
        RC_ASSERT(frame.bytes == report.bytes);
        RC_ASSERT(frame.on_path == report.in_flight);
        RC_ASSERT(report.carried.offset.value() == report.sequence.value());
        frame.fate = to;
        if (from != Fate::outstanding || to == Fate::outstanding) continue;
        --frames_outstanding_;
        if (frame.on_path) bytes_outstanding_ -= frame.bytes;
      }
    };
    move(outcome_.late_acked, Fate::lost, Fate::late);
    move(outcome_.acked, Fate::outstanding, Fate::acked);
    move(outcome_.lost, Fate::outstanding, Fate::lost);
    move(outcome_.probe, Fate::outstanding, Fate::outstanding);
    check();
  }

  void check() {
    RC_ASSERT(recovery_.bytes_in_flight() == bytes_outstanding_);
    RC_ASSERT(recovery_.frames_outstanding() == frames_outstanding_);
    RC_ASSERT(recovery_.congestion_window() >= 2'400U);
    RC_ASSERT(recovery_.rtt().smoothed() >= 0ns && recovery_.rtt().variation() >= 0ns);
    RC_ASSERT(recovery_.poll_timeout().has_value() == (frames_outstanding_ > 0));
  }

  Path path_;
  std::uint64_t state_;
  Recovery recovery_;
  AckTracker tracker_{25ms};
  Outcome outcome_;
  Instant now_{1s};
  std::uint64_t next_ = 0;
  std::uint64_t acks_sent_ = 0;
  std::map<std::uint64_t, Modelled> model_;
  std::uint64_t bytes_outstanding_ = 0;  // on the path
  std::size_t frames_outstanding_ = 0;
  std::multimap<Instant, Sequence> arrivals_;
  std::multimap<Instant, wire::Ack> acks_;
};

//= STT-RECOVERY-029 test
RC_GTEST_PROP(RecoveryModel, EveryFrameMeetsOneFate, ()) {
  Path path;
  path.seed = *rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>());
  path.loss_percent = *rc::gen::inRange<std::uint64_t>(0, 31);
  path.reorder_percent = *rc::gen::inRange<std::uint64_t>(0, 31);
  if (*rc::gen::arbitrary<bool>()) path.kind = CongestionControl::cubic;
  World(path).run(300);
}

RC_GTEST_PROP(RecoveryModel, OnAQuietPathNothingIsLost, ()) {
  Path path;
  path.seed = *rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>());
  World world(path);
  world.run(300);
  RC_ASSERT(world.counters().frames_lost == 0U);
  RC_ASSERT(world.counters().late_acks == 0U);
  RC_ASSERT(world.counters().probe_timeouts == 0U);
}

}  // namespace
}  // namespace stt::recovery

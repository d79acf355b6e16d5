#include <algorithm>
#include <map>
#include <set>

#include <fuzz/fuzz.hpp>
#include <fuzz/input.hpp>
#include <stt/recovery/ack_tracker.hpp>
#include <stt/recovery/recovery.hpp>

namespace stt::fuzz {
namespace {

enum class Fate : std::uint8_t { outstanding, lost, acked };

// A sender under ACKs of a peer that says what it likes, beside a list of what became of each
// frame.
class Sender {
 public:
  explicit Sender(CongestionControl control) : recovery_(configured(control)) {}

  void send(Input& input) {
    if (input.below(16) == 15) {
      recovery_.skip_sequence(next_);
    } else {
      recovery::SentFrame frame;
      frame.sequence = next_;
      frame.bytes = 60 + input.below(1'200);
      frame.reach_bytes = frame.bytes;
      frame.ack_eliciting = input.below(8) != 7;
      frame.starts_datagram = input.below(4) != 3;
      recovery_.on_sent(now_, frame);
      sent_.insert(next_);
      if (frame.ack_eliciting) fates_[next_] = Fate::outstanding;
    }
    next_ = next_.next();
    expect_sound();
  }

  // An ACK that is about the newest frames, or about anything.
  void receive_ack(Input& input) {
    wire::Ack ack;
    ack.delay_us = input.number();
    std::uint64_t last = next_.value() - 1 - input.below(20);
    if (input.below(16) == 15) last = input.number();
    for (std::size_t more = input.below(5); more < 5; ++more) {
      const std::uint64_t first = last - std::min<std::uint64_t>(last, input.below(8));
      ack.ranges.push_back({Sequence(first), Sequence(last)});
      const std::uint64_t gap = 2 + input.below(4);
      if (first < gap) break;
      last = first - gap;
    }
    const bool was_sent = std::ranges::all_of(
        ack.ranges, [&](const wire::SequenceRange& range) { return is_sent(range); });
    const auto taken = recovery_.on_ack(now_, ack, outcome_);
    // Skipped sequences are remembered for a while only.
    if (was_sent) STT_FUZZ_PROMISE(taken.has_value());
    if (ack.ranges.front().last >= next_) STT_FUZZ_PROMISE(!taken);
    if (taken) note_fates();
    expect_sound();
  }

  void let_time_pass(Input& input) {
    const auto timer = recovery_.poll_timeout();
    now_ += 1us * input.below(65'536);
    if (timer && input.flag()) now_ = std::max(now_, *timer);
    if (!timer || *timer > now_) return;
    recovery_.handle_timeout(now_, outcome_);
    note_fates();
    expect_sound();
    const auto next = recovery_.poll_timeout();
    STT_FUZZ_PROMISE(!next || *next > now_);
  }

 private:
  static recovery::RecoveryConfig configured(CongestionControl control) {
    recovery::RecoveryConfig config;
    config.congestion_control = control;
    config.outstanding_max = 64;
    return config;
  }

  // A range can be long; what was sent is short.
  bool is_sent(const wire::SequenceRange& range) const {
    const auto first = sent_.lower_bound(range.first);
    const auto end = sent_.upper_bound(range.last);
    const auto count = static_cast<std::uint64_t>(std::distance(first, end));
    return count > 0 && count - 1 == range.last.value() - range.first.value();
  }

  void note_fates() {
    for (const auto& report : outcome_.lost) {
      STT_FUZZ_PROMISE(fates_.at(report.sequence) == Fate::outstanding);
      fates_.at(report.sequence) = Fate::lost;
    }
    for (const auto& report : outcome_.acked) {
      STT_FUZZ_PROMISE(fates_.at(report.sequence) == Fate::outstanding);
      fates_.at(report.sequence) = Fate::acked;
    }
    for (const auto& report : outcome_.late_acked) {
      STT_FUZZ_PROMISE(fates_.at(report.sequence) == Fate::lost);
      fates_.at(report.sequence) = Fate::acked;
    }
    for (const auto& report : outcome_.probe) {
      STT_FUZZ_PROMISE(fates_.at(report.sequence) == Fate::outstanding);
    }
  }

  void expect_sound() const {
    const auto outstanding = std::ranges::count_if(
        fates_, [](const auto& each) { return each.second == Fate::outstanding; });
    STT_FUZZ_PROMISE(recovery_.frames_outstanding() == static_cast<std::size_t>(outstanding));
    STT_FUZZ_PROMISE((recovery_.frames_outstanding() > 0) || recovery_.bytes_in_flight() == 0);
    STT_FUZZ_PROMISE(recovery_.congestion_window() > 0);
  }

  recovery::Recovery recovery_;
  recovery::Outcome outcome_;
  std::set<Sequence> sent_;
  std::map<Sequence, Fate> fates_;  // of those that elicit an ACK
  Sequence next_;
  Instant now_{1s};
};

// The other side: what it has been told to acknowledge, beside the ACKs it makes.
class Receiver {
 public:
  void receive(Input& input) {
    now_ += 1us * input.below(65'536);
    std::uint64_t sequence = largest_ + input.below(8);
    if (input.below(4) == 0) sequence = largest_ - std::min<std::uint64_t>(largest_, input.byte());
    largest_ = std::max(largest_, sequence);
    const bool eliciting = input.below(4) != 3;
    tracker_.on_received(now_, Sequence(sequence), eliciting);
    received_.insert(Sequence(sequence));
    const wire::Ack ack = tracker_.make_ack(now_);
    for (const wire::SequenceRange& range : ack.ranges) {
      for (Sequence each = range.first; each <= range.last; each = each.next()) {
        STT_FUZZ_PROMISE(received_.contains(each));
      }
    }
    STT_FUZZ_PROMISE(ack.ranges.front().last == Sequence(largest_));
    Bytes bytes(wire::encoded_size(wire::ControlMessage(ack)));
    wire::Writer writer(bytes);
    wire::encode(writer, ack);
    const auto decoded = wire::decode_control(bytes);
    STT_FUZZ_PROMISE(decoded && std::get<wire::Ack>(*decoded) == ack);
    if (!input.flag()) return;
    tracker_.on_ack_sent(Sequence(acks_++));
    STT_FUZZ_PROMISE(!tracker_.has_anything_to_acknowledge());
    if (!input.flag()) return;
    wire::Ack confirms;
    confirms.ranges.push_back({Sequence(input.below(acks_)), Sequence(acks_ - 1)});
    tracker_.on_peer_ack(confirms);
  }

 private:
  recovery::AckTracker tracker_{25ms};
  std::set<Sequence> received_;
  std::uint64_t largest_ = 0;
  std::uint64_t acks_ = 0;
  Instant now_{1s};
};

}  // namespace

// No frame has two fates, no ACK of what was never sent is taken, no timer stands still, and what
// is acknowledged has been received.
void run(ByteView bytes) {
  constexpr int steps_max = 120;
  Input input(bytes);
  constexpr std::array controls{CongestionControl::new_reno, CongestionControl::cubic,
                                CongestionControl::bbr};
  Sender sender(controls[input.below(controls.size())]);
  Receiver receiver;
  for (int step = 0; step < steps_max && !input.empty(); ++step) {
    switch (input.below(5)) {
      case 0:
      case 1: sender.send(input); break;
      case 2: sender.receive_ack(input); break;
      case 3: sender.let_time_pass(input); break;
      default: receiver.receive(input); break;
    }
  }
}

}  // namespace stt::fuzz

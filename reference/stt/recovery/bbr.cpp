#include <stt/recovery/bbr.hpp>

#include <algorithm>
#include <utility>

#include <stt/recovery/wide.hpp>

namespace stt::recovery {
namespace {

using bbr::Input;
using bbr::Phase;

constexpr std::uint64_t pacing_margin_percent = 99;  // a little less than the path, always
constexpr std::uint64_t window_datagrams_min = 4;
constexpr std::uint64_t ack_slack_datagrams = 2;  // one ACK may stand for so many

// The pipe is full after so many rounds in which the rate did not grow by so much.
constexpr std::uint32_t plateau_rounds_max = 3;
constexpr std::uint64_t plateau_growth_percent = 125;

// Loss of more than that share of a round trip is congestion ...
constexpr std::uint64_t loss_percent_with_queue = 2;
constexpr std::uint64_t loss_percent_without_queue = 20;
constexpr std::uint64_t loss_datagrams_min = 3;
// ... where a queue stands when even the fastest frame of the round needed this much more time.
constexpr int queue_rtt_percent = 125;
constexpr std::uint64_t reduction_percent = 70;
constexpr std::uint64_t headroom_percent = 85;  // of the upper bound, while cruising

constexpr std::uint64_t up_in_flight_percent = 125;
constexpr Duration probe_wait_min = 2s;
constexpr std::uint32_t probe_rounds_max = 63;  // as often as Reno loses in a usual path

constexpr Duration minimum_rtt_age_max = 5s;
constexpr Duration probe_rtt_time = 200ms;

constexpr std::uint64_t percent_of(std::uint64_t value, std::uint64_t percent) {
  return mul_div(value, percent, 100);
}

}  // namespace

Bbr::Bbr(std::uint64_t datagram_bytes)
    : datagram_bytes_(datagram_bytes), window_(initial_window_bytes(datagram_bytes)) {}

std::uint64_t Bbr::bandwidth() const {
  const std::uint64_t highest = std::max(rate_now_, rate_before_);
  return rate_lower_ ? std::min(*rate_lower_, highest) : highest;
}

std::uint64_t Bbr::path_bytes(std::uint64_t percent) const {
  const auto trip = static_cast<std::uint64_t>(minimum_rtt_.count());
  return percent_of(mul_div(bandwidth(), trip, std::nano::den), percent);
}

std::optional<std::uint64_t> Bbr::pacing_rate() const {
  if (minimum_rtt_ <= Duration::zero()) return std::nullopt;
  std::uint64_t bytes_per_second = bandwidth();
  if (!pipe_was_full_) {
    // The first samples are of less than the initial window, which may leave in a round trip.
    const auto trip = static_cast<std::uint64_t>(minimum_rtt_.count());
    bytes_per_second = std::max(
        bytes_per_second, mul_div(initial_window_bytes(datagram_bytes_), std::nano::den, trip));
  }
  const std::uint64_t paced = percent_of(bytes_per_second, bbr::gains(phase_).pacing);
  return percent_of(paced, pacing_margin_percent);
}

void Bbr::on_sent(Instant, std::uint64_t, std::uint64_t in_flight_bytes) {
  if (in_flight_bytes == 0) was_idle_ = true;
}

void Bbr::on_loss(Instant, Instant, std::uint64_t lost_bytes) {
  round_.lost_bytes += lost_bytes;
}

void Bbr::on_ack(Instant now, const AckSummary& summary, const Rtt& rtt) {
  if (summary.newly_acked_bytes == 0) return;
  take_rate(summary.rate);
  take_rtt(now, rtt.latest());
  round_.acked_bytes += summary.newly_acked_bytes;
  round_.in_flight_max = std::max(round_.in_flight_max, summary.prior_in_flight_bytes);
  delivered_bytes_ = summary.rate.prior_delivered_bytes + summary.rate.delivered_bytes;
  round_is_over_ = summary.rate.prior_delivered_bytes >= round_end_;
  if (round_is_over_) end_round(now);
  advance(now, summary);
  set_window(summary.newly_acked_bytes);
}

//= STT-RECOVERY-032
void Bbr::take_rate(const RateSample& sample) {
  round_.app_limited = round_.app_limited || sample.app_limited;
  if (sample.interval == Duration::zero()) return;
  round_.rate_max = std::max(round_.rate_max, sample.bytes_per_second);
  // What an application sends is no measure of the path, unless it is more than was known.
  if (sample.app_limited && sample.bytes_per_second < std::max(rate_now_, rate_before_)) return;
  rate_now_ = std::max(rate_now_, sample.bytes_per_second);
}

//= STT-RECOVERY-033
void Bbr::take_rtt(Instant now, Duration sample) {
  round_.rtt_min = std::min(round_.rtt_min, sample);
  probe_rtt_least_ = std::min(probe_rtt_least_, sample);
  const bool is_stale = now - minimum_seen_at_ > minimum_rtt_age_max;
  // After a pause nothing of ours stands in a queue: this is as good as a measurement.
  if (minimum_rtt_ == Duration::zero() || sample <= minimum_rtt_ || (is_stale && was_idle_)) {
    minimum_rtt_ = sample;
    minimum_seen_at_ = now;
  } else if (sample <= minimum_rtt_ + minimum_rtt_ / 32) {
    minimum_seen_at_ = now;
  } else if (is_stale) {
    move(now, Input::minimum_stale);
  }
  was_idle_ = false;
}

bool Bbr::queue_stands() const {
  return round_.rtt_min > minimum_rtt_ * queue_rtt_percent / 100;
}

//= STT-RECOVERY-035
bool Bbr::is_congested() const {
  if (round_.lost_bytes < loss_datagrams_min * datagram_bytes_) return false;
  const std::uint64_t percent =
      queue_stands() ? loss_percent_with_queue : loss_percent_without_queue;
  return round_.lost_bytes > percent_of(round_.acked_bytes + round_.lost_bytes, percent);
}

void Bbr::end_round(Instant now) {
  ++rounds_in_cycle_;
  round_end_ = delivered_bytes_;
  look_for_plateau();
  const bool is_yielding = phase_ == Phase::down || phase_ == Phase::cruise;
  if (is_congested()) {
    react_to_congestion(now);
  } else if (phase_ == Phase::up) {
    raise_upper_bound();
  } else if (is_yielding && queue_stands() && !round_.app_limited) {
    lower_rate();
  }
  last_round_ = round_;
  round_ = {};
}

void Bbr::look_for_plateau() {
  if (round_.app_limited) return;
  if (round_.rate_max >= percent_of(plateau_rate_, plateau_growth_percent)) {
    plateau_rate_ = round_.rate_max;
    plateau_rounds_ = 0;
  } else {
    ++plateau_rounds_;
  }
}

//= STT-RECOVERY-036
void Bbr::react_to_congestion(Instant now) {
  if (phase_ == Phase::startup || bbr::is_probing(phase_)) {
    // What was in flight when these were sent is more than the path and its queue hold.
    const std::uint64_t least = percent_of(path_bytes(100), reduction_percent);
    in_flight_upper_ = std::max({last_round_.in_flight_max, least, minimum()});
    move(now, phase_ == Phase::startup ? Input::pipe_full : Input::probe_over);
    return;
  }
  lower_rate();
  in_flight_lower_ = std::max(
      round_.acked_bytes,
      percent_of(std::min(in_flight_lower_.value_or(window_), window_), reduction_percent));
}

// The highest rates of flows that share a path add up to more than it carries; those of the last
// round do not. Without this a newcomer would never get its share.
//= STT-RECOVERY-037
void Bbr::lower_rate() {
  rate_lower_ = std::max(round_.rate_max, percent_of(bandwidth(), reduction_percent));
}

// Each round that fills the bound without congestion doubles the step by which it gives way.
void Bbr::raise_upper_bound() {
  if (in_flight_upper_ == window_bytes_max ||
      round_.in_flight_max + datagram_bytes_ * 3 < in_flight_upper_)
    return;
  upper_step_ = std::min(std::max(2 * upper_step_, datagram_bytes_), window_bytes_max);
  in_flight_upper_ = std::min(in_flight_upper_ + upper_step_, window_bytes_max);
}

void Bbr::advance(Instant now, const AckSummary& summary) {
  const std::uint64_t in_flight = summary.in_flight_bytes;
  const std::uint64_t calm =
      std::min(path_bytes(100), percent_of(in_flight_upper_, headroom_percent));
  switch (phase_) {
    case Phase::startup:
      if (plateau_rounds_ >= plateau_rounds_max) move(now, Input::pipe_full);
      break;
    case Phase::drain:
      if (in_flight <= path_bytes(100)) move(now, Input::drained);
      break;
    case Phase::down:
      if (probe_is_due(now)) {
        move(now, Input::probe_due);
      } else if (in_flight <= calm) {
        move(now, Input::drained);
      }
      break;
    case Phase::cruise:
      if (probe_is_due(now)) move(now, Input::probe_due);
      break;
    case Phase::refill:
      if (round_is_over_) move(now, Input::round_over);
      break;
    case Phase::up:
      if (plateau_rounds_ >= plateau_rounds_max ||
          (now - phase_start_ >= minimum_rtt_ && in_flight >= path_bytes(up_in_flight_percent))) {
        move(now, Input::probe_over);
      }
      break;
    case Phase::probe_rtt: probe_rtt(now, summary); break;
  }
}

// By time, or on a short path when Reno would have looked for more: a flow of Reno's keeps up.
bool Bbr::probe_is_due(Instant now) const {
  const std::uint64_t window_datagrams = path_bytes(100) / datagram_bytes_;
  return now - cycle_start_ >= probe_wait_ ||
         rounds_in_cycle_ >= std::min<std::uint64_t>(window_datagrams, probe_rounds_max);
}

void Bbr::probe_rtt(Instant now, const AckSummary& summary) {
  if (!probe_rtt_end_) {
    if (summary.in_flight_bytes > window_limit()) return;
    probe_rtt_end_ = now + std::max(probe_rtt_time, minimum_rtt_);
    probe_rtt_least_ = Duration::max();
    return;
  }
  if (now < *probe_rtt_end_ || probe_rtt_least_ == Duration::max()) return;
  minimum_rtt_ = probe_rtt_least_;
  minimum_seen_at_ = now;
  move(now, pipe_was_full_ ? Input::minimum_renewed : Input::minimum_renewed_unfull);
}

bool Bbr::move(Instant now, Input input) {
  const std::optional<Phase> to = bbr::next(phase_, input);
  if (!to) return false;
  if (input == Input::pipe_full) pipe_was_full_ = true;
  phase_ = *to;
  enter(now);
  return true;
}

void Bbr::enter(Instant now) {
  phase_start_ = now;
  if (phase_ == Phase::down) {
    // A new cycle: rates of the cycle before last are forgotten.
    if (rate_now_ != 0) rate_before_ = std::exchange(rate_now_, 0);
    cycle_start_ = now;
    rounds_in_cycle_ = 0;
    // Flows must not probe at the same times. What each has delivered differs, and is scattered
    // over about a second here.
    const std::uint64_t scattered = delivered_bytes_ * 0x9E37'79B9'7F4A'7C15 >> 44;
    probe_wait_ = probe_wait_min + std::chrono::microseconds(scattered);
  } else if (phase_ == Phase::refill) {
    in_flight_lower_.reset();
    rate_lower_.reset();
    upper_step_ = 0;
    round_end_ = delivered_bytes_;
  } else if (phase_ == Phase::up) {
    plateau_rate_ = 0;
    plateau_rounds_ = 0;
  } else if (phase_ == Phase::probe_rtt) {
    probe_rtt_end_.reset();
  }
}

std::uint64_t Bbr::window_limit() const {
  const std::uint64_t floor = window_datagrams_min * datagram_bytes_;
  std::uint64_t limit = path_bytes(bbr::gains(phase_).window);
  if (phase_ != Phase::probe_rtt) limit += ack_slack_datagrams * datagram_bytes_;
  const bool keeps_headroom = phase_ == Phase::cruise || phase_ == Phase::probe_rtt;
  limit = std::min(limit, percent_of(in_flight_upper_, keeps_headroom ? headroom_percent : 100));
  if (in_flight_lower_) limit = std::min(limit, *in_flight_lower_);
  return std::clamp(limit, floor, window_bytes_max);
}

void Bbr::set_window(std::uint64_t acked_bytes) {
  const std::uint64_t limit = window_limit();
  const std::uint64_t grown = std::min(window_ + acked_bytes, window_bytes_max);
  if (pipe_was_full_ || phase_ == Phase::probe_rtt) {
    window_ = std::min(grown, limit);
  } else if (window_ < limit || delivered_bytes_ < initial_window_bytes(datagram_bytes_)) {
    window_ = grown;
  }
  window_ = std::max(window_, minimum());
}

// The model stays: it will tell how far the window may grow again, by what is acknowledged.
void Bbr::on_persistent_congestion(Instant) {
  window_ = minimum();
}

void Bbr::set_datagram_bytes(std::uint64_t bytes) {
  datagram_bytes_ = bytes;
  window_ = std::max(window_, minimum());
}

}  // namespace stt::recovery

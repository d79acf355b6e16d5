#include <stt/session/path_mtu.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::session {

PathMtu::PathMtu(Instant now, const PathMtuLimits& limits) : limits_(limits) {
  limits_.bytes_max = std::max(limits_.bytes_max, limits_.base_bytes);
  reset(now);
}

void PathMtu::reset(Instant now) {
  go_to_base();
  pause_until_.reset();
  if (limits_.bytes_max == limits_.base_bytes) complete(now);
  check_invariants();
}

void PathMtu::go_to_base() {
  state_ = State::base;
  datagram_bytes_ = limits_.base_bytes;
  target_bytes_ = limits_.base_bytes;
  failed_bytes_ = limits_.bytes_max + 1;
  tries_ = 0;
  probe_.reset();
  large_outstanding_.reset();
  arrivals_.clear();
  large_losses_ = 0;
}

//= STT-PATH-020
std::optional<std::size_t> PathMtu::probe_due(Instant now) {
  if (pause_until_ && now >= *pause_until_) pause_until_.reset();
  if (probe_ || pause_until_) return std::nullopt;
  // In search_complete the aim is the maximum; there may be nothing left to raise.
  if (state_ == State::search_complete && !can_raise()) return std::nullopt;
  return target_bytes_;
}

void PathMtu::on_probe_sent(Sequence sequence, std::size_t bytes) {
  STT_ASSERT(!probe_ && bytes <= target_bytes_);
  probe_ = Probe{sequence, bytes};
  if (state_ == State::search_complete) state_ = State::searching;
  check_invariants();
}

void PathMtu::on_sent(Sequence sequence, std::size_t bytes) {
  if (bytes > limits_.base_bytes) large_outstanding_ = sequence;
}

void PathMtu::on_acked(Instant now, Sequence sequence, std::size_t bytes) {
  if (large_outstanding_ == sequence) large_outstanding_.reset();
  bool base_passes = bytes >= limits_.base_bytes;
  if (is_probe(sequence)) {
    base_passes = true;
    const std::size_t probed = probe_->bytes;
    probe_.reset();
    if (state_ == State::searching && probed > datagram_bytes_) {
      datagram_bytes_ = probed;
      aim(now);
    }
  }
  if (bytes > limits_.base_bytes) note_arrival({sequence, bytes});
  const bool waits_for_base = state_ == State::base || state_ == State::error;
  const bool paused = pause_until_ && now < *pause_until_;
  if (waits_for_base && !paused && !probe_ && base_passes) begin_search(now);
  check_invariants();
}

void PathMtu::on_lost(Instant now, Sequence sequence, std::size_t bytes) {
  if (large_outstanding_ == sequence) large_outstanding_.reset();
  if (is_probe(sequence)) {
    on_probe_lost(now);
  } else if (bytes > limits_.base_bytes && datagram_bytes_ > limits_.base_bytes &&
             !has_arrived_since(sequence, bytes)) {
    smallest_loss_ = large_losses_ == 0 ? bytes : std::min(smallest_loss_, bytes);
    //= STT-PATH-028
    if (++large_losses_ >= black_hole_losses) fall_back(now);
  }
  check_invariants();
}

void PathMtu::on_probe_lost(Instant now) {
  const std::size_t probed = probe_->bytes;
  probe_.reset();
  //= STT-PATH-023
  if (++tries_ < tries_max) return;
  tries_ = 0;
  if (state_ == State::searching) {
    failed_bytes_ = probed;
    aim(now);
  } else {
    state_ = State::error;
    pause_until_ = now + black_hole_pause;
  }
}

void PathMtu::on_pto(Instant now, unsigned consecutive) {
  //= STT-PATH-025
  const bool large = datagram_bytes_ > limits_.base_bytes && large_outstanding_;
  if (large && consecutive >= black_hole_ptos) fall_back(now);
  check_invariants();
}

void PathMtu::begin_search(Instant now) {
  state_ = State::searching;
  failed_bytes_ = limits_.bytes_max + 1;
  aim(now);
}

// Chooses the next size, or finds that the search is over. Most paths carry the maximum, so that
// comes first.
//= STT-PATH-024
void PathMtu::aim(Instant now) {
  tries_ = 0;
  if (!can_raise()) return complete(now);
  const bool none_failed = failed_bytes_ > limits_.bytes_max;
  target_bytes_ =
      none_failed ? limits_.bytes_max : datagram_bytes_ + (failed_bytes_ - datagram_bytes_) / 2;
}

// Between what has arrived and what has failed there is a size worth a probe.
bool PathMtu::can_raise() const {
  // A frame cannot have every size; the last byte below the maximum may stay out of reach.
  if (failed_bytes_ > limits_.bytes_max) return datagram_bytes_ + 1 < limits_.bytes_max;
  return failed_bytes_ - datagram_bytes_ >= step_bytes;
}

void PathMtu::complete(Instant now) {
  state_ = State::search_complete;
  failed_bytes_ = limits_.bytes_max + 1;
  target_bytes_ = limits_.bytes_max;
  tries_ = 0;
  if (can_raise()) pause_until_ = now + raise_pause;
}

void PathMtu::fall_back(Instant now) {
  go_to_base();
  //= STT-PATH-029
  pause_until_ = now + black_hole_pause;
}

// Keeps, of the large datagrams that arrived, those that no later and larger one makes needless.
void PathMtu::note_arrival(const Arrival& arrival) {
  const auto covers = [](const Arrival& a, const Arrival& b) {
    return a.sequence >= b.sequence && a.bytes >= b.bytes;
  };
  if (large_losses_ > 0 && arrival.bytes >= smallest_loss_) large_losses_ = 0;
  if (std::ranges::any_of(arrivals_, [&](const Arrival& a) { return covers(a, arrival); })) return;
  const auto kept = std::remove_if(arrivals_.begin(), arrivals_.end(),
                                   [&](const Arrival& a) { return covers(arrival, a); });
  arrivals_.erase(kept, arrivals_.end());
  if (arrivals_.size() == arrivals_.capacity()) {
    arrivals_.erase(std::ranges::min_element(arrivals_, std::ranges::less{}, &Arrival::bytes));
  }
  arrivals_.push_back(arrival);
}

// A later datagram of at least that size has arrived, so its size is not what lost this one.
bool PathMtu::has_arrived_since(Sequence sequence, std::size_t bytes) const {
  return std::ranges::any_of(
      arrivals_, [&](const Arrival& a) { return a.sequence > sequence && a.bytes >= bytes; });
}

std::optional<Instant> PathMtu::poll_timeout() const {
  if (probe_) return std::nullopt;
  return pause_until_;
}

void PathMtu::check_invariants() const {
  STT_ASSERT(limits_.base_bytes <= datagram_bytes_ && datagram_bytes_ <= limits_.bytes_max);
  STT_ASSERT(datagram_bytes_ < failed_bytes_);
  STT_ASSERT(state_ != State::searching || target_bytes_ > datagram_bytes_);
}

}  // namespace stt::session

#include <stt/recovery/recovery.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::recovery {
namespace {

constexpr std::uint32_t probes_per_timeout = 2;
constexpr Duration backed_off_max = 60s;
constexpr std::uint32_t backoff_doublings_max = 20;
constexpr std::uint32_t persistent_congestion_ptos = 3;
constexpr std::size_t lost_remembered_max = 256;
// So long after its sending the acknowledgement of a lost frame is not awaited any more.
constexpr int late_ack_ptos = 8;
constexpr std::uint32_t off_path_mark = 0;

bool contains(const wire::SequenceRange& range, Sequence sequence) {
  return range.first <= sequence && sequence <= range.last;
}

// Ranges fall; O(log n).
bool contains(const wire::Ack& ack, Sequence sequence) {
  const auto found = std::ranges::lower_bound(ack.ranges, sequence, std::ranges::greater{},
                                              &wire::SequenceRange::first);
  return found != ack.ranges.end() && contains(*found, sequence);
}

}  // namespace

Recovery::Recovery(const RecoveryConfig& config)
    : config_(config),
      controller_(make_controller(config.congestion_control, config.datagram_bytes)) {
  STT_ASSERT(config.datagram_bytes > 0 && config.peer_max_ack_delay >= Duration::zero());
  if (!config.round_trip) return;
  //= STT-RECOVERY-039
  rtt_.update(*config.round_trip, Duration::zero());
  first_rtt_sample_at_ = Instant::min();
}

void Recovery::on_sent(Instant now, const SentFrame& frame) {
  STT_ASSERT(frame.sequence == (largest_told_ ? largest_told_->next() : config_.first_sequence));
  STT_ASSERT(!largest_told_ || frame.sequence > *largest_told_);
  largest_told_ = frame.sequence;
  //= STT-RECOVERY-011
  if (frame.starts_datagram) ++datagrams_;
  const std::uint32_t path = frame.off_path ? off_path_mark : path_;
  //= STT-RECOVERY-018
  if (!frame.ack_eliciting) {
    ack_only_[ack_only_count_++ % ack_only_.size()] = {frame.sequence, now, datagrams_, path};
    return;
  }
  Entry entry;
  entry.frame = frame;
  entry.sent_at = now;
  entry.datagram = datagrams_;
  entry.path = path;
  if (!frame.off_path) {
    entry.delivery = delivery_.on_sent(now, bytes_in_flight_ == 0);
    controller_->on_sent(now, frame.bytes, bytes_in_flight_);
    pacer_.on_sent(now, pacing(), frame.bytes);
    bytes_in_flight_ += frame.bytes;
  }
  sent_.push_back(entry);
  ++outstanding_;
  pto_base_ = now;
  if (probes_owed_ > 0 && datagrams_ != last_probe_datagram_) {
    --probes_owed_;
    last_probe_datagram_ = datagrams_;
  }
  check_invariants();
}

void Recovery::skip_sequence(Sequence sequence) {
  STT_ASSERT(sequence == (largest_told_ ? largest_told_->next() : config_.first_sequence));
  STT_ASSERT(!largest_told_ || sequence > *largest_told_);
  largest_told_ = sequence;
  if (skipped_.size() == skipped_.capacity()) skipped_.erase(skipped_.begin());
  skipped_.push_back(sequence);
}

Result<void> Recovery::check_ack(const wire::Ack& ack) const {
  STT_ASSERT(!ack.ranges.empty());
  if (!largest_told_ || ack.ranges.front().last > *largest_told_ ||
      ack.ranges.back().first < config_.first_sequence) {
    return fail(Errc::ack_never_sent);
  }
  const bool skipped =
      std::ranges::any_of(skipped_, [&](Sequence sequence) { return contains(ack, sequence); });
  if (skipped) return fail(Errc::ack_never_sent);
  return {};
}

Result<void> Recovery::on_ack(Instant now, const wire::Ack& ack, Outcome& outcome) {
  outcome.clear();
  STT_TRY(check_ack(ack));
  AckSummary summary;
  summary.prior_in_flight_bytes = bytes_in_flight_;
  const bool window_limited = is_window_limited();
  delivery_.begin_ack();
  for (const wire::SequenceRange& range : ack.ranges) take_range(now, range, outcome);
  take_largest(now, ack, !outcome.acked.empty());
  take_late(now, ack, outcome);
  detect_lost(now, outcome);

  controller_->on_window_limited(now, window_limited);
  for (const FrameReport& frame : outcome.acked) {
    if (!frame.in_flight) continue;
    summary.newly_acked_bytes += frame.bytes;
    controller_->on_frame_acked(now, {frame.bytes, frame.sent_at}, rtt_);
  }
  summary.in_flight_bytes = bytes_in_flight_;
  summary.rate = delivery_.end_ack(rtt_);
  controller_->on_ack(now, summary, rtt_);
  if (!outcome.acked.empty() || !outcome.late_acked.empty()) {
    pto_count_ = 0;
    probes_owed_ = 0;
  }
  check_invariants();
  return {};
}

// Whether it was the window that held the sender back. Bursts and pacing leave a little of it
// unused: three datagrams, or half of a window that doubles each round trip.
//= STT-RECOVERY-024
bool Recovery::is_window_limited() const {
  const std::uint64_t window = controller_->window_bytes();
  if (controller_->in_slow_start() && bytes_in_flight_ > window / 2) return true;
  return bytes_in_flight_ + 3 * config_.datagram_bytes >= window;
}

// A round-trip sample needs the largest acknowledged to be news, and with it at least one
// ack-eliciting frame: the delay the peer tells belongs to the largest only.
void Recovery::take_largest(Instant now, const wire::Ack& ack, bool elicited) {
  const Sequence largest = ack.ranges.front().last;
  if (largest_acked_ && largest <= *largest_acked_) return;
  largest_acked_ = largest;
  const std::optional<Mark> mark = find_mark(largest);
  if (!mark) return;
  newest_acked_ = mark;
  //= STT-RECOVERY-007
  if (mark->path != path_ || !elicited) return;
  // Cut before the conversion: a peer may claim any number of microseconds.
  //= STT-RECOVERY-008
  const auto delay_max = static_cast<std::uint64_t>(config_.peer_max_ack_delay / 1us);
  const auto delay = std::chrono::microseconds(std::min(ack.delay_us, delay_max));
  rtt_.update(now - mark->sent_at, delay);
  if (!first_rtt_sample_at_) first_rtt_sample_at_ = now;
}

// The frame if it is still followed, or one of the newest that are not.
std::optional<Recovery::Mark> Recovery::find_mark(Sequence sequence) const {
  const std::uint64_t above = first_above(sequence);
  if (above != sent_.begin_index()) {
    const Entry& entry = sent_[above - 1];
    if (entry.frame.sequence == sequence) {
      return Mark{sequence, entry.sent_at, entry.datagram, entry.path};
    }
  }
  const std::uint64_t known = std::min<std::uint64_t>(ack_only_count_, ack_only_.size());
  for (std::uint64_t i = 0; i < known; ++i) {
    if (ack_only_[i].sequence == sequence) return ack_only_[i];
  }
  return std::nullopt;
}

// The index of the first entry with a larger sequence.
std::uint64_t Recovery::first_above(Sequence sequence) const {
  std::uint64_t low = sent_.begin_index();
  std::uint64_t high = sent_.end_index();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (sent_[middle].frame.sequence <= sequence) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void Recovery::take_range(Instant now, const wire::SequenceRange& range, Outcome& outcome) {
  const std::uint64_t end = first_above(range.last);
  std::uint64_t index = end;
  while (index != sent_.begin_index()) {
    Entry& entry = sent_[index - 1];
    if (entry.frame.sequence < range.first) break;
    if (entry.acked) {
      index = std::max(entry.run_begin, sent_.begin_index());
      continue;
    }
    --index;
    entry.acked = true;
    entry.run_begin = index;
    leave_flight(entry);
    outcome.acked.push_back(report(entry));
    if (on_current_path(entry)) {
      delivery_.on_frame_acked(now, entry.frame.bytes, entry.sent_at, entry.delivery);
    }
    if (!newest_acked_ || entry.frame.sequence > newest_acked_->sequence) {
      newest_acked_ = Mark{entry.frame.sequence, entry.sent_at, entry.datagram, entry.path};
    }
  }
  if (index != end) sent_[end - 1].run_begin = index;
}

// Both the ranges and the frames declared lost are in order: one walk, and only if there are any.
void Recovery::take_late(Instant now, const wire::Ack& ack, Outcome& outcome) {
  while (!lost_.empty() &&
         (lost_.front().acked || lost_.front().mark.sent_at + late_ack_ptos * pto() < now)) {
    lost_.pop_front();
  }
  auto range = ack.ranges.rbegin();
  for (std::uint64_t index = lost_.begin_index(); index != lost_.end_index(); ++index) {
    LostEntry& lost = lost_[index];
    while (range != ack.ranges.rend() && range->last < lost.mark.sequence) ++range;
    if (range == ack.ranges.rend()) return;
    if (lost.acked || !contains(*range, lost.mark.sequence)) continue;
    //= STT-RECOVERY-027
    lost.acked = true;
    ++counters_.late_acks;
    outcome.late_acked.push_back(lost.report);
    if (lost.mark.path != path_ || !newest_acked_) continue;
    const std::uint64_t newest = newest_acked_->datagram;
    reorder_.on_late_ack(now, newest - std::min(newest, lost.mark.datagram), rtt_);
  }
}

bool Recovery::is_lost(const Entry& entry, Instant now) const {
  if (!newest_acked_ || entry.frame.sequence > newest_acked_->sequence) return false;
  //= STT-RECOVERY-009
  //= STT-RECOVERY-010
  return newest_acked_->datagram - entry.datagram >= reorder_.datagrams() ||
         entry.sent_at + reorder_.delay(rtt_) <= now;
}

// Takes acknowledged and lost frames from the beginning of the queue.
void Recovery::detect_lost(Instant now, Outcome& outcome) {
  std::uint64_t lost_bytes = 0;
  std::optional<Instant> newest_lost_sent_at;
  persistent_congestion_ = false;
  while (!sent_.empty()) {
    const Entry& entry = sent_.front();
    if (entry.acked) {
      lost_run_start_.reset();
    } else if (is_lost(entry, now)) {
      if (on_current_path(entry)) {
        if (!entry.frame.is_mtu_probe) {
          lost_bytes += entry.frame.bytes;
          newest_lost_sent_at = entry.sent_at;
          note_lost_run(entry);
        }
      }
      declare_lost(entry, outcome);
    } else {
      break;
    }
    sent_.pop_front();
  }
  if (newest_lost_sent_at) {
    controller_->on_loss(now, *newest_lost_sent_at, lost_bytes);
    reorder_.on_loss();
  }
  if (persistent_congestion_) {
    ++counters_.persistent_congestions;
    controller_->on_persistent_congestion(now);
    rtt_.forget_minimum();
  }
}

void Recovery::declare_lost(const Entry& entry, Outcome& outcome) {
  leave_flight(entry);
  if (!entry.frame.is_mtu_probe) ++counters_.frames_lost;
  outcome.lost.push_back(report(entry));
  if (lost_.size() == lost_remembered_max) lost_.pop_front();
  lost_.push_back({.mark = {entry.frame.sequence, entry.sent_at, entry.datagram, entry.path},
                   .acked = false,
                   .report = outcome.lost.back()});
}

// Frames lost over more than three probe timeouts with none acknowledged between them: the path
// carries nothing (RFC 9002, section 7.6). Before the first sample the timeouts are only guesses.
void Recovery::note_lost_run(const Entry& entry) {
  if (!first_rtt_sample_at_ || entry.sent_at <= *first_rtt_sample_at_) return;
  if (!lost_run_start_) lost_run_start_ = entry.sent_at;
  //= STT-RECOVERY-017
  if (entry.sent_at - *lost_run_start_ <= persistent_congestion_ptos * pto()) return;
  persistent_congestion_ = true;
  lost_run_start_ = entry.sent_at;
}

void Recovery::leave_flight(const Entry& entry) {
  STT_ASSERT(outstanding_ > 0);
  --outstanding_;
  if (!on_current_path(entry)) return;
  STT_ASSERT(bytes_in_flight_ >= entry.frame.bytes);
  bytes_in_flight_ -= entry.frame.bytes;
}

FrameReport Recovery::report(const Entry& entry) const {
  return {.sequence = entry.frame.sequence,
          .sent_at = entry.sent_at,
          .bytes = entry.frame.bytes,
          .reach_bytes = entry.frame.reach_bytes,
          .is_mtu_probe = entry.frame.is_mtu_probe,
          .in_flight = on_current_path(entry),
          .carried = entry.frame.carried};
}

//= STT-RECOVERY-030
std::optional<Instant> Recovery::loss_deadline() const {
  if (sent_.empty() || !newest_acked_) return std::nullopt;
  const Entry& oldest = sent_.front();
  if (oldest.frame.sequence > newest_acked_->sequence) return std::nullopt;
  return oldest.sent_at + reorder_.delay(rtt_);
}

//= STT-RECOVERY-012
//= STT-RECOVERY-014
//= STT-RECOVERY-040
std::optional<Instant> Recovery::probe_deadline() const {
  if (outstanding_ == 0) return std::nullopt;
  const std::uint32_t doublings = std::min(pto_count_, backoff_doublings_max);
  Duration wait = pto();
  // Doubled until the cap, so that a long round trip cannot overflow.
  for (std::uint32_t i = 0; i < doublings && wait < backed_off_max; ++i) wait *= 2;
  return pto_base_ + std::max(std::min(wait, backed_off_max), pto());
}

std::optional<Instant> Recovery::poll_timeout() const {
  if (const auto deadline = loss_deadline()) return deadline;
  return probe_deadline();
}

void Recovery::handle_timeout(Instant now, Outcome& outcome) {
  outcome.clear();
  // One call settles all that is due, so that the next timeout lies ahead. A second look is needed
  // if the first made the reordering window narrower.
  for (auto due = loss_deadline(); due && now >= *due; due = loss_deadline()) {
    detect_lost(now, outcome);
    check_invariants();
  }
  const auto deadline = poll_timeout();
  if (!deadline || now < *deadline) return;
  STT_ASSERT(!loss_deadline());
  //= STT-RECOVERY-016
  ++counters_.probe_timeouts;
  ++pto_count_;
  // Even if no probe leaves the next timeout is a whole one away.
  pto_base_ = now;
  //= STT-RECOVERY-013
  probes_owed_ = probes_per_timeout;
  for (std::uint64_t index = sent_.begin_index();
       index != sent_.end_index() && outcome.probe.size() < probes_per_timeout; ++index) {
    if (!sent_[index].acked) outcome.probe.push_back(report(sent_[index]));
  }
  check_invariants();
}

PacingRate Recovery::pacing() const {
  if (const auto rate = controller_->pacing_rate()) {
    return PacingRate::from_rate(*rate, config_.datagram_bytes);
  }
  return PacingRate::from_window(controller_->window_bytes(), rtt_.smoothed(),
                                 config_.datagram_bytes);
}

std::optional<Instant> Recovery::next_send_time(std::size_t bytes) const {
  //= STT-RECOVERY-015
  if (probes_owed_ > 0) return Instant::min();
  //= STT-RECOVERY-028
  if (sent_.size() >= config_.outstanding_max) return std::nullopt;
  //= STT-RECOVERY-018
  if (bytes_in_flight_ + bytes > controller_->window_bytes()) return std::nullopt;
  return pacer_.next_send_time(pacing(), bytes);
}

bool Recovery::can_send(Instant now, std::size_t bytes) const {
  const auto from = next_send_time(bytes);
  return from && *from <= now;
}

void Recovery::on_app_limited() {
  delivery_.on_app_limited(bytes_in_flight_);
}

void Recovery::on_path_change(bool new_ip) {
  if (!new_ip) return;
  // Frames of the old path stay outstanding, but count for nothing any more.
  ++path_;
  STT_ASSERT(path_ != off_path_mark);
  bytes_in_flight_ = 0;
  controller_->reset();
  rtt_.reset();
  pacer_.reset();
  reorder_.reset();
  delivery_.reset();
  pto_count_ = 0;
  first_rtt_sample_at_.reset();
  lost_run_start_.reset();
}

void Recovery::set_datagram_bytes(std::size_t bytes) {
  STT_ASSERT(bytes > 0);
  config_.datagram_bytes = bytes;
  controller_->set_datagram_bytes(bytes);
}

void Recovery::discard() {
  sent_.clear();
  lost_.clear();
  outstanding_ = 0;
  bytes_in_flight_ = 0;
  probes_owed_ = 0;
}

void Recovery::check_invariants() const {
  // What is lost or acknowledged never stands at the head of the queue.
  STT_ASSERT(sent_.empty() == (outstanding_ == 0));
  STT_ASSERT(sent_.empty() || !sent_.front().acked);
  STT_ASSERT(outstanding_ <= sent_.size());
  STT_ASSERT(outstanding_ > 0 || bytes_in_flight_ == 0);
}

}  // namespace stt::recovery

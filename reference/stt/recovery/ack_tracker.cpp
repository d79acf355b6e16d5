#include <stt/recovery/ack_tracker.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::recovery {
namespace {

constexpr std::uint32_t eliciting_per_ack = 2;

}  // namespace

void AckTracker::on_received(Instant now, Sequence sequence, bool ack_eliciting) {
  // In order: the one after the largest, or the very first of the session.
  const bool in_order = ranges_.empty() ? sequence == Sequence(0)
                                        : sequence > ranges_.back().last &&
                                              sequence.value() - ranges_.back().last.value() == 1;
  if (ranges_.empty() || sequence > ranges_.back().last) largest_received_at_ = now;
  if (!insert(sequence) || !ack_eliciting) return;
  ++eliciting_unacknowledged_;
  //= STT-RECOVERY-003
  //= STT-RECOVERY-004
  const bool at_once = !in_order || eliciting_unacknowledged_ >= eliciting_per_ack;
  //= STT-RECOVERY-002
  const Instant due = at_once ? now : now + max_ack_delay_;
  deadline_ = deadline_ ? std::min(*deadline_, due) : due;
}

// False if the sequence was there already, or is older than all of 64 ranges.
bool AckTracker::insert(Sequence sequence) {
  // The first range that does not lie wholly below the sequence.
  const auto above = std::ranges::lower_bound(ranges_, sequence, {}, &wire::SequenceRange::last);
  if (above != ranges_.end() && above->first <= sequence) return false;
  const bool joins_above = above != ranges_.end() && above->first.value() - sequence.value() == 1;
  const bool has_below = above != ranges_.begin();
  const auto below = has_below ? above - 1 : above;
  const bool joins_below = has_below && sequence.value() - below->last.value() == 1;
  if (joins_above && joins_below) {
    below->last = above->last;
    ranges_.erase(above);
  } else if (joins_above) {
    above->first = sequence;
  } else if (joins_below) {
    below->last = sequence;
  } else if (ranges_.size() < ranges_.capacity()) {
    ranges_.insert(above, {sequence, sequence});
  } else if (has_below) {
    // Give up the lowest range: those between it and the new one move down by one place.
    std::move(ranges_.begin() + 1, above, ranges_.begin());
    *(above - 1) = {sequence, sequence};
  } else {
    return false;
  }
  return true;
}

wire::Ack AckTracker::make_ack(Instant now) const {
  STT_ASSERT(!ranges_.empty());
  STT_ASSERT(now >= largest_received_at_);
  wire::Ack ack;
  ack.delay_us = static_cast<std::uint64_t>((now - largest_received_at_) / 1us);
  //= STT-RECOVERY-005
  //= STT-RECOVERY-041
  ack.ranges.assign(ranges_.rbegin(), ranges_.rend());
  return ack;
}

void AckTracker::on_ack_sent(Sequence sequence) {
  STT_ASSERT(!ranges_.empty());
  eliciting_unacknowledged_ = 0;
  deadline_.reset();
  if (!followed_) followed_ = Report{sequence, ranges_.back().last};
}

void AckTracker::on_peer_ack(const wire::Ack& ack) {
  if (!followed_ || ack.ranges.empty() || ack.ranges.front().last < followed_->frame) return;
  const bool arrived = std::ranges::any_of(ack.ranges, [&](const wire::SequenceRange& range) {
    return range.first <= followed_->frame && followed_->frame <= range.last;
  });
  if (arrived) forget_below(followed_->largest);
  // A later frame has arrived and this one not: it is late or lost, and another ACK is followed.
  followed_.reset();
}

// The sequence itself is kept, so that there is always something to report.
//= STT-RECOVERY-006
void AckTracker::forget_below(Sequence sequence) {
  const auto keep = std::ranges::lower_bound(ranges_, sequence, {}, &wire::SequenceRange::last);
  ranges_.erase(ranges_.begin(), keep);
  if (!ranges_.empty()) ranges_.front().first = std::max(ranges_.front().first, sequence);
}

}  // namespace stt::recovery

#include <stt/stream/lender.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>
#include <stt/stream/saturating.hpp>

namespace stt::stream {

Lender::Lender(const wire::Parameters& ours, std::uint64_t budget_positions)
    // A base of zero would leave nothing to take the next step with.
    : base_(std::max<std::uint64_t>(1, ours.initial_stream_credit)),
      reservation_(ours.max_message_bytes) {
  const std::uint64_t promised =
      saturating_add(saturating_multiply(ours.max_streams, base_), reservation_);
  //= STT-FLOW-005
  budget_ = std::max(budget_positions, promised);
  //= STT-FLOW-010
  spare_total_ = budget_ - promised;
}

void Lender::set_spare(CreditAccount& account, std::uint64_t spare) {
  spare_used_ = spare_used_ - account.spare + spare;
  account.spare = spare;
}

bool Lender::update(StreamId id, CreditAccount& account, const CreditDemand& demand) {
  const bool unfinished = demand.partial_message && !demand.reads_in_parts;
  if (holder_ == id && unfinished) {
    //= STT-FLOW-014
    account.lent_to =
        std::max(account.lent_to,
                 std::min(demand.contiguous, saturating_add(demand.consumed, reservation_)));
  }
  // What the peer may still send, or has sent and was not read, beyond the base and the
  // reservation.
  const std::uint64_t floor = saturating_add(std::max(demand.consumed, account.lent_to), base_);
  const std::uint64_t in_use = std::min(account.granted, demand.final_position.value_or(~0ULL));
  STT_ASSERT(saturating_subtract(in_use, floor) <= account.spare);
  set_spare(account, saturating_subtract(in_use, floor));

  bool raised = false;
  if (!demand.final_position) {
    const std::uint64_t left = spare_total_ - (spare_used_ - account.spare);
    const std::uint64_t extra = std::min(account.extra_window, left / 2);
    //= STT-FLOW-007
    //= STT-FLOW-015
    const std::uint64_t target = saturating_add(floor, extra);
    //= STT-FLOW-016
    const std::uint64_t window = saturating_add(base_, extra);
    const std::uint64_t half_window = std::min(std::max(account.window, base_), window) / 2;
    const bool half_used = saturating_subtract(account.granted, demand.contiguous) <= half_window;
    if (half_used && target > account.granted && target - account.granted >= half_window) {
      account.granted = target;
      account.window = window;
      account.extra_window = std::min(2 * account.extra_window, extra_window_max);
      set_spare(account, extra);
      raised = true;
    }
  }

  //= STT-FLOW-009
  if (holder_ == id && account.lent_to <= demand.consumed && !unfinished) holder_.reset();
  //= STT-FLOW-008
  const bool needs = unfinished && !demand.final_position &&
                     saturating_subtract(account.granted, demand.contiguous) <=
                         (account.granted - demand.consumed) / 2;
  if (needs && holder_ != id) {
    waiting_.insert(id);
  } else {
    waiting_.erase(id);
  }
  STT_ASSERT(spare_used_ <= spare_total_);
  return raised;
}

void Lender::drop(StreamId id, CreditAccount& account) {
  set_spare(account, 0);
  account.lent_to = 0;
  waiting_.erase(id);
  if (holder_ == id) holder_.reset();
}

std::optional<StreamId> Lender::lend() {
  if (holder_ || waiting_.empty()) return std::nullopt;
  //= STT-FLOW-008
  const auto behind = waiting_.upper_bound(last_holder_);
  const auto next = behind != waiting_.end() ? behind : waiting_.begin();
  last_holder_ = *next;
  holder_ = last_holder_;
  waiting_.erase(next);
  return holder_;
}

}  // namespace stt::stream

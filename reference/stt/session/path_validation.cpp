#include <stt/session/path_validation.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::session {
namespace {

Result<wire::PathChallenge> draw_challenge(Random& random) {
  wire::PathChallenge message;
  //= STT-PATH-002
  STT_TRY(random.fill("session.path_challenge", message.data));
  return message;
}

// Between two challenges of a trial.
//= STT-PATH-015
Duration interval(Duration pto) {
  return std::max<Duration>(pto, 1s);
}

}  // namespace

std::optional<PathChanged> PathValidation::on_frame(Instant now, Duration pto,
                                                    const FrameArrival& frame) {
  handle_timeout(now);
  std::optional<PathChanged> changed;
  //= STT-PATH-008
  if (frame.newest && former_ && frame.from == former_->address) {
    changed = move_to(frame.from);
    former_.reset();
  }
  if (frame.from == current_) {
    // The peer is still, or again, where it was: whoever moved its frames elsewhere has lost.
    if (frame.newest) {
      //= STT-PATH-007
      trials_.clear();
      current_challenge_due_ = false;
    }
  } else if (Trial* trial = find(frame.from)) {
    trial->bytes_received += frame.bytes;
    trial->blocked = false;
    if (frame.newest) trial->newest = frame.sequence;
    //= STT-PATH-001
  } else if (frame.newest) {
    start_trial(now, pto, frame);
  }
  check_invariants();
  return changed;
}

PathChanged PathValidation::move_to(const Address& address) {
  //= STT-PATH-011
  //= STT-PATH-012
  const PathChanged changed{address, address.ip != current_.ip};
  current_ = address;
  return changed;
}

void PathValidation::start_trial(Instant now, Duration pto, const FrameArrival& frame) {
  //= STT-PATH-010
  if (trials_.size() == paths_on_trial_max) trials_.erase(trials_.begin());
  Trial trial;
  trial.address = frame.from;
  trial.started = now;
  trial.newest = frame.sequence;
  trial.bytes_received = frame.bytes;
  trial.next_challenge = now;
  trial.deadline = now + 3 * interval(pto);
  trials_.push_back(trial);
  //= STT-PATH-003
  current_challenge_due_ = true;
}

std::optional<PathChanged> PathValidation::on_path_response(Instant now, Duration pto,
                                                            const wire::PathResponse& message) {
  handle_timeout(now);
  const auto answers = [&](const wire::PathChallenge& sent) { return sent.data == message.data; };
  const auto trial = std::ranges::find_if(trials_, [&](const Trial& candidate) {
    return std::ranges::any_of(candidate.sent, answers);
  });
  //= STT-PATH-006
  if (trial == trials_.end()) return std::nullopt;

  //= STT-PATH-004
  //= STT-PATH-005
  former_ = Former{current_, now + 3 * pto};
  const PathChanged changed = move_to(trial->address);
  // The peer has left the addresses that it used before this one; the newer ones stay on trial.
  const Sequence newest = trial->newest;
  trials_.erase(std::remove_if(trials_.begin(), trials_.end(),
                               [&](const Trial& other) { return other.newest <= newest; }),
                trials_.end());
  current_challenge_due_ = current_challenge_due_ && !trials_.empty();
  check_invariants();
  return changed;
}

Result<std::optional<PathProbe>> PathValidation::poll_challenge(Instant now, Duration pto,
                                                                std::size_t frame_bytes,
                                                                Random& random) {
  handle_timeout(now);
  for (Trial& trial : trials_) {
    if (is_spent(trial) || now < trial.next_challenge) continue;
    trial.blocked = !has_room(trial, frame_bytes);
    if (trial.blocked) continue;
    trial.next_challenge = now + interval(pto);
    STT_TRY_ASSIGN(message, draw_challenge(random));
    trial.sent.push_back(message);
    trial.bytes_sent += frame_bytes;
    return PathProbe{trial.address, message};
  }
  return std::nullopt;
}

Result<std::optional<PathProbe>> PathValidation::poll_current_challenge(Instant now,
                                                                        Random& random) {
  handle_timeout(now);
  if (!current_challenge_due_) return std::nullopt;
  current_challenge_due_ = false;
  STT_TRY_ASSIGN(message, draw_challenge(random));
  return PathProbe{current_, message};
}

bool PathValidation::has_room(const Trial& trial, std::size_t bytes) {
  //= STT-PATH-009
  return trial.bytes_sent + bytes <= amplification_factor * trial.bytes_received;
}

bool PathValidation::is_spent(const Trial& trial) {
  return trial.sent.size() == challenges_per_trial_max;
}

bool PathValidation::may_send(const Address& to, std::size_t bytes) const {
  const Trial* trial = find(to);
  return trial == nullptr || has_room(*trial, bytes);
}

void PathValidation::on_sent(const Address& to, std::size_t bytes) {
  if (Trial* trial = find(to)) trial->bytes_sent += bytes;
}

void PathValidation::handle_timeout(Instant now) {
  const auto over = [&](const Trial& trial) { return now >= trial.deadline; };
  const auto kept = std::remove_if(trials_.begin(), trials_.end(), over);
  trials_failed_ += static_cast<std::uint64_t>(trials_.end() - kept);
  trials_.erase(kept, trials_.end());
  if (trials_.empty()) current_challenge_due_ = false;
  if (former_ && now >= former_->until) former_.reset();
}

std::optional<Instant> PathValidation::poll_timeout() const {
  std::optional<Instant> earliest;
  for (const Trial& trial : trials_) {
    const bool waits = !trial.blocked && !is_spent(trial);
    const Instant at = waits ? std::min(trial.next_challenge, trial.deadline) : trial.deadline;
    earliest = std::min(earliest.value_or(at), at);
  }
  return earliest;
}

const PathValidation::Trial* PathValidation::find(const Address& address) const {
  const auto found = std::ranges::find(trials_, address, &Trial::address);
  return found == trials_.end() ? nullptr : &*found;
}

PathValidation::Trial* PathValidation::find(const Address& address) {
  const auto found = std::ranges::find(trials_, address, &Trial::address);
  return found == trials_.end() ? nullptr : &*found;
}

void PathValidation::check_invariants() const {
  STT_ASSERT(find(current_) == nullptr);
  STT_ASSERT(!former_ || (former_->address != current_ && find(former_->address) == nullptr));
  STT_ASSERT(std::ranges::is_sorted(trials_, std::ranges::less{}, &Trial::started));
}

}  // namespace stt::session

#include <stt/session/replay_window.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::session {

Result<void> ReplayWindow::check(Sequence sequence) const {
  if (!largest_ || sequence > *largest_) return {};
  //= STT-REPLAY-003
  if (largest_->value() - sequence.value() >= replay_window_sequences) return fail(Errc::too_old);
  //= STT-REPLAY-002
  if (is_marked(sequence)) return fail(Errc::replayed);
  return {};
}

void ReplayWindow::accept(Sequence sequence) {
  STT_ASSERT(check(sequence));
  const std::uint64_t word = sequence.value() / word_bits;
  if (!largest_ || sequence > *largest_) {
    // The words between the old largest and the new one come into the window: nothing in them is
    // marked yet. The counter never wraps, so neither does the walk.
    const std::uint64_t from = largest_ ? largest_->value() / word_bits : word;
    const std::uint64_t fresh = std::min(word - from, word_count);
    for (std::uint64_t i = 0; i < fresh; ++i) words_[(word - i) % word_count] = 0;
    largest_ = sequence;
  }
  words_[word % word_count] |= std::uint64_t{1} << (sequence.value() % word_bits);
}

bool ReplayWindow::is_marked(Sequence sequence) const {
  const std::uint64_t word = words_[sequence.value() / word_bits % word_count];
  return ((word >> (sequence.value() % word_bits)) & 1U) != 0;
}

}  // namespace stt::session

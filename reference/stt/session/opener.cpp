#include <stt/session/opener.hpp>

#include <functional>
#include <limits>

#include <stt/base/assert.hpp>
#include <stt/session/associated_data.hpp>

namespace stt::session {
namespace {

// The same bytes as `part`, which was parsed out of `whole`, to be opened in place.
MutableByteView mutable_part(MutableByteView whole, ByteView part) {
  const std::byte* const begin = whole.data();
  const std::less_equal<const std::byte*> not_after;
  STT_ASSERT(not_after(begin, part.data()) &&
             not_after(part.data() + part.size(), begin + whole.size()));
  return whole.subspan(static_cast<std::size_t>(part.data() - begin), part.size());
}

// Whether `epoch` follows `before`; written without a sum that could run over.
bool follows(Epoch epoch, Epoch before) {
  return epoch > before && epoch.value() - before.value() == 1;
}

}  // namespace

Opener::Opener(crypto::Key chain_0, Reliability reliability)
    : reliability_(reliability), chain_(std::move(chain_0)), current_(chain_.advance()) {}

Result<Opened> Opener::open(Instant now, Duration pto, MutableByteView datagram,
                            const wire::FrameView& frame) {
  STT_ASSERT(frame.header.type != wire::FrameType::handshake &&
             frame.header.type != wire::FrameType::auth);
  handle_timeout(now);
  const Sequence sequence = frame.header.sequence;
  //= STT-REPLAY-004
  STT_TRY(window_.check(sequence));
  //= STT-ROTATION-023
  STT_TRY_ASSIGN(key, choose_key(frame.epoch(), sequence));

  const MutableByteView payload = mutable_part(datagram, frame.ciphertext);
  const AssociatedData associated(frame.header_bytes, frame.selector_bytes);
  //= STT-FRAME-036
  //= STT-FRAME-038
  STT_TRY(key->open(crypto::Nonce(frame.nonce), associated.view(), payload, frame.tag));

  // From here on the frame is the peer's.
  Opened opened{payload};
  opened.newest = !window_.largest() || sequence > *window_.largest();
  opened.rotated = follows(frame.epoch(), epoch_);
  //= STT-REPLAY-005
  window_.accept(sequence);
  //= STT-ROTATION-014
  follow(now, pto, frame.epoch(), sequence);
  return opened;
}

Result<crypto::Aead*> Opener::choose_key(Epoch epoch, Sequence sequence) {
  if (epoch == epoch_) {
    //= STT-ROTATION-019
    if (previous_last_ && sequence < *previous_last_) return fail(Errc::epoch_order);
    return &current_;
  }
  if (follows(epoch_, epoch) && previous_) {
    //= STT-ROTATION-018
    if (sequence > *current_first_) return fail(Errc::epoch_order);
    return &*previous_;
  }
  if (follows(epoch, epoch_)) {
    //= STT-ROTATION-019
    if (current_last_ && sequence < *current_last_) return fail(Errc::epoch_order);
    //= STT-ROTATION-021
    // Once, and kept: a flood of forged frames makes us derive nothing more.
    if (!next_) next_.emplace(chain_.advance());
    return &*next_;
  }
  //= STT-ROTATION-020
  return fail(Errc::epoch_unknown);
}

// The frame has opened: moves to its epoch, and remembers which sequences belong to which.
void Opener::follow(Instant now, Duration pto, Epoch epoch, Sequence sequence) {
  if (follows(epoch_, epoch)) {
    previous_last_ = std::max(previous_last_.value_or(sequence), sequence);
    return;
  }
  if (epoch != epoch_) {
    STT_ASSERT(next_);
    //= STT-ROTATION-017
    // The key two epochs back, if it is still there, is written over.
    if (reliability_ == Reliability::reliable) {
      //= STT-WS-011
      previous_.reset();
    } else {
      previous_ = std::move(current_);
      //= STT-ROTATION-015
      previous_until_ = now + 3 * pto;
    }
    previous_last_ = current_last_;
    current_ = std::move(*next_);
    next_.reset();
    current_first_.reset();
    current_last_.reset();
    epoch_ = epoch;
  }
  current_first_ = std::min(current_first_.value_or(sequence), sequence);
  current_last_ = std::max(current_last_.value_or(sequence), sequence);
}

void Opener::handle_timeout(Instant now) {
  if (previous_ && now >= previous_until_) previous_.reset();
}

std::optional<Instant> Opener::poll_timeout() const {
  if (!previous_) return std::nullopt;
  return previous_until_;
}

}  // namespace stt::session

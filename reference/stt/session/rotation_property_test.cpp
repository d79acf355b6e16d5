// A sender that rotates, a network that delays, duplicates and tampers, and a receiver: checked
// against a model that knows what was sent.
#include <set>

#include <stt/session/session_fixture.hpp>

#include <rapidcheck/gtest.h>

namespace stt::session {
namespace {

struct Sent {
  Bytes frame;
  Bytes payload;
  Epoch epoch;
  Sequence sequence;
};

class RotationModel {
 public:
  // One of the things that can happen, chosen by a number.
  void step(std::uint32_t choice) {
    const std::uint32_t argument = choice / 16;
    switch (choice % 16) {
      case 0: return rotate();
      case 1: return acknowledge(argument);
      case 2: now_ += std::chrono::milliseconds(argument % 200); return;
      case 3: return deliver_tampered(argument);
      case 4: return deliver_forged(argument);
      case 5: return skip(argument);
      case 6:
      case 7:
      case 8:
      case 9: return send(argument);
      default: return deliver(argument);
    }
  }

 private:
  void send(std::uint32_t argument) {
    Sent sent;
    sent.payload.assign(argument % 60, static_cast<std::byte>(argument));
    sent.epoch = sealer_.epoch();
    sent.sequence = *sealer_.next_sequence();
    sent.frame = seal(sealer_, sent.payload);
    RC_ASSERT(nonces_.insert(to_bytes(view_of(sent.frame).nonce)).second);
    sent_.push_back(std::move(sent));
  }

  void skip(std::uint32_t argument) { RC_ASSERT(sealer_.skip(argument % 5)); }

  void rotate() {
    const Epoch before = sealer_.epoch();
    // Free from epoch 0; later only if the receiver is known to have followed.
    const bool allowed = before == Epoch{} || acked_in_epoch_;
    RC_ASSERT(sealer_.rotate(now_, random_).has_value() == allowed);
    RC_ASSERT(sealer_.epoch() == (allowed ? before.next() : before));
    if (allowed) acked_in_epoch_ = false;
  }

  void acknowledge(std::uint32_t argument) {
    if (opened_.empty()) return;
    const Sent& sent = sent_[*std::next(opened_.begin(), argument % opened_.size())];
    sealer_.on_acked(sent.sequence);
    if (sent.epoch == sealer_.epoch()) acked_in_epoch_ = true;
  }

  // Any frame ever sent, delivered again or for the first time, early or late.
  void deliver(std::uint32_t argument) {
    if (sent_.empty()) return;
    const std::size_t index =
        sent_.size() - 1 - (argument % std::min<std::size_t>(sent_.size(), 12));
    const Sent& sent = sent_[index];
    Bytes frame = sent.frame;
    const auto result = open(opener_, frame, now_);
    if (opened_.contains(index)) {
      RC_ASSERT(!result && result.error() == Errc::replayed);
      return;
    }
    const bool is_previous =
        previous_until_ && now_ < *previous_until_ && sent.epoch.next() == epoch_;
    const bool is_live = sent.epoch == epoch_ || sent.epoch == epoch_.next() || is_previous;
    if (!is_live) {
      RC_ASSERT(!result && result.error() == Errc::epoch_unknown);
      return;
    }
    RC_ASSERT(result.has_value());
    RC_ASSERT(equal(result->payload, sent.payload));
    RC_ASSERT(result->rotated == (sent.epoch > epoch_));
    opened_.insert(index);
    if (sent.epoch > epoch_) {
      epoch_ = sent.epoch;
      previous_until_ = now_ + 3 * pto;
    }
    RC_ASSERT(opener_.epoch() == epoch_);
  }

  // One bit of a frame that has not arrived yet.
  void deliver_tampered(std::uint32_t argument) {
    if (sent_.empty()) return;
    const Sent& sent = sent_[argument % sent_.size()];
    Bytes frame = sent.frame;
    const std::size_t bit = argument % (frame.size() * 8);
    frame[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    const wire::ParseResult parsed = wire::parse_frame(frame);
    if (!std::holds_alternative<wire::FrameView>(parsed)) return;
    const wire::FrameType type = std::get<wire::FrameView>(parsed).header.type;
    if (type == wire::FrameType::handshake || type == wire::FrameType::auth) return;
    refuse(frame);
  }

  // A frame that nobody sealed, under an epoch nearby, often the next one.
  void deliver_forged(std::uint32_t argument) {
    const Epoch epoch(epoch_.value() + argument % 3);
    refuse(forge(epoch, Sequence(argument % 200)));
  }

  void refuse(Bytes frame) {
    const Bytes before = frame;
    const auto largest = opener_.largest();
    RC_ASSERT(!open(opener_, frame, now_));
    RC_ASSERT(frame == before);
    RC_ASSERT(opener_.largest() == largest);
    RC_ASSERT(opener_.epoch() == epoch_);
  }

  FakeRandom random_;
  Sealer sealer_ = make_sealer(random_);
  Opener opener_{some_chain(), Reliability::unreliable};
  Instant now_ = start;

  std::vector<Sent> sent_;
  std::set<std::size_t> opened_;  // indices of sent_
  std::set<Bytes> nonces_;
  bool acked_in_epoch_ = false;
  Epoch epoch_;  // of the receiver
  std::optional<Instant> previous_until_;
};

//= STT-REPLAY-002 test
//= STT-ROTATION-013 test
//= STT-ROTATION-015 test
//= STT-ROTATION-016 test
RC_GTEST_PROP(Rotation, OpensEverythingUnderALiveEpochOnceAndNothingElse, ()) {
  const auto choices = *rc::gen::container<std::vector<std::uint32_t>>(
      300, rc::gen::inRange<std::uint32_t>(0, 1U << 20));
  RotationModel model;
  for (const std::uint32_t choice : choices) model.step(choice);
}

}  // namespace
}  // namespace stt::session

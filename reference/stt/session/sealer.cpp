#include <stt/session/sealer.hpp>

#include <limits>

#include <stt/base/assert.hpp>
#include <stt/session/associated_data.hpp>

namespace stt::session {
namespace {

constexpr Sequence sequence_last(std::numeric_limits<std::uint64_t>::max());
constexpr Epoch epoch_last(std::numeric_limits<std::uint64_t>::max());
constexpr std::string_view nonce_prefix_label = "session.nonce_prefix";

}  // namespace

Result<Sealer> Sealer::create(Instant now, crypto::Key chain_0, Reliability reliability,
                              const RotationLimits& limits, Random& random) {
  NoncePrefix prefix{};
  //= STT-FRAME-037
  STT_TRY(random.fill(nonce_prefix_label, prefix));
  return Sealer(now, KeyChain(std::move(chain_0)), reliability, limits, prefix);
}

Sealer::Sealer(Instant now, KeyChain chain, Reliability reliability, const RotationLimits& limits,
               const NoncePrefix& prefix)
    : limits_(limits),
      reliability_(reliability),
      chain_(std::move(chain)),
      aead_(chain_.advance()),
      prefix_(prefix),
      began_(now) {}

std::optional<Sequence> Sealer::next_sequence() const {
  if (exhausted_) return std::nullopt;
  return next_sequence_;
}

Result<wire::FrameHeader> Sealer::next_header(wire::FrameType type, SessionId session_id,
                                              StreamId stream_id) const {
  //= STT-FRAME-032
  if (exhausted_) return fail(Errc::sequence_exhausted);
  return wire::FrameHeader{type, session_id, stream_id, next_sequence_, epoch_};
}

void Sealer::seal(const wire::FrameHeader& header, const wire::FrameSlots& slots) {
  STT_ASSERT(!exhausted_ && header.sequence == next_sequence_);
  STT_ASSERT(std::get<Epoch>(header.selector) == epoch_);
  STT_ASSERT(header.type != wire::FrameType::handshake && header.type != wire::FrameType::auth);

  //= STT-FRAME-033
  //= STT-FRAME-035
  // A random prefix per epoch and a counter that never repeats: no nonce serves twice under a key.
  wire::Writer nonce(slots.nonce);
  nonce.bytes(prefix_);
  nonce.be(header.sequence.value());
  STT_ASSERT(nonce.room() == 0);
  //= STT-FRAME-027
  const AssociatedData associated(slots.header_bytes, slots.selector_bytes);
  //= STT-FRAME-026
  aead_.seal(crypto::Nonce(slots.nonce), associated.view(), slots.payload, slots.tag);

  payload_bytes_ += slots.payload.size();
  sent_ = true;
  exhausted_ = next_sequence_ == sequence_last;
  //= STT-FRAME-028
  //= STT-FRAME-029
  if (!exhausted_) next_sequence_ = next_sequence_.next();
}

//= STT-FRAME-031
Result<void> Sealer::skip(std::uint64_t count) {
  if (exhausted_ || count > sequence_last.value() - next_sequence_.value()) {
    return fail(Errc::sequence_exhausted);
  }
  next_sequence_ = Sequence(next_sequence_.value() + count);
  return {};
}

void Sealer::on_acked(Sequence sequence) {
  const bool was_sent = exhausted_ || sequence < next_sequence_;
  if (was_sent && sequence >= first_sequence_) acked_ = true;
}

//= STT-ROTATION-016
//= STT-WS-012
bool Sealer::may_rotate() const {
  if (epoch_ == Epoch{}) return true;
  return reliability_ == Reliability::reliable ? sent_ : acked_;
}

bool Sealer::rotation_due(Instant now) const {
  //= STT-ROTATION-008
  //= STT-ROTATION-009
  //= STT-ROTATION-010
  const bool triggered = payload_bytes_ >= limits_.payload_bytes || messages_ >= limits_.messages ||
                         now - began_ >= limits_.time;
  //= STT-ROTATION-011
  return triggered && may_rotate();
}

Result<void> Sealer::rotate(Instant now, Random& random) {
  if (!may_rotate()) return fail(Errc::rotation_too_early);
  //= STT-ROTATION-022
  if (epoch_ == epoch_last) return fail(Errc::epoch_exhausted);
  NoncePrefix prefix{};
  STT_TRY(random.fill(nonce_prefix_label, prefix));

  //= STT-ROTATION-007
  // The assignment writes over the old key and its sub-key.
  aead_ = crypto::Aead(chain_.advance());
  prefix_ = prefix;
  //= STT-ROTATION-013
  epoch_ = epoch_.next();
  began_ = now;
  //= STT-FRAME-030
  first_sequence_ = next_sequence_;
  payload_bytes_ = 0;
  messages_ = 0;
  sent_ = false;
  acked_ = false;
  return {};
}

}  // namespace stt::session

// For tests: two sides of a session, joined by a network that loses, repeats and reorders frames as
// a seed says. Frames travel encoded, as on the wire.
#pragma once

#include <random>
#include <vector>

#include <stt/stream/streams.hpp>

namespace stt::stream::testing {

struct Network {
  unsigned loss_percent = 0;
  unsigned repeat_percent = 0;      // the frame arrives twice
  unsigned false_loss_percent = 0;  // arrives, and is reported lost all the same
  bool reorders = false;
  std::size_t room_min = 1'100;  // payload room of frames, drawn anew for each
  std::size_t room_max = 1'100;
};

class Joined {
 public:
  // `ours` are the parameters of side 0, the initiator; `theirs` of side 1.
  Joined(const wire::Parameters& ours, const wire::Parameters& theirs, std::uint64_t budget,
         std::uint64_t send_buffer = 1U << 20, Network network = {}, std::uint64_t seed = 1)
      : sides_{Streams({Role::initiator, ours, theirs, budget, send_buffer}),
               Streams({Role::responder, theirs, ours, budget, send_buffer})},
        network_(network),
        random_(seed) {}

  Streams& operator[](std::size_t side) { return sides_[side]; }

  // Sends what there is to send (at most `frames_max` frames a side) and delivers a part of what
  // is on the way, at least one frame. False if nothing moved.
  bool step(std::size_t frames_max = 16) {
    bool moved = false;
    for (std::size_t side = 0; side < 2; ++side) {
      for (std::size_t i = 0; i < frames_max; ++i) {
        if (!send_one(side)) break;
        moved = true;
      }
    }
    const std::size_t count = flying_.empty() ? 0 : 1 + draw(flying_.size());
    for (std::size_t i = 0; i < count; ++i, moved = true) deliver_one();
    for (Streams& side : sides_) side.check_invariants();
    return moved;
  }
  // Until nothing moves any more.
  void settle() {
    while (step()) {
    }
  }

  std::size_t draw(std::size_t below) { return random_() % below; }
  // The first error that a side reported of the other.
  std::optional<Errc> failure() const { return failure_; }
  std::size_t frames_sent(std::size_t side) const { return frames_sent_[side]; }

  std::vector<StreamEvent> events(std::size_t side) {
    std::vector<StreamEvent> all;
    while (const auto event = sides_[side].poll_event()) all.push_back(*event);
    return all;
  }

 private:
  struct Frame {
    std::size_t from;
    Outgoing outgoing;
    Bytes payload;
  };

  bool chance(unsigned percent) { return draw(100) < percent; }

  bool send_one(std::size_t side) {
    const std::size_t room = network_.room_min + draw(network_.room_max - network_.room_min + 1);
    const bool wanted = sides_[side].wants_to_send();
    const auto outgoing = sides_[side].poll_frame(room);
    if (wanted != outgoing.has_value()) failure_ = Errc::invalid_argument;
    if (!outgoing) return false;
    if (outgoing->payload_bytes > room) failure_ = Errc::buffer_too_small;
    Frame frame{side, *outgoing, Bytes(outgoing->payload_bytes)};
    wire::Writer writer(frame.payload);
    sides_[side].write_payload(*outgoing, writer);
    if (writer.room() != 0) failure_ = Errc::trailing_bytes;
    ++frames_sent_[side];
    flying_.push_back(std::move(frame));
    return true;
  }

  void deliver_one() {
    const std::size_t at = network_.reorders ? draw(flying_.size()) : 0;
    const Frame frame = std::move(flying_[at]);
    flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(at));
    Streams& sender = sides_[frame.from];
    if (chance(network_.loss_percent)) {
      sender.on_lost(frame.outgoing.carried);
      return;
    }
    bool taken = deliver(frame);
    if (chance(network_.repeat_percent)) taken = deliver(frame) && taken;
    if (!taken || chance(network_.false_loss_percent)) {
      sender.on_lost(frame.outgoing.carried);
      if (!taken || chance(50)) return;  // a late acknowledgement follows, or none at all
    }
    sender.on_acked(frame.outgoing.carried);
  }

  bool deliver(const Frame& frame) {
    Streams& receiver = sides_[1 - frame.from];
    const auto taken = [&]() -> Result<Taken> {
      const Outgoing& out = frame.outgoing;
      if (out.type == wire::FrameType::control) {
        STT_TRY_ASSIGN(control, wire::decode_control(frame.payload));
        receiver.handle_session_credit(std::get<wire::SessionCredit>(control).position);
        return Taken::stored;
      }
      if (out.type == wire::FrameType::stream_control) {
        STT_TRY_ASSIGN(control, wire::decode_stream_control(frame.payload));
        return receiver.handle_stream_control(out.stream, control);
      }
      STT_TRY_ASSIGN(data, wire::decode_data(frame.payload));
      return receiver.handle_data(out.type, out.stream, data);
    }();
    if (!taken && !failure_) failure_ = taken.error();
    return taken && *taken == Taken::stored;
  }

  std::array<Streams, 2> sides_;
  Network network_;
  std::mt19937_64 random_;
  std::vector<Frame> flying_;
  std::array<std::size_t, 2> frames_sent_{};
  std::optional<Errc> failure_;
};

// Bytes that differ from place to place and from salt to salt.
inline Bytes pattern(std::size_t size, std::uint64_t salt = 0) {
  Bytes bytes(size);
  std::uint64_t state = salt * 0x9E37'79B9'7F4A'7C15U + 1;
  for (std::byte& byte : bytes) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    byte = static_cast<std::byte>(state >> 56);
  }
  return bytes;
}

}  // namespace stt::stream::testing

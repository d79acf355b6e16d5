#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <fuzz/fuzz.hpp>
#include <fuzz/input.hpp>
#include <fuzz/plain_random.hpp>
#include <stt/session/opener.hpp>
#include <stt/session/sealer.hpp>

namespace stt::fuzz {
namespace {

constexpr Duration pto = 100ms;
constexpr SessionId session_id{{std::byte{1}}};

struct Sent {
  Sequence sequence;
  Epoch epoch;
  Bytes frame;
  bool arrived = false;
};

// One direction of a session: a sender that rotates as it likes, an opener, and a network between
// them that follows the input.
class Direction {
 public:
  explicit Direction(session::Reliability reliability)
      : reliable_(reliability == session::Reliability::reliable),
        sealer_(*session::Sealer::create(now_, crypto::Key(), reliability, {}, random_)),
        opener_(crypto::Key(), reliability) {}

  void rotate() {
    const Epoch before = sealer_.epoch();
    const bool may = sealer_.may_rotate();
    const auto rotated = sealer_.rotate(now_, random_);
    STT_FUZZ_PROMISE(rotated.has_value() == may);
    STT_FUZZ_PROMISE(sealer_.epoch() == (may ? before.next() : before));
  }

  void send(Input& input) {
    if (input.below(16) == 15) {
      STT_FUZZ_PROMISE(sealer_.skip(input.below(4)).has_value());
    }
    const auto header = *sealer_.next_header(wire::FrameType::data, session_id, StreamId(1));
    const auto text = std::byte{static_cast<std::uint8_t>(header.sequence.value())};
    Sent sent{header.sequence, sealer_.epoch(), Bytes(wire::encoded_size(header, 1)), false};
    wire::Writer writer(sent.frame);
    const wire::FrameSlots slots = wire::lay_out_frame(writer, header, 1);
    slots.payload[0] = text;
    sealer_.seal(header, slots);
    sent_.push_back(std::move(sent));
    // An ordered connection delivers at once, or ends.
    if (reliable_) deliver(sent_.size() - 1);
  }

  void deliver_any(Input& input) {
    if (sent_.empty()) return;
    // Mostly one of the newest.
    const std::size_t back = input.below(16);
    deliver(back < sent_.size() ? sent_.size() - 1 - back : input.below(sent_.size()));
  }

  // A frame that is changed is never opened, and changes nothing.
  void deliver_changed(Input& input) {
    if (sent_.empty()) return;
    Bytes frame =
        sent_[sent_.size() - 1 - input.below(std::min<std::size_t>(sent_.size(), 8))].frame;
    const std::size_t place = input.below(frame.size());
    frame[place] ^= std::byte{static_cast<std::uint8_t>(1U << input.below(8))};
    const wire::ParseResult parsed = wire::parse_frame(frame);
    const auto* view = std::get_if<wire::FrameView>(&parsed);
    if (view == nullptr || view->header.type == wire::FrameType::handshake ||
        view->header.type == wire::FrameType::auth) {
      return;
    }
    const Epoch epoch = opener_.epoch();
    const auto largest = opener_.largest();
    STT_FUZZ_PROMISE(!opener_.open(now_, pto, frame, *view));
    STT_FUZZ_PROMISE(opener_.epoch() == epoch && opener_.largest() == largest);
  }

  void acknowledge() {
    if (newest_arrived_) sealer_.on_acked(*newest_arrived_);
  }

  void let_time_pass(Duration time) {
    now_ += time;
    opener_.handle_timeout(now_);
    const auto timer = opener_.poll_timeout();
    STT_FUZZ_PROMISE(!timer || *timer > now_);
  }

 private:
  void deliver(std::size_t index) {
    Sent& sent = sent_[index];
    Bytes frame = sent.frame;
    const Epoch before = opener_.epoch();
    const bool kept_previous = opener_.keeps_previous();
    const wire::ParseResult parsed = wire::parse_frame(frame);
    const auto opened = opener_.open(now_, pto, frame, std::get<wire::FrameView>(parsed));
    STT_FUZZ_PROMISE(!opened || !sent.arrived);
    // A frame of the present epoch is taken unless its sequence was, or is long gone.
    if (!sent.arrived && sent.epoch == before && is_recent(sent.sequence)) {
      STT_FUZZ_PROMISE(opened.has_value());
    }
    // So is the first of the next one, and an old one while its key is kept.
    if (sent.epoch == before.next() && !sent.arrived && is_newest(sent.sequence)) {
      STT_FUZZ_PROMISE(opened && opened->rotated && opener_.epoch() == sent.epoch);
    }
    if (sent.epoch < before && !kept_previous) STT_FUZZ_PROMISE(!opened);
    STT_FUZZ_PROMISE(opener_.epoch() >= before && opener_.epoch() <= sealer_.epoch());
    // Nothing is late where everything comes in order.
    if (reliable_) STT_FUZZ_PROMISE(!opener_.keeps_previous());
    if (!opened) {
      STT_FUZZ_PROMISE(frame == sent.frame);
      return;
    }
    sent.arrived = true;
    const auto text = static_cast<std::uint8_t>(sent.sequence.value());
    STT_FUZZ_PROMISE(opened->payload.size() == 1 && opened->payload[0] == std::byte{text});
    if (is_newest(sent.sequence)) newest_arrived_ = sent.sequence;
  }

  bool is_newest(Sequence sequence) const {
    return !newest_arrived_ || sequence > *newest_arrived_;
  }
  bool is_recent(Sequence sequence) const {
    return is_newest(sequence) ||
           newest_arrived_->value() - sequence.value() < session::replay_window_sequences;
  }

  bool reliable_;
  Instant now_{1s};
  PlainRandom random_;
  session::Sealer sealer_;
  session::Opener opener_;
  std::vector<Sent> sent_;
  std::optional<Sequence> newest_arrived_;
};

}  // namespace

// However a sender rotates and a network loses, repeats and reorders: nothing is opened twice or
// changed, what is sealed with a key in force is opened, and the receiver is one epoch behind at
// most.
void run(ByteView bytes) {
  constexpr int steps_max = 150;
  Input input(bytes);
  Direction direction(input.below(4) == 3 ? session::Reliability::reliable
                                          : session::Reliability::unreliable);
  for (int step = 0; step < steps_max && !input.empty(); ++step) {
    switch (input.below(7)) {
      case 0:
      case 1: direction.send(input); break;
      case 2: direction.deliver_any(input); break;
      case 3: direction.acknowledge(); break;
      case 4: direction.rotate(); break;
      case 5: direction.deliver_changed(input); break;
      default: direction.let_time_pass(1ms * input.byte()); break;
    }
  }
}

}  // namespace stt::fuzz

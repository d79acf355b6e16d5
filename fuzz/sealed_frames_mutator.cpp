// libFuzzer's changes, made behind the cryptography: a frame of the input is opened with the key
// that every Captive has, its payload or header is changed, lengths are made right, and it is
// sealed again.
#include <algorithm>
#include <random>

#include <fuzz/captive.hpp>
#include <fuzz/capture.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/stream_message.hpp>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace stt::fuzz {
namespace {

constexpr std::size_t payload_bytes_max = 1'100;

const Sealing& some_sealing() {
  static const Sealing sealing = Captive().sealing();
  return sealing;
}

// A frame that we can open, or a new one.
struct Plain {
  wire::FrameHeader header;
  Bytes payload;
};

class Mutation {
 public:
  Mutation(std::vector<Bytes>& datagrams, unsigned seed) : datagrams_(datagrams), random_(seed) {}

  void apply() {
    if (datagrams_.empty()) return insert();
    switch (below(8)) {
      case 0: return insert();
      case 1: return move();
      case 2: return erase();
      case 3: return change_bytes(any_datagram());
      case 4: return change_header();
      default: return change_payload();
    }
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  Bytes& any_datagram() { return datagrams_[below(datagrams_.size())]; }

  // As libFuzzer would, had it no mutator of ours.
  void change_bytes(Bytes& bytes) {
    const std::size_t size = bytes.size();
    bytes.resize(std::max<std::size_t>(size, payload_bytes_max));
    bytes.resize(
        LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), size, bytes.size()));
  }

  Sequence next_sequence() const {
    Sequence next{1};
    for (const Bytes& datagram : datagrams_) {
      const auto parsed = wire::parse_frame(datagram);
      const auto* frame = std::get_if<wire::FrameView>(&parsed);
      if (frame != nullptr && some_sealing().open(*frame)) {
        next = std::max(next, frame->header.sequence.next());
      }
    }
    return next;
  }

  template <class Message>
  static Bytes encoded(const Message& message) {
    Bytes bytes(wire::encoded_size(message));
    wire::Writer writer(bytes);
    wire::encode(writer, message);
    return bytes;
  }

  Plain some_frame() {
    const auto near = static_cast<std::uint64_t>(below(4'000));
    const StreamId stream(static_cast<std::uint16_t>(below(6)));
    wire::FrameHeader header{wire::FrameType::control, some_sealing().id(), StreamId(),
                             next_sequence(), Epoch()};
    switch (below(6)) {
      case 0: {
        wire::Ack ack;
        ack.ranges.push_back({Sequence(), Sequence(near % 20)});
        return {header, encoded(wire::ControlMessage(ack))};
      }
      case 1: return {header, encoded(wire::ControlMessage(wire::Ping{}))};
      case 2: return {header, encoded(wire::ControlMessage(wire::SessionCredit{near * 100}))};
      case 3: return {header, encoded(wire::ControlMessage(wire::PathChallenge{}))};
      case 4: {
        header.type = wire::FrameType::stream_control;
        header.stream_id = stream;
        const std::array<wire::StreamControlMessage, 4> messages{
            wire::StreamOpen{}, wire::StreamClose{Position(near)},
            wire::StreamReset{near, Position(near)}, wire::StreamStop{near}};
        return {header, encoded(messages[below(messages.size())])};
      }
      default: {
        header.type = wire::FrameType::data;
        header.stream_id = stream;
        const Bytes text(1 + below(200), std::byte{0x61});
        return {header, encoded(wire::DataMessage{below(2) == 0, Position(near % 300), text})};
      }
    }
  }

  void insert() {
    const Plain plain = some_frame();
    Bytes frame = some_sealing().seal(plain.header, plain.payload);
    if (!datagrams_.empty() && below(4) == 0) {
      append(any_datagram(), frame);
    } else {
      datagrams_.push_back(std::move(frame));
    }
  }

  void move() {
    Bytes& datagram = any_datagram();
    if (below(3) == 0) {
      const Bytes copy = datagram;
      datagrams_.push_back(copy);
    } else {
      std::swap(datagram, any_datagram());
    }
  }

  void erase() {
    datagrams_.erase(datagrams_.begin() + static_cast<std::ptrdiff_t>(below(datagrams_.size())));
  }

  // Puts `change(plain)` in the place of a frame that opens; a datagram without one stays.
  template <class Change>
  void change_frame(Change change) {
    Bytes& datagram = any_datagram();
    const auto parsed = wire::parse_frame(datagram);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) return insert();
    auto payload = some_sealing().open(*frame);
    if (!payload) return insert();
    Plain plain{frame->header, std::move(*payload)};
    change(plain);
    Bytes sealed = some_sealing().seal(plain.header, plain.payload);
    append(sealed, ByteView(datagram).subspan(frame->whole.size()));
    if (sealed.size() <= wire::datagram_bytes_max) datagram = std::move(sealed);
  }

  void change_payload() {
    change_frame([&](Plain& plain) { change_bytes(plain.payload); });
  }

  void change_header() {
    change_frame([&](Plain& plain) {
      switch (below(4)) {
        case 0: {
          constexpr std::array types{0x02, 0x03, 0x04, 0x80, 0x90, 0xFF};
          plain.header.type = static_cast<wire::FrameType>(types[below(types.size())]);
          break;
        }
        case 1: plain.header.stream_id = StreamId(static_cast<std::uint16_t>(below(12))); break;
        case 2: plain.header.selector = Epoch(below(Sealing::epochs_max)); break;
        default: plain.header.sequence = Sequence(below(3) == 0 ? random_() : below(200)); break;
      }
    });
  }

  std::vector<Bytes>& datagrams_;
  std::minstd_rand random_;
};

}  // namespace
}  // namespace stt::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace stt;
  auto datagrams = fuzz::read_capture({reinterpret_cast<const std::byte*>(data), size});
  fuzz::Mutation(datagrams, seed).apply();
  const Bytes changed = fuzz::write_capture(datagrams, max_size);
  std::ranges::copy(changed, reinterpret_cast<std::byte*>(data));
  return changed.size();
}

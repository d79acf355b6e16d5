#include <simulator/checkers/protocol_state.hpp>

#include <functional>

#include <simulator/checkers/eavesdropper.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::sim {
namespace {

constexpr int rotating_frames = 8;

ProtocolState state_of_control(ByteView payload) {
  switch (static_cast<wire::ControlType>(payload.empty() ? 0 : std::to_integer<int>(payload[0]))) {
    case wire::ControlType::path_challenge:
    case wire::ControlType::path_response: return ProtocolState::migrating;
    case wire::ControlType::close: return ProtocolState::closing;
    default: return ProtocolState::active;
  }
}

ProtocolState state_of_stream_control(ByteView payload) {
  switch (static_cast<wire::StreamControlType>(
      payload.empty() ? 0 : std::to_integer<int>(payload[0]))) {
    case wire::StreamControlType::close:
    case wire::StreamControlType::reset:
    case wire::StreamControlType::stop: return ProtocolState::ending;
    default: return ProtocolState::active;
  }
}

std::size_t mark_of(ByteView bytes) {
  return std::hash<std::string_view>{}(
      std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

std::string_view name(ProtocolState state) {
  constexpr std::array<std::string_view, protocol_state_count> names{
      "handshake", "proof", "active", "rotating", "migrating", "ending", "closing"};
  return names[static_cast<std::size_t>(state)];
}

ProtocolState StateTracker::next(const wire::FrameHeader& header, ByteView payload) {
  const Epoch epoch = std::get<Epoch>(header.selector);
  if (epoch != epoch_) frames_of_epoch_ = 0;
  epoch_ = epoch;
  const bool rotating = epoch > Epoch{} && frames_of_epoch_ < rotating_frames;
  if (rotating) ++frames_of_epoch_;
  ProtocolState state = ProtocolState::active;
  if (header.type == wire::FrameType::control) state = state_of_control(payload);
  if (header.type == wire::FrameType::stream_control) state = state_of_stream_control(payload);
  return state == ProtocolState::active && rotating ? ProtocolState::rotating : state;
}

void StateMatrix::add(const StateMatrix& other) {
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    for (std::size_t state = 0; state < protocol_state_count; ++state) {
      counts_[kind][state] += other.counts_[kind][state];
    }
  }
}

std::span<const Situation> situations() {
  static const std::vector<Kind> losses{
      Kind::lost,          Kind::queue_full,     Kind::blocked,      Kind::lost_in_bad_state,
      Kind::lost_in_burst, Kind::lost_by_number, Kind::lost_by_type, Kind::swallowed};
  static const std::vector<Kind> disorder{Kind::reordered, Kind::held};
  static const std::vector<Kind> copies{Kind::duplicated, Kind::replayed};
  static const std::vector<Kind> damage{Kind::corrupted, Kind::truncated, Kind::tampered};
  using P = ProtocolState;
  static const std::array all{
      Situation{"a HELLO or RESPONSE is lost", P::handshake, losses},
      Situation{"a HELLO or RESPONSE is doubled", P::handshake, copies},
      Situation{"a HELLO or RESPONSE is damaged", P::handshake, damage},
      Situation{"an AUTH_PROOF or FINAL is lost", P::proof, losses},
      Situation{"an AUTH_PROOF or FINAL is overtaken", P::proof, disorder},
      Situation{"an AUTH_PROOF or FINAL is doubled", P::proof, copies},
      Situation{"keys rotate under loss", P::rotating, losses},
      Situation{"keys rotate under reordering", P::rotating, disorder},
      Situation{"keys rotate, and a frame is damaged", P::rotating, damage},
      Situation{"a path is validated under loss", P::migrating, losses},
      Situation{"a path is validated under reordering", P::migrating, disorder},
      Situation{"the end of a stream is lost", P::ending, losses},
      Situation{"the end of a stream is overtaken", P::ending, disorder},
      Situation{"the end of a stream is doubled", P::ending, copies},
      Situation{"the CLOSE of a session is lost", P::closing, losses},
      Situation{"a packet finds nobody there", P::active, {Kind::host_down}},
      Situation{"a packet comes to an address that is no more", P::active, {Kind::unbound}},
  };
  return all;
}

std::uint64_t occurrences(const StateMatrix& matrix, const Situation& situation) {
  std::uint64_t sum = 0;
  for (const Kind kind : situation.kinds) sum += matrix.at(kind, situation.state);
  return sum;
}

std::optional<ProtocolState> MatrixObserver::state_of(const Observation& observation) const {
  const Remembered& packet = sent_[observation.number % remembered_max];
  if (packet.number == observation.number) return packet.state;
  const auto found = by_mark_.find(mark_of(observation.bytes));
  if (found == by_mark_.end()) return std::nullopt;
  return found->second;
}

void MatrixObserver::observe(const Observation& observation) {
  if (observation.kind == Kind::sent) {
    Remembered& packet = sent_[observation.number % remembered_max];
    by_mark_.erase(packet.mark);
    packet = {observation.number, mark_of(observation.bytes), eavesdropper_.last_state()};
    by_mark_[packet.mark] = packet.state;
    return;
  }
  if (!is_fault(observation.kind)) return;
  if (const auto state = state_of(observation)) matrix_.count(observation.kind, *state);
}

}  // namespace stt::sim

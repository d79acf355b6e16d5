// In which state of the protocol a packet is sent, and what happens to packets in each: the matrix
// that shows what a campaign has never hit.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <simulator/engine/observation.hpp>
#include <stt/wire/frame.hpp>

namespace stt::sim {

// Of one sender in one session; a datagram of several frames has the highest of theirs.
enum class ProtocolState : std::uint8_t {
  handshake,  // HELLO, RESPONSE
  proof,      // AUTH_PROOF, FINAL
  active,
  rotating,   // the first frames of an epoch
  migrating,  // PATH_CHALLENGE, PATH_RESPONSE
  ending,     // of a stream: CLOSE, RESET, STOP
  closing,    // CLOSE of the session
};
inline constexpr std::size_t protocol_state_count = 7;
std::string_view name(ProtocolState state);

class StateTracker {
 public:
  // The state in which the next session frame of one sender is sent.
  ProtocolState next(const wire::FrameHeader& header, ByteView payload);

 private:
  Epoch epoch_;
  int frames_of_epoch_ = 0;
};

// fault x state of the protocol.
class StateMatrix {
 public:
  void count(Kind kind, ProtocolState state) {
    ++counts_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(state)];
  }
  std::uint64_t at(Kind kind, ProtocolState state) const {
    return counts_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(state)];
  }
  void add(const StateMatrix& other);

 private:
  std::array<std::array<std::uint64_t, protocol_state_count>, kind_count> counts_{};
};

// An interesting thing to happen: a fault that befalls a packet of one state. Somewhere in a
// campaign each must occur.
struct Situation {
  std::string_view name;
  ProtocolState state{};
  std::vector<Kind> kinds;  // any of them
};
std::span<const Situation> situations();
std::uint64_t occurrences(const StateMatrix& matrix, const Situation& situation);

class Eavesdropper;

// Fills a matrix: remembers in which state each packet was sent, and what became of it.
class MatrixObserver final : public Observer {
 public:
  // `eavesdropper` outlives it, and sees each packet first.
  explicit MatrixObserver(const Eavesdropper& eavesdropper) : eavesdropper_(eavesdropper) {}
  void observe(const Observation& observation) override;
  const StateMatrix& matrix() const { return matrix_; }

 private:
  struct Remembered {
    std::uint64_t number = 0;
    std::size_t mark = 0;  // of its bytes: copies have other numbers
    ProtocolState state{};
  };
  static constexpr std::size_t remembered_max = 8'192;

  std::optional<ProtocolState> state_of(const Observation& observation) const;

  const Eavesdropper& eavesdropper_;
  StateMatrix matrix_;
  std::vector<Remembered> sent_ = std::vector<Remembered>(remembered_max);
  boost::unordered_flat_map<std::size_t, ProtocolState> by_mark_;  // asked only, never walked
};

}  // namespace stt::sim

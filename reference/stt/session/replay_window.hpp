// Which of the last sequences were opened already.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <stt/base/result.hpp>
#include <stt/session/limits.hpp>
#include <stt/wire/types.hpp>

namespace stt::session {

class ReplayWindow {
 public:
  // Whether a frame with that sequence may be opened: session.replayed, session.too_old.
  Result<void> check(Sequence sequence) const;
  // Marks the sequence of a frame that was opened. check() has let it pass.
  void accept(Sequence sequence);

  std::optional<Sequence> largest() const { return largest_; }

 private:
  static constexpr std::uint64_t word_bits = 64;
  // One word more than the window: accept() clears whole words ahead of the largest.
  static constexpr std::uint64_t word_count = replay_window_sequences / word_bits + 1;

  bool is_marked(Sequence sequence) const;

  std::array<std::uint64_t, word_count> words_{};  // a ring, by sequence / 64
  std::optional<Sequence> largest_;
};

}  // namespace stt::session

#include <algorithm>
#include <vector>

#include <fuzz/fuzz.hpp>
#include <fuzz/input.hpp>
#include <stt/session/replay_window.hpp>

namespace stt::fuzz {
namespace {

// What the window promises, in the plainest words: all sequences that were taken, in a list.
class Model {
 public:
  Errc answer(Sequence sequence) const {
    if (!taken_.empty()) {
      const std::uint64_t largest = std::ranges::max(taken_);
      if (sequence.value() <= largest &&
          largest - sequence.value() >= session::replay_window_sequences) {
        return Errc::too_old;
      }
    }
    const bool seen = std::ranges::find(taken_, sequence.value()) != taken_.end();
    return seen ? Errc::replayed : Errc::no_error;
  }
  void take(Sequence sequence) { taken_.push_back(sequence.value()); }
  std::optional<Sequence> largest() const {
    if (taken_.empty()) return std::nullopt;
    return Sequence(std::ranges::max(taken_));
  }

 private:
  std::vector<std::uint64_t> taken_;
};

}  // namespace

// Sequences: near the largest one, far from it, or any. The window and the list say the same.
void run(ByteView bytes) {
  constexpr int steps_max = 200;
  Input input(bytes);
  session::ReplayWindow window;
  Model model;
  for (int step = 0; step < steps_max && !input.empty(); ++step) {
    const std::uint64_t largest = model.largest().value_or(Sequence()).value();
    std::uint64_t sequence = 0;
    switch (input.below(4)) {
      case 0: sequence = largest + input.below(256); break;
      case 1: sequence = largest - input.below(256); break;
      case 2: sequence = largest + input.below(65'536) - 32'768; break;
      default: sequence = input.number(); break;
    }
    const auto checked = window.check(Sequence(sequence));
    const Errc expected = model.answer(Sequence(sequence));
    STT_FUZZ_PROMISE((checked ? Errc::no_error : checked.error()) == expected);
    // Whoever checks a frame that does not open accepts nothing.
    if (expected != Errc::no_error || input.below(8) == 7) continue;
    window.accept(Sequence(sequence));
    model.take(Sequence(sequence));
    STT_FUZZ_PROMISE(window.largest() == model.largest());
  }
}

}  // namespace stt::fuzz

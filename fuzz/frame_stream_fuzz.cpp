#include <variant>
#include <vector>

#include <fuzz/fuzz.hpp>
#include <stt/wire/frame.hpp>

namespace stt::fuzz {
namespace {

// What a connection makes of its bytes: the sizes of its frames, and how it stands at the end.
struct Outcome {
  std::vector<std::size_t> frames;
  std::variant<std::monostate, wire::NeedMore, Errc> end;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Takes what is complete in `waiting` out of it. False after a malformed frame.
bool take_frames(ByteView& waiting, Outcome& outcome) {
  while (true) {
    const wire::ParseResult result = wire::parse_frame(waiting);
    if (const auto* need = std::get_if<wire::NeedMore>(&result)) {
      outcome.end = *need;
      return true;
    }
    if (const auto* error = std::get_if<Errc>(&result)) {
      outcome.end = *error;
      return false;
    }
    const std::size_t size = std::get<wire::FrameView>(result).whole.size();
    outcome.frames.push_back(size);
    waiting = waiting.subspan(size);
  }
}

// The bytes of `pieces`, one after the other, say how long each piece of `bytes` is.
Outcome receive(ByteView bytes, ByteView pieces) {
  Outcome outcome;
  std::size_t done = 0;
  std::size_t seen = 0;
  std::size_t piece = 0;
  while (seen < bytes.size()) {
    const std::size_t size =
        pieces.empty() ? bytes.size()
                       : std::to_integer<std::size_t>(pieces[piece++ % pieces.size()]) % 64 + 1;
    seen = std::min(bytes.size(), seen + size);
    ByteView waiting = bytes.subspan(done, seen - done);
    if (!take_frames(waiting, outcome)) return outcome;
    done = seen - waiting.size();
  }
  return outcome;
}

}  // namespace

// The first byte says how many bytes describe the cuts; the rest is what the connection carries.
// However it is cut, its frames and its end are the same.
void run(ByteView input) {
  if (input.empty()) return;
  const std::size_t wanted = std::to_integer<std::size_t>(input[0]) % 16;
  const ByteView rest = input.subspan(1);
  const ByteView pieces = rest.first(std::min(wanted, rest.size()));
  const ByteView bytes = rest.subspan(pieces.size());
  const Outcome whole = receive(bytes, {});
  STT_FUZZ_PROMISE(receive(bytes, pieces) == whole);
  static constexpr ByteArray<1> one_by_one{};
  STT_FUZZ_PROMISE(receive(bytes, one_by_one) == whole);
}

}  // namespace stt::fuzz

#include <map>
#include <optional>

#include <fuzz/fuzz.hpp>
#include <fuzz/input.hpp>
#include <stt/stream/assembly.hpp>

namespace stt::fuzz {
namespace {

constexpr std::uint64_t positions_max = 3 * stream::chunk_positions;

// One position of the line: a byte of a message, or (nothing) its end.
using Place = std::optional<std::byte>;

// The line, position by position: what came first stays.
class Model {
 public:
  void store(const wire::DataMessage& message) {
    std::uint64_t position = message.offset.value();
    for (const std::byte each : message.bytes) put(position++, each);
    if (message.end_of_message) put(position, std::nullopt);
  }
  std::uint64_t contiguous() const {
    std::uint64_t position = consumed_;
    while (places_.contains(position)) ++position;
    return position;
  }
  std::uint64_t highest() const {
    return places_.empty() ? consumed_ : std::max(consumed_, places_.rbegin()->first + 1);
  }
  std::uint64_t readable() const {
    std::uint64_t position = consumed_;
    for (auto i = places_.find(position); i != places_.end() && i->second; ++i) {
      if (i->first != position) break;
      ++position;
    }
    return position - consumed_;
  }
  // The next bytes; whether the end of their message was taken with them.
  bool take(ByteView read) {
    for (const std::byte each : read) {
      STT_FUZZ_PROMISE(places_.at(consumed_) == each);
      places_.erase(consumed_++);
    }
    const auto next = places_.find(consumed_);
    const bool ends = next != places_.end() && !next->second;
    if (ends) places_.erase(consumed_++);
    return ends;
  }
  std::uint64_t consumed() const { return consumed_; }
  const Place* find(std::uint64_t position) const {
    const auto found = places_.find(position);
    return found == places_.end() ? nullptr : &found->second;
  }
  // An honest peer never says two things of one position; of anybody else only safety is asked.
  bool agrees(const wire::DataMessage& message) const {
    std::uint64_t position = message.offset.value();
    for (std::size_t i = 0; i <= message.bytes.size(); ++i, ++position) {
      if (i == message.bytes.size() && !message.end_of_message) break;
      const Place* place = find(position);
      if (place == nullptr) continue;
      if (place->has_value() != (i < message.bytes.size())) return false;
    }
    return true;
  }

 private:
  void put(std::uint64_t position, const Place& place) {
    if (position >= consumed_) places_.try_emplace(position, place);
  }

  std::map<std::uint64_t, Place> places_;
  std::uint64_t consumed_ = 0;
};

void expect_same(const stream::Assembly& assembly, const Model& model) {
  STT_FUZZ_PROMISE(assembly.consumed() == model.consumed());
  STT_FUZZ_PROMISE(assembly.contiguous() == model.contiguous());
  STT_FUZZ_PROMISE(assembly.highest() == model.highest());
  STT_FUZZ_PROMISE(assembly.readable_bytes() == model.readable());
}

void read(stream::Assembly& assembly, Model& model, std::size_t size) {
  Bytes out(std::min<std::uint64_t>(size, assembly.readable_bytes()));
  const bool is_all = out.size() == assembly.readable_bytes();
  const bool ended = assembly.take(out);
  if (is_all) {
    STT_FUZZ_PROMISE(model.take(out) == ended);
  } else {
    STT_FUZZ_PROMISE(!ended);
    for (const std::byte each : out) model.take(ByteView(&each, 1));
  }
}

}  // namespace

// Pieces of any place, length and type, and reads between them. As long as no two pieces contradict
// each other, the assembly holds what a table of all positions holds; a refused piece changes
// nothing.
void run(ByteView bytes) {
  constexpr int steps_max = 150;
  Input input(bytes);
  stream::ChunkPool pool(4);
  stream::Assembly assembly(pool);
  Model model;
  for (int step = 0; step < steps_max && !input.empty(); ++step) {
    const std::size_t what = input.below(8);
    if (what == 0) {
      read(assembly, model, input.below(1'024));
      expect_same(assembly, model);
      continue;
    }
    const auto type = static_cast<wire::FrameType>(what == 1 ? 0x90 : 0x02);
    const std::uint64_t near = model.consumed() + input.below(256);
    const std::uint64_t offset = what == 2 ? input.below(positions_max) : near;
    const auto letter = static_cast<std::byte>(input.byte());
    const Bytes text(input.below(what == 3 ? 2'000 : 40), letter);
    const wire::DataMessage message{text.empty() || input.flag(), Position(offset), text};
    if (offset > positions_max) continue;
    const bool agrees = model.agrees(message);
    const auto stored = assembly.store(type, message);
    if (!stored) {
      expect_same(assembly, model);
    } else if (agrees) {
      model.store(message);
      expect_same(assembly, model);
    } else {
      return;
    }
    STT_FUZZ_PROMISE(pool.memory_bytes() <= 16 * sizeof(stream::Chunk));
  }
}

}  // namespace stt::fuzz

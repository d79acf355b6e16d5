// Frames in and out of bytes, and that neither touches the heap.
#include <benchmark/benchmark.h>

#include <vector>

#include <stt/base/allocations.hpp>
#include <stt/wire/frame.hpp>

namespace {

using namespace stt;

constexpr std::size_t payload_bytes = 1100;
constexpr std::size_t frames_count = 64;
constexpr double frames_per_second_goal = 10e6;

// Frames of a busy session: mostly DATA on a few streams, some CONTROL and custom ones.
wire::FrameHeader header_of(std::uint64_t number) {
  wire::FrameHeader header;
  header.session_id.bytes.fill(std::byte{0x42});
  header.sequence = Sequence(10'000 + number * 37);
  header.selector = Epoch(number % 3);
  switch (number % 8) {
    case 0: header.type = wire::FrameType::control; break;
    case 5: header.type = wire::FrameType::custom_first; break;
    default:
      header.type = wire::FrameType::data;
      header.stream_id = StreamId(static_cast<std::uint16_t>(1 + (number * 29) % 300));
  }
  return header;
}

std::vector<std::vector<std::byte>> encoded_frames() {
  std::vector<std::vector<std::byte>> frames;
  for (std::uint64_t i = 0; i < frames_count; ++i) {
    frames.emplace_back(wire::encoded_size(header_of(i), payload_bytes));
    wire::Writer writer(frames.back());
    wire::lay_out_frame(writer, header_of(i), payload_bytes);
  }
  return frames;
}

// What both benchmarks say of themselves: frames a second against the goal, and no allocation.
void report(benchmark::State& state, std::uint64_t before) {
  if (allocations() != before) state.SkipWithError("it allocates");
  state.SetItemsProcessed(state.iterations());
  state.counters["yardstick"] = frames_per_second_goal;
}

void parse_frame(benchmark::State& state) {
  const auto frames = encoded_frames();
  std::size_t next = 0;
  const std::uint64_t before = allocations();
  for (auto _ : state) {
    const wire::ParseResult result = wire::parse_frame(frames[next]);
    if (!std::holds_alternative<wire::FrameView>(result)) state.SkipWithError("does not parse");
    benchmark::DoNotOptimize(result);
    next = (next + 1) % frames_count;
  }
  report(state, before);
}

void lay_out_frame(benchmark::State& state) {
  std::vector<std::byte> buffer(2000);
  std::vector<wire::FrameHeader> headers;
  for (std::uint64_t i = 0; i < frames_count; ++i) headers.push_back(header_of(i));
  std::size_t next = 0;
  const std::uint64_t before = allocations();
  for (auto _ : state) {
    wire::Writer writer(buffer);
    const wire::FrameSlots slots = wire::lay_out_frame(writer, headers[next], payload_bytes);
    benchmark::DoNotOptimize(slots);
    next = (next + 1) % frames_count;
  }
  report(state, before);
}

BENCHMARK(parse_frame)->Name("frame_parse/ours");
BENCHMARK(lay_out_frame)->Name("frame_lay_out/ours");

}  // namespace

// large_stream BYTES: a live stream of that many bytes through encoder and decoder, its segments in
// a shaken order, in constant memory. Fails if anything is allocated once the flow is steady.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <stt/base/allocations.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/primitives/decoder.hpp>
#include <stt/primitives/encoder.hpp>

namespace {

using namespace stt;
using namespace stt::primitives;

// Every place of the window has been used by then.
constexpr std::uint64_t warm_up_bytes = 3'000'000;
constexpr std::size_t segments_a_round = 16;

// Byte number n is a function of n, so that whoever reads them can tell.
std::byte byte_at(std::uint64_t position) {
  return static_cast<std::byte>((position >> 12U) ^ position);
}

// The first `size` of them; pauses after every 5,000.
class CountingSource final : public ByteSource {
 public:
  explicit CountingSource(std::uint64_t size) : size_(size) {}

  Result<std::size_t> read(MutableByteView out) override {
    if (given_ == size_) return 0;
    if (given_ % 5'000 == 0 && !std::exchange(paused_, true)) return fail(Errc::would_block);
    paused_ = false;
    const std::uint64_t until_pause = 5'000 - given_ % 5'000;
    const auto count = static_cast<std::size_t>(
        std::min<std::uint64_t>({out.size(), size_ - given_, until_pause}));
    for (std::size_t i = 0; i < count; ++i) out[i] = byte_at(given_ + i);
    given_ += count;
    return count;
  }

 private:
  std::uint64_t size_;
  std::uint64_t given_ = 0;
  bool paused_ = false;
};

struct Carried {
  SegmentSequence sequence;
  ByteArray<segment_overhead_bytes + segment_data_bytes_default> bytes{};
  std::size_t size = 0;
};

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "large_stream: %s\n", why);
  std::exit(1);
}

// A round of segments, in the order in which they were made.
std::size_t fill(BinaryStreamEncoder& encoder, std::vector<Carried>& round) {
  std::size_t count = 0;
  while (count < round.size()) {
    const auto next = encoder.poll_segment();
    if (!next && next.error() == Errc::would_block) continue;
    if (!next) give_up("the encoder failed");
    if (!*next) break;
    Carried& carried = round[count++];
    carried.sequence = (*next)->sequence;
    carried.size = (*next)->bytes.size();
    std::ranges::copy((*next)->bytes, carried.bytes.begin());
  }
  return count;
}

class Check {
 public:
  void read(BinaryStreamDecoder& decoder) {
    while (true) {
      const auto count = decoder.read(part_);
      if (!count || *count == 0) return;
      for (std::size_t i = 0; i < *count; ++i) {
        if (part_[i] != byte_at(bytes_ + i)) give_up("another byte came out than went in");
      }
      bytes_ += *count;
    }
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  Bytes part_ = Bytes(65'536);
  std::uint64_t bytes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t size = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (size <= warm_up_bytes) give_up("say how many bytes, more than 3000000");
  crypto::SystemRandom random;
  const auto context = *StreamingContext::create(crypto::Key(), as_bytes("a large stream"));
  CountingSource source(size);
  auto encoder = BinaryStreamEncoder::create(context, source, {}, random);
  auto decoder = BinaryStreamDecoder::create(context);
  if (!encoder || !decoder) give_up("no randomness");

  std::vector<Carried> round(segments_a_round);
  Check check;
  std::uint64_t allocated = 0;
  std::uint64_t segments = 0;
  while (const std::size_t count = fill(*encoder, round)) {
    // From behind, and every third of them twice.
    for (std::size_t i = count; i-- > 0;) {
      for (std::size_t copies = i % 3 == 0 ? 2 : 1; copies > 0; --copies) {
        const ByteView bytes = ByteView(round[i].bytes).first(round[i].size);
        if (!decoder->receive_segment(bytes, round[i].sequence)) give_up("a segment was refused");
      }
    }
    check.read(*decoder);
    segments += count;
    if (check.bytes() < warm_up_bytes) allocated = allocations();
  }
  allocated = allocations() - allocated;
  std::printf("large_stream: %" PRIu64 " bytes in %" PRIu64 " segments, %" PRIu64
              " allocations after the first %" PRIu64 " bytes\n",
              check.bytes(), segments, allocated, warm_up_bytes);
  if (!decoder->complete() || check.bytes() != size) give_up("not all of it arrived");
  if (allocated != 0) give_up("a steady flow must not allocate");
}

// Whatever the split of the source, the order of the segments and the duplicates among them: the
// same bytes come out.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stt/primitives/stream_fixture.hpp>

namespace stt::primitives {
namespace {

using namespace testing;

std::size_t any_between(std::size_t low, std::size_t high) {
  return *rc::gen::inRange<std::size_t>(low, high + 1);
}

// Segments of `bytes`, pushed into a live source in pieces of drawn sizes.
std::vector<Carried> encode_in_pieces(ByteView bytes) {
  PushSource source(any_between(1, 200));
  FixedRandom random(7);
  const EncoderOptions options{std::nullopt, any_between(10, 100)};
  auto encoder = *BinaryStreamEncoder::create(some_context(), source, options, random);
  std::vector<Carried> segments;
  while (!bytes.empty()) {
    const std::size_t piece = any_between(1, std::min<std::size_t>(bytes.size(), 200));
    bytes = bytes.subspan(*source.push(bytes.first(piece)));
    for (Carried& segment : drain(encoder)) segments.push_back(std::move(segment));
  }
  source.end();
  for (Carried& segment : drain(encoder)) segments.push_back(std::move(segment));
  return segments;
}

//= STT-ENCODER-001 test
//= STT-DECODER-001 test
//= STT-DECODER-002 test
RC_GTEST_PROP(BinaryStream, ComesOutTheSameInAnyOrderWithAnyDuplicates, ()) {
  const Bytes bytes = pattern(any_between(0, 600));
  const std::vector<Carried> segments = encode_in_pieces(bytes);
  auto decoder =
      some_decoder({.window_segments = any_between(1, 40), .buffer_bytes = any_between(1, 500)});

  std::vector<std::size_t> order(segments.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = any_between(0, order.size()); i > 0; --i) {
    order.push_back(any_between(0, segments.size() - 1));
  }
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[any_between(0, i - 1)]);

  Bytes out;
  std::vector<bool> taken(segments.size());
  // Whatever is refused comes again, as a reliable carrier would bring it; each round takes one.
  for (std::size_t round = 0; !decoder.complete(); ++round) {
    RC_ASSERT(round <= segments.size());
    for (const std::size_t i : order) {
      const auto reception = give(decoder, segments[i]);
      if (reception) {
        RC_ASSERT((*reception == Reception::duplicate) == taken[i]);
        taken[i] = true;
      } else {
        RC_ASSERT(reception.error() == Errc::segment_beyond_window ||
                  reception.error() == Errc::would_block);
      }
      if (i % 4 == 0) append(out, read_available(decoder));
    }
    append(out, read_available(decoder));
  }
  append(out, *decoder.receive_all());
  RC_ASSERT(out == bytes);
}

// A segment with any one change is refused or, if it is a copy of a taken one, does nothing.
//= STT-DECODER-009 test
RC_GTEST_PROP(BinaryStream, NoChangeOfASegmentIsTaken, ()) {
  const auto segments = encode_all(pattern(200), any_between(10, 60));
  auto decoder = some_decoder();
  for (const Carried& segment : segments) {
    Carried changed = segment;
    switch (any_between(0, 3)) {
      case 0: changed.bytes[any_between(0, changed.bytes.size() - 1)] ^= std::byte{0x10}; break;
      case 1: changed.bytes.resize(any_between(0, changed.bytes.size() - 1)); break;
      case 2: changed.bytes.insert(changed.bytes.begin() + 1, std::byte{0}); break;
      default: changed.sequence = SegmentSequence(any_between(0, 300) + segments.size());
    }
    RC_ASSERT(!give(decoder, changed));
    RC_ASSERT(give(decoder, segment) == Reception::taken);
  }
  RC_ASSERT(decoder.receive_all() == pattern(200));
}

}  // namespace
}  // namespace stt::primitives

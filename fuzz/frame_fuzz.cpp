#include <fuzz/fuzz.hpp>
#include <stt/wire/frame.hpp>

namespace stt::fuzz {
namespace {

// Every clear field, laid out again around the same payload, nonce and tag.
void expect_laid_out_again(const wire::FrameView& frame) {
  static Bytes bytes;  // kept: allocating is most of what a run would cost
  bytes.resize(wire::encoded_size(frame.header, frame.ciphertext.size()));
  STT_FUZZ_PROMISE(bytes.size() == frame.whole.size());
  wire::Writer writer(bytes);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, frame.header, frame.ciphertext.size());
  std::ranges::copy(frame.ciphertext, slots.payload.begin());
  std::ranges::copy(frame.nonce, slots.nonce.begin());
  std::ranges::copy(frame.tag, slots.tag.begin());
  STT_FUZZ_PROMISE(equal(bytes, frame.whole));
}

}  // namespace

// A frame that parses is the one form of its fields; "need more" is true of every prefix.
void run(ByteView input) {
  const wire::ParseResult result = wire::parse_frame(input);
  if (const auto* need = std::get_if<wire::NeedMore>(&result)) {
    STT_FUZZ_PROMISE(need->at_least > 0);
    STT_FUZZ_PROMISE(need->at_least <= wire::frame_bytes_max);
    return;
  }
  const auto* frame = std::get_if<wire::FrameView>(&result);
  if (frame == nullptr) return;
  STT_FUZZ_PROMISE(frame->whole.size() <= input.size());
  expect_laid_out_again(*frame);
  // One byte less is a prefix that lacks one byte.
  const auto shorter = wire::parse_frame(input.first(frame->whole.size() - 1));
  const auto* need = std::get_if<wire::NeedMore>(&shorter);
  STT_FUZZ_PROMISE(need != nullptr && need->at_least == 1);
}

}  // namespace stt::fuzz

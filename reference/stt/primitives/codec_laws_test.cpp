// The laws of each codec of this folder, for drawn values. Where a key seals the bytes, whoever
// changes one of them is refused; what the layout alone refuses is shown without a key.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <functional>

#include <stt/primitives/storage_laws_test.hpp>
#include <stt/primitives/stream_fixture.hpp>
#include <stt/wire/codec_laws.hpp>

namespace stt::primitives {
namespace {

using testing::some_context;
using wire::any_bytes;
using wire::any_number;

template <std::size_t N>
ByteArray<N> any_array() {
  ByteArray<N> array{};
  std::ranges::copy(any_bytes(N, N), array.begin());
  return array;
}

// The laws of the wire's codecs, and that nothing may follow. Gives what `decode` said to one byte
// less and to one byte more.
template <class Value, class Encode, class Decode>
std::array<Errc, 2> keeps_the_laws(const Value& value, Encode encode, Decode decode) {
  wire::keeps_the_laws(value, encode, decode, std::equal_to<>());
  Bytes bytes = encode(value);
  const Bytes shorter = to_bytes(ByteView(bytes).first(bytes.size() - 1));
  bytes.push_back(std::byte{*rc::gen::arbitrary<std::uint8_t>()});
  const auto verdict = [&](ByteView changed) {
    const auto decoded = decode(changed);
    return decoded ? Errc::no_error : decoded.error();
  };
  return {verdict(shorter), verdict(bytes)};
}

// Sealed bytes do not open with one bit changed, in whichever of them.
template <class Decode>
void opens_with_no_change(const Bytes& bytes, Decode decode) {
  RC_ASSERT(decode(bytes).has_value());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes changed = bytes;
    changed[at] ^= static_cast<std::byte>(1U << *rc::gen::inRange(0U, 8U));
    RC_ASSERT(!decode(changed));
  }
}

//= STT-ENCODER-011 test
RC_GTEST_PROP(PrimitiveCodecLaws, OfAStreamEnd, ()) {
  const StreamEnd end{any_number(), any_number()};
  const auto encode_end = [](const StreamEnd& value) {
    Bytes bytes(encoded_size(value));
    wire::Writer writer(bytes);
    encode(writer, value);
    RC_ASSERT(writer.room() == 0U);
    return bytes;
  };
  const auto [shorter, longer] = keeps_the_laws(end, encode_end, decode_stream_end);
  RC_ASSERT(shorter == Errc::varint_truncated);
  RC_ASSERT(longer == Errc::trailing_bytes);
}

// What stands in a segment. Its text is plain, or a ciphertext with its tag.
struct Content {
  SegmentKind kind;
  Bytes text;
  NoncePrefix prefix{};
  ByteArray<crypto::tag_bytes> tag{};

  friend bool operator==(const Content&, const Content&) = default;
};

Content any_content() {
  return {{*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()},
          any_bytes(1, 60),
          any_array<sizeof(NoncePrefix)>(),
          {}};
}

Bytes laid_out(const Content& content, SegmentSequence sequence) {
  Bytes bytes{encoded(content.kind)};
  append(bytes, content.text);
  append(bytes, segment_nonce(content.prefix, sequence));
  append(bytes, content.tag);
  return bytes;
}

//= STT-ENCODER-003 test
//= STT-DECODER-010 test
RC_GTEST_PROP(PrimitiveCodecLaws, OfTheLayoutOfASegment, ()) {
  const SegmentSequence sequence(any_number());
  Content content = any_content();
  content.tag = any_array<crypto::tag_bytes>();
  const auto encode = [&](const Content& value) { return laid_out(value, sequence); };
  const auto decode = [&](ByteView bytes) -> Result<Content> {
    STT_TRY_ASSIGN(view, parse_segment(bytes, sequence));
    Content found{view.kind, to_bytes(view.ciphertext), view.nonce_prefix(), {}};
    std::ranges::copy(view.tag, found.tag.begin());
    return found;
  };
  // The ciphertext has any length, so what is cut off may leave a segment; not without any data.
  wire::keeps_the_laws(content, encode, decode, std::equal_to<>(),
                       [](const Bytes&) { return segment_overhead_bytes + 1; });
  content.text.clear();
  const auto empty = decode(encode(content));
  RC_ASSERT(!empty && empty.error() == Errc::segment_too_short);
}

//= STT-DECODER-009 test
RC_GTEST_PROP(PrimitiveCodecLaws, OfASegment, ()) {
  const SegmentSequence sequence(any_number());
  SegmentCipher cipher(some_context());
  const auto encode = [&](Content value) {
    const auto nonce = segment_nonce(value.prefix, sequence);
    cipher.seal(value.kind, nonce, value.text, value.tag);
    return laid_out(value, sequence);
  };
  const auto decode = [&](ByteView bytes) -> Result<Content> {
    STT_TRY_ASSIGN(view, parse_segment(bytes, sequence));
    Content found{view.kind, Bytes(view.ciphertext.size()), view.nonce_prefix(), {}};
    STT_TRY(cipher.open(view, found.text));
    return found;
  };
  const auto refused = [](Errc verdict) {
    return verdict == Errc::segment_too_short || verdict == Errc::segment_nonce ||
           verdict == Errc::authentication_failed;
  };
  const Content content = any_content();
  const auto [shorter, longer] = keeps_the_laws(content, encode, decode);
  RC_ASSERT(refused(shorter));
  RC_ASSERT(refused(longer));
  opens_with_no_change(encode(content), decode);
}

// An object, and the nonce that its record is sealed with.
struct Kept {
  Bytes object;
  ByteArray<crypto::nonce_bytes> nonce{};

  friend bool operator==(const Kept&, const Kept&) = default;
};

//= STT-STORAGE-002 test
//= STT-STORAGE-012 test
RC_GTEST_PROP(PrimitiveCodecLaws, OfAStorageRecord, ()) {
  const RecordSealer sealer(laws::test_key());
  const Kept kept{any_bytes(0, 60), any_array<crypto::nonce_bytes>()};
  const RecordName name = sealer.named(kept.object).name;
  const auto encode = [&](const Kept& value) {
    Bytes record(record_bytes(value.object.size()));
    sealer.seal(sealer.named(value.object), value.nonce, record);
    return record;
  };
  const auto decode = [&](ByteView record) -> Result<Kept> {
    STT_TRY_ASSIGN(stored, sealer.identify(name, record));
    STT_TRY_ASSIGN(object, sealer.open(stored.address, record));
    RC_ASSERT(stored.bytes == object.size());
    Kept found{std::move(object), {}};
    std::ranges::copy(record.first(found.nonce.size()), found.nonce.begin());
    return found;
  };
  const auto [shorter, longer] = keeps_the_laws(kept, encode, decode);
  RC_ASSERT(shorter == Errc::object_damaged);
  RC_ASSERT(longer == Errc::object_damaged);
  // Whose record it is stands in the first part, and is proved by it alone; the object by the rest.
  const Bytes record = encode(kept);
  const std::size_t head_bytes = record_overhead_bytes - crypto::tag_bytes;
  const Bytes head = to_bytes(ByteView(record).first(head_bytes));
  const Bytes rest = to_bytes(ByteView(record).subspan(head_bytes));
  const auto joined = [](ByteView first, ByteView second) {
    Bytes whole = to_bytes(first);
    append(whole, second);
    return whole;
  };
  opens_with_no_change(
      head, [&](ByteView changed) { return sealer.identify(name, joined(changed, rest)); });
  const ObjectAddress address = address_of(kept.object);
  opens_with_no_change(
      rest, [&](ByteView changed) { return sealer.open(address, joined(head, changed)); });
}

}  // namespace
}  // namespace stt::primitives

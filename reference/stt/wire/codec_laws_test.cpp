// The laws of each codec, for drawn messages. What a message's bytes are stands in the test of its
// own file; the frame's laws, too.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <tuple>

#include <stt/wire/codec_laws.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/handshake_message.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/reader.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::wire {
namespace {

template <class Message>
Bytes announced(const Message& message) {
  Bytes bytes(encoded_size(message));
  Writer writer(bytes);
  encode(writer, message);
  RC_ASSERT(writer.room() == 0U);
  return bytes;
}

template <std::size_t N>
ByteArray<N> any_array() {
  ByteArray<N> array{};
  std::ranges::copy(any_bytes(N, N), array.begin());
  return array;
}

// Bytes for a view that a message borrows: they live as long as the case.
struct Borrowed {
  Bytes bytes;
  operator ByteView() const { return bytes; }  // NOLINT(google-explicit-constructor)
};

//= STT-VARINT-001 test
//= STT-VARINT-002 test
//= STT-VARINT-003 test
RC_GTEST_PROP(CodecLaws, OfAVarint, ()) {
  const auto encode_varint = [](std::uint64_t value) {
    Bytes bytes(varint_size(value));
    Writer writer(bytes);
    writer.varint(value);
    RC_ASSERT(writer.room() == 0U);
    return bytes;
  };
  const auto decode_varint = [](ByteView bytes) -> Result<std::uint64_t> {
    Reader reader(bytes);
    const std::uint64_t value = reader.varint();
    STT_TRY(reader.finish());
    return value;
  };
  keeps_the_laws(any_number(), encode_varint, decode_varint, std::equal_to<>());
}

//= STT-STREAM-005 test
RC_GTEST_PROP(CodecLaws, OfADataMessage, ()) {
  const bool end = *rc::gen::arbitrary<bool>();
  const Borrowed bytes{any_bytes(end ? 0 : 1, 60)};
  const DataMessage message{end, Position(any_number() >> 1), bytes};
  const auto same = [](const DataMessage& a, const DataMessage& b) {
    return a.end_of_message == b.end_of_message && a.offset == b.offset && equal(a.bytes, b.bytes);
  };
  // The bytes run to the end; without an END_OF_MESSAGE there has to be one.
  const auto head = [&](const Bytes&) {
    return encoded_size(DataMessage{end, message.offset, {}}) + (end ? 0U : 1U);
  };
  keeps_the_laws(message, announced<DataMessage>, decode_data, same, head);
}

//= STT-STREAM-050 test
RC_GTEST_PROP(CodecLaws, OfAStreamControlMessage, ()) {
  const Position position(any_number());
  const auto message = *rc::gen::elementOf(std::vector<StreamControlMessage>{
      StreamOpen{}, StreamClose{position}, StreamReset{any_number(), position},
      StreamCredit{position}, StreamStop{any_number()}});
  keeps_the_laws(message, announced<StreamControlMessage>, decode_stream_control,
                 std::equal_to<>());
}

Ack any_ack() {
  Ack ack;
  ack.delay_us = any_number();
  std::uint64_t top = any_number();
  const auto count = *rc::gen::inRange<std::size_t>(1, ack_ranges_max + 1);
  while (ack.ranges.size() < count) {
    const std::uint64_t last = top - std::min(top, any_number());
    const std::uint64_t first = last - std::min(last, any_number());
    ack.ranges.push_back({Sequence(first), Sequence(last)});
    if (first < 2) break;
    top = first - 2;
  }
  return ack;
}

bool same_control(const ControlMessage& a, const ControlMessage& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      [&](const auto& one) {
        using Message = std::decay_t<decltype(one)>;
        const auto& other = std::get<Message>(b);
        if constexpr (std::is_same_v<Message, Close> || std::is_same_v<Message, Error>) {
          return one.code == other.code && equal(one.reason, other.reason);
        } else {
          return one == other;
        }
      },
      a);
}

//= STT-CONTROL-001 test
//= STT-CONTROL-003 test
RC_GTEST_PROP(CodecLaws, OfAControlMessage, ()) {
  const Borrowed reason{any_bytes(0, reason_bytes_max)};
  const std::vector<ControlMessage> messages{any_ack(),
                                             Ping{*rc::gen::inRange<std::size_t>(0, 100)},
                                             Pong{Sequence(any_number())},
                                             SessionCredit{any_number()},
                                             PathChallenge{any_array<8>()},
                                             PathResponse{any_array<8>()},
                                             Close{any_number(), reason},
                                             Error{any_number(), reason}};
  const ControlMessage& message = messages[*rc::gen::inRange<std::size_t>(0, messages.size())];
  // The padding of a PING runs to the end.
  const auto shortest = [&](const Bytes& bytes) {
    return std::holds_alternative<Ping>(message) ? 1U : bytes.size();
  };
  keeps_the_laws(message, announced<ControlMessage>, decode_control, same_control, shortest);
}

//= STT-HANDSHAKE-001 test
//= STT-HANDSHAKE-007 test
RC_GTEST_PROP(CodecLaws, OfAHello, ()) {
  const Borrowed versions{any_bytes(1, 20)};
  const Borrowed suites{any_bytes(1, 20)};
  const Hello message{versions,          suites,          any_array<32>(),
                      {any_array<32>()}, any_array<32>(), *rc::gen::inRange<std::size_t>(0, 300)};
  const auto same = [](const Hello& a, const Hello& b) {
    return equal(a.versions, b.versions) && equal(a.suites, b.suites) &&
           std::tie(a.nonce, a.node_id, a.ephemeral, a.padding_bytes) ==
               std::tie(b.nonce, b.node_id, b.ephemeral, b.padding_bytes);
  };
  keeps_the_laws(message, announced<Hello>, decode_hello, same);
}

//= STT-HANDSHAKE-002 test
//= STT-HANDSHAKE-007 test
RC_GTEST_PROP(CodecLaws, OfAResponse, ()) {
  const ResponseMessage message{*rc::gen::arbitrary<std::uint8_t>(),
                                *rc::gen::arbitrary<std::uint8_t>(),
                                any_array<32>(),
                                {any_array<32>()},
                                any_array<32>(),
                                any_array<32>()};
  const auto same = [](const ResponseMessage& a, const ResponseMessage& b) {
    const auto fields = [](const ResponseMessage& m) {
      return std::tie(m.version, m.suite, m.nonce, m.node_id, m.ephemeral, m.challenge);
    };
    return fields(a) == fields(b);
  };
  keeps_the_laws(message, announced<ResponseMessage>, decode_response, same);
}

//= STT-HANDSHAKE-003 test
//= STT-HANDSHAKE-007 test
RC_GTEST_PROP(CodecLaws, OfAnAuthMessage, ()) {
  const auto type = *rc::gen::element(HandshakeType::auth_proof, HandshakeType::final);
  const Borrowed parameters{any_bytes(0, 80)};
  const AuthMessage message{type, {any_array<8>()}, any_array<64>(), parameters};
  const auto decode = [type](ByteView bytes) { return decode_auth(bytes, type); };
  const auto same = [](const AuthMessage& a, const AuthMessage& b) {
    return std::tie(a.type, a.session_id, a.signature) ==
               std::tie(b.type, b.session_id, b.signature) &&
           equal(a.parameters, b.parameters);
  };
  keeps_the_laws(message, announced<AuthMessage>, decode, same);
}

// No edit of one byte makes room for an unknown id, which would be skipped.
RC_GTEST_PROP(CodecLaws, OfParameters, ()) {
  const auto up_to = [](std::uint64_t low, std::uint64_t high) {
    return low + any_number() % (high - low + 1);
  };
  const Parameters parameters{.initial_session_credit = any_number(),
                              .initial_stream_credit = any_number(),
                              .max_streams = up_to(1, 65'535),
                              .max_frame_bytes = up_to(1'200, 2'097'152),
                              .max_message_bytes = up_to(1, std::uint64_t{1} << 62),
                              .idle_timeout_ms = up_to(0, 0xFFFF'FFFF),
                              .max_ack_delay_ms = up_to(0, 16'383),
                              .keep_alive_ms = up_to(0, 0xFFFF'FFFF)};
  RC_ASSERT(check(parameters).has_value());
  keeps_the_laws(parameters, announced<Parameters>, decode_parameters, std::equal_to<>());
}

// The entries have one order, and each is there once.
//= STT-PARAM-002 test
//= STT-PARAM-003 test
RC_GTEST_PROP(CodecLaws, OfTheOrderOfParameters, ()) {
  const Bytes bytes = announced(Parameters{});
  std::vector<ByteView> entries;
  for (Reader reader(bytes); reader.remaining() > 0;) {
    const std::size_t begin = reader.position();
    reader.varint();
    reader.length_prefixed();
    entries.push_back(ByteView(bytes).subspan(begin, reader.position() - begin));
  }
  const auto decode = [&] {
    Bytes joined;
    for (const ByteView entry : entries) append(joined, entry);
    return decode_parameters(joined);
  };
  RC_ASSERT((decode() == Parameters{}));
  const auto low = *rc::gen::inRange<std::size_t>(0, entries.size() - 1);
  const auto high = *rc::gen::inRange<std::size_t>(low + 1, entries.size());
  std::swap(entries[low], entries[high]);
  RC_ASSERT((decode() == fail(Errc::parameter_order)));
  std::swap(entries[low], entries[high]);
  entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(low), entries[low]);
  RC_ASSERT((decode() == fail(Errc::parameter_duplicate)));
}

// Neither the span of a range nor the gap below it leads below zero, by however little.
//= STT-CONTROL-005 test
RC_GTEST_PROP(CodecLaws, OfAnAckThatLeadsBelowZero, ()) {
  const auto more_than = [](std::uint64_t number) {
    const std::uint64_t excess = *rc::gen::element<std::uint64_t>(0, 1, any_number());
    return number + 1 + std::min(excess, ~number - 1);
  };
  const std::uint64_t largest = any_number() >> 1;
  const std::uint64_t span = largest - std::min(largest, any_number());
  const std::uint64_t gap_max = largest - span - std::min<std::uint64_t>(largest - span, 2);
  const auto refused = [&](std::uint64_t first_span, std::uint64_t gap) {
    Bytes bytes(64);
    Writer writer(bytes);
    writer.u8(static_cast<std::uint8_t>(ControlType::ack));
    for (const std::uint64_t number : {0UL, largest, 1UL, first_span, gap, 0UL}) {
      writer.varint(number);
    }
    return decode_control(writer.written()) == fail(Errc::ack_ranges);
  };
  RC_ASSERT(refused(more_than(largest), 0));
  RC_ASSERT(refused(span, more_than(gap_max)));
  RC_ASSERT(refused(span, gap_max) == (largest - span < 2));
}

// What is no message is refused, or is one that is encoded to just these bytes.
RC_GTEST_PROP(CodecLaws, OfAnyBytes, ()) {
  const Bytes bytes = any_bytes(0, 80);
  if (const auto data = decode_data(bytes)) RC_ASSERT(announced(*data) == bytes);
  if (const auto control = decode_control(bytes)) RC_ASSERT(announced(*control) == bytes);
  if (const auto control = decode_stream_control(bytes)) RC_ASSERT(announced(*control) == bytes);
}

}  // namespace
}  // namespace stt::wire

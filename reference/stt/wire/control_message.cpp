#include <stt/wire/control_message.hpp>

#include <stt/wire/reader.hpp>

namespace stt::wire {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::uint64_t length(const SequenceRange& range) {
  return range.last.value() - range.first.value();
}

std::size_t ack_size(const Ack& ack) {
  std::size_t size = varint_size(ack.delay_us) + varint_size(ack.ranges[0].last.value()) +
                     varint_size(ack.ranges.size() - 1) + varint_size(length(ack.ranges[0]));
  for (std::size_t i = 1; i < ack.ranges.size(); ++i) {
    size += varint_size(ack.ranges[i - 1].first.value() - ack.ranges[i].last.value() - 2) +
            varint_size(length(ack.ranges[i]));
  }
  return size;
}

void encode_ack(Writer& writer, const Ack& ack) {
  STT_ASSERT(!ack.ranges.empty());
  writer.varint(ack.delay_us);
  writer.varint(ack.ranges[0].last.value());
  writer.varint(ack.ranges.size() - 1);
  writer.varint(length(ack.ranges[0]));
  for (std::size_t i = 1; i < ack.ranges.size(); ++i) {
    STT_ASSERT(ack.ranges[i - 1].first.value() >= ack.ranges[i].last.value() + 2);
    writer.varint(ack.ranges[i - 1].first.value() - ack.ranges[i].last.value() - 2);
    writer.varint(length(ack.ranges[i]));
  }
}

//= STT-CONTROL-003
Ack decode_ack(Reader& reader) {
  Ack ack;
  ack.delay_us = reader.varint();
  std::uint64_t last = reader.varint();
  const std::uint64_t more = reader.varint();
  //= STT-CONTROL-004
  if (reader.ok() && more >= ack_ranges_max) reader.fail(Errc::ack_ranges);
  for (std::uint64_t i = 0; reader.ok(); ++i) {
    const std::uint64_t span = reader.varint();
    if (!reader.ok()) break;
    //= STT-CONTROL-005
    if (span > last) {
      reader.fail(Errc::ack_ranges);
      break;
    }
    const std::uint64_t first = last - span;
    ack.ranges.push_back({Sequence(first), Sequence(last)});
    if (i == more) break;
    const std::uint64_t gap = reader.varint();
    if (!reader.ok()) break;
    //= STT-CONTROL-005
    if (first < 2 || gap > first - 2) {
      reader.fail(Errc::ack_ranges);
      break;
    }
    last = first - 2 - gap;
  }
  return ack;
}

Ping decode_ping(Reader& reader) {
  const ByteView padding = reader.rest();
  //= STT-CONTROL-011
  if (std::ranges::any_of(padding, [](std::byte byte) { return byte != std::byte{0}; })) {
    reader.fail(Errc::control_padding);
  }
  return Ping{padding.size()};
}

template <class Message>
Message decode_reasoned(Reader& reader) {
  Message message;
  message.code = reader.varint();
  message.reason = reader.length_prefixed();
  //= STT-CONTROL-021
  //= STT-CONTROL-023
  if (message.reason.size() > reason_bytes_max) reader.fail(Errc::reason_too_long);
  return message;
}

}  // namespace

ControlType type(const ControlMessage& message) {
  return static_cast<ControlType>(message.index() + 1);
}

//= STT-CONTROL-008
bool is_ack_eliciting(const ControlMessage& message) {
  return type(message) != ControlType::ack && type(message) != ControlType::close;
}

std::size_t encoded_size(const ControlMessage& message) {
  return 1 +
         std::visit(Overloaded{
                        [](const Ack& ack) { return ack_size(ack); },
                        [](const Ping& ping) { return ping.padding_bytes; },
                        [](const Pong& pong) { return varint_size(pong.sequence.value()); },
                        [](const SessionCredit& credit) { return varint_size(credit.position); },
                        [](const PathChallenge&) { return std::size_t{8}; },
                        [](const PathResponse&) { return std::size_t{8}; },
                        [](const auto& reasoned) {
                          return varint_size(reasoned.code) +
                                 length_prefixed_size(reasoned.reason.size());
                        },
                    },
                    message);
}

void encode(Writer& writer, const ControlMessage& message) {
  writer.u8(static_cast<std::uint8_t>(type(message)));
  std::visit(Overloaded{
                 [&](const Ack& ack) { encode_ack(writer, ack); },
                 [&](const Ping& ping) { writer.zeros(ping.padding_bytes); },
                 [&](const Pong& pong) { writer.varint(pong.sequence.value()); },
                 [&](const SessionCredit& credit) { writer.varint(credit.position); },
                 [&](const PathChallenge& challenge) { writer.bytes(challenge.data); },
                 [&](const PathResponse& path_response) { writer.bytes(path_response.data); },
                 [&](const auto& reasoned) {
                   STT_ASSERT(reasoned.reason.size() <= reason_bytes_max);
                   writer.varint(reasoned.code);
                   writer.length_prefixed(reasoned.reason);
                 },
             },
             message);
}

//= STT-CONTROL-001
Result<ControlMessage> decode_control(ByteView payload) {
  Reader reader(payload);
  ControlMessage message;
  const std::uint8_t type = reader.u8();
  switch (static_cast<ControlType>(type)) {
    case ControlType::ack: message = decode_ack(reader); break;
    case ControlType::ping: message = decode_ping(reader); break;
    case ControlType::pong: message = Pong{Sequence(reader.varint())}; break;
    case ControlType::session_credit: message = SessionCredit{reader.varint()}; break;
    case ControlType::path_challenge: message = PathChallenge{reader.array<8>()}; break;
    case ControlType::path_response: message = PathResponse{reader.array<8>()}; break;
    case ControlType::close: message = decode_reasoned<Close>(reader); break;
    case ControlType::error: message = decode_reasoned<Error>(reader); break;
    //= STT-CONTROL-002
    default: reader.fail(Errc::control_type);
  }
  STT_TRY(reader.finish());
  return message;
}

}  // namespace stt::wire

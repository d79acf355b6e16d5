#include <stt/wire/stream_message.hpp>

#include <stt/wire/reader.hpp>

namespace stt::wire {
namespace {

constexpr std::uint8_t end_of_message_bit = 0x01;

}  // namespace

std::size_t encoded_size(const DataMessage& message) {
  return 1 + varint_size(message.offset.value()) + message.bytes.size();
}

void encode(Writer& writer, const DataMessage& message) {
  writer.u8(message.end_of_message ? end_of_message_bit : 0);
  writer.varint(message.offset.value());
  writer.bytes(message.bytes);
}

//= STT-STREAM-005
Result<DataMessage> decode_data(ByteView payload) {
  Reader reader(payload);
  const std::uint8_t flags = reader.u8();
  //= STT-STREAM-006
  if (reader.ok() && (flags & ~end_of_message_bit) != 0) reader.fail(Errc::data_flags);
  DataMessage message;
  message.end_of_message = (flags & end_of_message_bit) != 0;
  message.offset = Position(reader.varint());
  message.bytes = reader.rest();
  STT_TRY(reader.finish());
  const std::uint64_t size = message.bytes.size() + (message.end_of_message ? 1U : 0U);
  //= STT-STREAM-007
  if (size == 0) return fail(Errc::data_empty);
  //= STT-STREAM-008
  if (size > ~message.offset.value()) return fail(Errc::position_overflow);
  return message;
}

StreamControlType type(const StreamControlMessage& message) {
  return static_cast<StreamControlType>(message.index() + 1);
}

namespace {

// The numbers of a message, in wire order; the first `count` are used.
struct Fields {
  std::array<std::uint64_t, 2> value{};
  std::size_t count = 0;
};

Fields fields(const StreamControlMessage& message) {
  switch (type(message)) {
    case StreamControlType::open: return {};
    case StreamControlType::close:
      return {{std::get<StreamClose>(message).final_position.value()}, 1};
    case StreamControlType::reset: {
      const auto& reset = std::get<StreamReset>(message);
      return {{reset.code, reset.final_position.value()}, 2};
    }
    case StreamControlType::credit: return {{std::get<StreamCredit>(message).position.value()}, 1};
    case StreamControlType::stop: return {{std::get<StreamStop>(message).code}, 1};
  }
  STT_ASSERT(false);
  return {};
}

}  // namespace

std::size_t encoded_size(const StreamControlMessage& message) {
  const Fields all = fields(message);
  std::size_t size = 1;
  for (std::size_t i = 0; i < all.count; ++i) size += varint_size(all.value[i]);
  return size;
}

void encode(Writer& writer, const StreamControlMessage& message) {
  writer.u8(static_cast<std::uint8_t>(type(message)));
  const Fields all = fields(message);
  for (std::size_t i = 0; i < all.count; ++i) writer.varint(all.value[i]);
}

//= STT-STREAM-050
Result<StreamControlMessage> decode_stream_control(ByteView payload) {
  Reader reader(payload);
  StreamControlMessage message;
  switch (static_cast<StreamControlType>(reader.u8())) {
    case StreamControlType::open: message = StreamOpen{}; break;
    case StreamControlType::close: message = StreamClose{Position(reader.varint())}; break;
    case StreamControlType::reset: {
      const std::uint64_t code = reader.varint();
      message = StreamReset{code, Position(reader.varint())};
      break;
    }
    case StreamControlType::credit: message = StreamCredit{Position(reader.varint())}; break;
    case StreamControlType::stop: message = StreamStop{reader.varint()}; break;
    //= STT-STREAM-051
    default: reader.fail(Errc::stream_control_type);
  }
  STT_TRY(reader.finish());
  return message;
}

}  // namespace stt::wire

#include <conformance/suite/peers/messages.hpp>

#include <conformance/suite/case.hpp>
#include <conformance/suite/peers/edits.hpp>
#include <stt/base/errc.hpp>
#include <stt/base/hex.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::conform::peers {

using nlohmann::json;
using wire::FrameType;

Bytes read_bytes(const json& value) {
  if (!value.is_object()) return read_hex(value);
  Bytes bytes(value.at("pattern").get<std::size_t>());
  std::uint32_t state = 1;
  for (std::byte& byte : bytes) {
    byte = static_cast<std::byte>((state = state * 1664525 + 1013904223) >> 24);
  }
  return bytes;
}

std::uint64_t read_code(const json& value) {
  if (value.is_string()) {
    if (const auto known = errc_from_name(value.get<std::string>())) {
      return static_cast<std::uint64_t>(*known);
    }
  }
  return read_number(value);
}

namespace {

std::string decimal(std::uint64_t value) {
  return std::to_string(value);
}

std::uint64_t number(const json& words, const char* name, std::uint64_t otherwise = 0) {
  return words.contains(name) ? read_number(words.at(name)) : otherwise;
}

ByteArray<8> eight(const json& words) {
  const Bytes bytes = read_hex(words.value("data", json("0102030405060708")));
  ByteArray<8> out{};
  std::ranges::copy(ByteView(bytes).first(out.size()), out.begin());
  return out;
}

Bytes ack_of(const json& words) {
  wire::Ack ack{number(words, "delay_us"), {}};
  for (const json& range : words.at("ranges")) {
    ack.ranges.push_back({Sequence(read_number(range.at(0))), Sequence(read_number(range.at(1)))});
  }
  return encoded(wire::ControlMessage(ack));
}

std::optional<Bytes> control_of(const std::string& frame, const json& words) {
  using wire::ControlMessage;
  if (frame == "ack") return ack_of(words);
  if (frame == "ping") {
    return encoded(ControlMessage(wire::Ping{static_cast<std::size_t>(number(words, "padding"))}));
  }
  if (frame == "pong") {
    return encoded(ControlMessage(wire::Pong{Sequence(number(words, "sequence"))}));
  }
  if (frame == "session_credit") {
    return encoded(ControlMessage(wire::SessionCredit{number(words, "position")}));
  }
  if (frame == "path_challenge") return encoded(ControlMessage(wire::PathChallenge{eight(words)}));
  if (frame == "path_response") return encoded(ControlMessage(wire::PathResponse{eight(words)}));
  if (frame != "close" && frame != "error") return std::nullopt;
  const std::uint64_t code = words.contains("code") ? read_code(words.at("code")) : 0;
  const Bytes text = read_hex(words.value("text", json("")));
  if (frame == "close") return encoded(ControlMessage(wire::Close{code, text}));
  return encoded(ControlMessage(wire::Error{code, text}));
}

std::optional<Bytes> stream_control_of(const std::string& frame, const json& words) {
  using wire::StreamControlMessage;
  const std::uint64_t code = words.contains("code") ? read_code(words.at("code")) : 0;
  const Position position(number(words, "position"));
  if (frame == "stream_open") return encoded(StreamControlMessage(wire::StreamOpen{}));
  if (frame == "stream_close") return encoded(StreamControlMessage(wire::StreamClose{position}));
  if (frame == "stream_reset") {
    return encoded(StreamControlMessage(wire::StreamReset{code, position}));
  }
  if (frame == "stream_credit") return encoded(StreamControlMessage(wire::StreamCredit{position}));
  if (frame == "stream_stop") return encoded(StreamControlMessage(wire::StreamStop{code}));
  return std::nullopt;
}

json words_of(const wire::ControlMessage& message) {
  if (const auto* ack = std::get_if<wire::Ack>(&message)) {
    json ranges = json::array();
    for (const wire::SequenceRange& range : ack->ranges) {
      ranges.push_back({decimal(range.first.value()), decimal(range.last.value())});
    }
    return {{"sent", "ack"}, {"delay_us", ack->delay_us}, {"ranges", ranges}};
  }
  if (const auto* ping = std::get_if<wire::Ping>(&message)) {
    return {{"sent", "ping"}, {"padding", ping->padding_bytes}};
  }
  if (const auto* pong = std::get_if<wire::Pong>(&message)) {
    return {{"sent", "pong"}, {"sequence", decimal(pong->sequence.value())}};
  }
  if (const auto* credit = std::get_if<wire::SessionCredit>(&message)) {
    return {{"sent", "session_credit"}, {"position", decimal(credit->position)}};
  }
  if (const auto* challenge = std::get_if<wire::PathChallenge>(&message)) {
    return {{"sent", "path_challenge"}, {"data", to_hex(challenge->data)}};
  }
  if (const auto* response = std::get_if<wire::PathResponse>(&message)) {
    return {{"sent", "path_response"}, {"data", to_hex(response->data)}};
  }
  if (const auto* close = std::get_if<wire::Close>(&message)) {
    return {{"sent", "close"}, {"code", decimal(close->code)}, {"text", to_hex(close->reason)}};
  }
  const auto& error = std::get<wire::Error>(message);
  return {{"sent", "error"}, {"code", decimal(error.code)}, {"text", to_hex(error.reason)}};
}

json words_of(const wire::StreamControlMessage& message) {
  if (const auto* close = std::get_if<wire::StreamClose>(&message)) {
    return {{"sent", "stream_close"}, {"position", decimal(close->final_position.value())}};
  }
  if (const auto* reset = std::get_if<wire::StreamReset>(&message)) {
    return {{"sent", "stream_reset"},
            {"code", decimal(reset->code)},
            {"position", decimal(reset->final_position.value())}};
  }
  if (const auto* credit = std::get_if<wire::StreamCredit>(&message)) {
    return {{"sent", "stream_credit"}, {"position", decimal(credit->position.value())}};
  }
  if (const auto* stop = std::get_if<wire::StreamStop>(&message)) {
    return {{"sent", "stream_stop"}, {"code", decimal(stop->code)}};
  }
  return {{"sent", "stream_open"}};
}

}  // namespace

Content content_of(const json& words) {
  const std::string frame = words.at("frame");
  const StreamId stream(static_cast<std::uint16_t>(number(words, "stream")));
  if (auto payload = control_of(frame, words)) {
    return {FrameType::control, StreamId{}, std::move(*payload)};
  }
  if (auto payload = stream_control_of(frame, words)) {
    return {FrameType::stream_control, stream, std::move(*payload)};
  }
  if (frame == "data") {
    const auto type = static_cast<FrameType>(number(words, "type", 2));
    const Bytes bytes = read_bytes(words.value("bytes", json("")));
    return {type, stream,
            encoded(wire::DataMessage{words.value("end", false), Position(number(words, "offset")),
                                      bytes})};
  }
  const auto type = static_cast<FrameType>(number(words, "type", 0x80));
  if (frame == "datagram") return {type, StreamId{}, read_bytes(words.value("bytes", json("")))};
  if (frame == "payload") return {type, stream, read_bytes(words.at("bytes"))};
  throw SuiteError("frame: \"" + frame + "\" is not known");
}

std::optional<json> describe(const Content& content) {
  if (content.type == FrameType::control) {
    const auto message = wire::decode_control(content.payload);
    if (!message) return std::nullopt;
    return words_of(*message);
  }
  json words;
  if (content.type == FrameType::stream_control) {
    const auto message = wire::decode_stream_control(content.payload);
    if (!message) return std::nullopt;
    words = words_of(*message);
  } else if (wire::is_stream_data(content.type, content.stream)) {
    const auto message = wire::decode_data(content.payload);
    if (!message) return std::nullopt;
    words = {{"sent", "data"},
             {"type", static_cast<unsigned>(content.type)},
             {"offset", decimal(message->offset.value())},
             {"bytes", to_hex(message->bytes)},
             {"end", message->end_of_message}};
  } else {
    return json{{"sent", "datagram"},
                {"type", static_cast<unsigned>(content.type)},
                {"bytes", to_hex(content.payload)}};
  }
  words["stream"] = content.stream.value();
  return words;
}

}  // namespace stt::conform::peers

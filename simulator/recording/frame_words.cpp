#include <simulator/recording/frame_words.hpp>

#include <stt/base/errc.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/handshake_message.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::sim {
namespace {

using std::to_string;

std::string code_text(std::uint64_t code) {
  const std::optional<Errc> known = errc_from_number(code);
  return known ? std::string(stt::name(*known)) : "code " + to_string(code);
}

std::string type_name(const wire::FrameHeader& header) {
  switch (header.type) {
    case wire::FrameType::handshake: return "HANDSHAKE";
    case wire::FrameType::auth: return "AUTH";
    case wire::FrameType::data: return "DATA";
    case wire::FrameType::control: return "CONTROL";
    case wire::FrameType::stream_control: return "STREAM_CONTROL";
    default: return header.stream_id == StreamId{} ? "DATAGRAM" : "CUSTOM";
  }
}

std::string stream_text(const wire::FrameHeader& header) {
  return "stream " + to_string(header.stream_id.value());
}

struct ControlWords {
  FrameWords& words;

  void operator()(const wire::Ack& ack) const {
    std::string ranges;
    for (const wire::SequenceRange& range : ack.ranges) {
      if (!ranges.empty()) ranges += " ";
      ranges += to_string(range.first.value());
      if (range.first != range.last) ranges += ".." + to_string(range.last.value());
    }
    set("ACK", ranges);
  }
  void operator()(const wire::Ping& ping) const {
    set("PING", ping.padding_bytes == 0 ? "" : to_string(ping.padding_bytes) + " bytes of padding");
  }
  void operator()(const wire::Pong& pong) const { set("PONG", to_string(pong.sequence.value())); }
  void operator()(const wire::SessionCredit& credit) const {
    set("SESSION_CREDIT", to_string(credit.position));
  }
  void operator()(const wire::PathChallenge&) const { set("PATH_CHALLENGE", ""); }
  void operator()(const wire::PathResponse&) const { set("PATH_RESPONSE", ""); }
  void operator()(const wire::Close& close) const { set("CLOSE", code_text(close.code)); }
  void operator()(const wire::Error& error) const { set("ERROR", code_text(error.code)); }

  void operator()(const wire::StreamOpen&) const { set_stream("OPEN", ""); }
  void operator()(const wire::StreamClose& close) const {
    set_stream("CLOSE", " at " + to_string(close.final_position.value()));
  }
  void operator()(const wire::StreamReset& reset) const {
    set_stream("RESET", ", " + code_text(reset.code));
  }
  void operator()(const wire::StreamCredit& credit) const {
    set_stream("CREDIT", " " + to_string(credit.position.value()));
  }
  void operator()(const wire::StreamStop& stop) const {
    set_stream("STOP", ", " + code_text(stop.code));
  }

  void set(std::string_view name, std::string detail) const {
    words.name = name;
    words.detail = std::move(detail);
  }
  void set_stream(std::string_view name, const std::string& detail) const {
    set(name, stream_text(words.header) + detail);
  }
};

void describe_data(ByteView text, FrameWords& words) {
  const Result<wire::DataMessage> data = wire::decode_data(text);
  if (!data) return;
  words.detail = stream_text(words.header) + ", " + to_string(data->offset.value()) + ".." +
                 to_string(data->end().value()) + (data->end_of_message ? ", end" : "");
}

std::string handshake_name(ByteView text) {
  switch (static_cast<wire::HandshakeType>(text.empty() ? std::byte{} : text[0])) {
    case wire::HandshakeType::hello: return "HELLO";
    case wire::HandshakeType::response: return "RESPONSE";
    case wire::HandshakeType::auth_proof: return "AUTH_PROOF";
    case wire::HandshakeType::final: return "FINAL";
  }
  return "HANDSHAKE";
}

}  // namespace

FrameWords words_of(const OpenedFrame& opened) {
  const wire::FrameHeader& header = opened.frame.header;
  FrameWords words{header, opened.frame.whole.size(), type_name(header), {}};
  if (!opened.text) {
    words.detail = "sealed";
    return words;
  }
  const ByteView text = *opened.text;
  if (header.type == wire::FrameType::handshake || header.type == wire::FrameType::auth) {
    words.name = handshake_name(text);
  } else if (header.type == wire::FrameType::control) {
    if (const auto message = wire::decode_control(text)) std::visit(ControlWords{words}, *message);
  } else if (header.type == wire::FrameType::stream_control) {
    if (const auto message = wire::decode_stream_control(text)) {
      std::visit(ControlWords{words}, *message);
    }
  } else if (wire::is_stream_data(header.type, header.stream_id)) {
    describe_data(text, words);
  } else {
    words.detail = to_string(text.size()) + " bytes";
  }
  return words;
}

std::vector<FrameWords> words_of_sealed(ByteView datagram) {
  std::vector<FrameWords> frames;
  for (ByteView rest = datagram; !rest.empty();) {
    const wire::ParseResult parsed = wire::parse_frame(rest);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) break;
    frames.push_back(words_of({*frame, std::nullopt}));
    rest = rest.subspan(frame->whole.size());
  }
  return frames;
}

std::string in_one_line(const std::vector<FrameWords>& frames) {
  if (frames.empty()) return "no frame";
  std::string line;
  for (const FrameWords& frame : frames) {
    if (!line.empty()) line += " + ";
    line += frame.name;
    if (!frame.detail.empty()) line += " " + frame.detail;
  }
  return line;
}

}  // namespace stt::sim

// Varints, frames, streams of frames, datagrams.
#include <array>

#include <conformance/suite/reference/kinds.hpp>
#include <stt/wire/reader.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

json varint_decode(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  wire::Reader reader(bytes);
  const std::uint64_t value = reader.varint();
  if (!reader.ok()) return reject("varint", *reader.failure());
  return accept({{"value", decimal(value)}, {"consumed", reader.position()}});
}

json varint_encode(const Fields& in) {
  const std::uint64_t value = in.u64("value");
  Bytes bytes(wire::varint_size(value));
  wire::Writer(bytes).varint(value);
  return accept({{"bytes", to_hex(bytes)}});
}

json describe(const wire::FrameView& frame) {
  Bytes associated = to_bytes(frame.header_bytes);
  append(associated, frame.selector_bytes);
  json out = {{"type", static_cast<unsigned>(frame.header.type)},
              {"session_id", to_hex(frame.header.session_id.bytes)},
              {"stream_id", frame.header.stream_id.value()},
              {"sequence", decimal(frame.header.sequence.value())},
              {"payload", to_hex(frame.ciphertext)},
              {"nonce", to_hex(frame.nonce)},
              {"tag", to_hex(frame.tag)},
              {"associated", to_hex(associated)},
              {"consumed", frame.whole.size()}};
  if (frame.header.type == wire::FrameType::handshake) {
    out["hint"] = to_hex(frame.hint().bytes);
  } else {
    out["epoch"] = decimal(frame.epoch().value());
  }
  return out;
}

json frame_decode(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  const wire::ParseResult result = wire::parse_frame(bytes);
  if (const auto* error = std::get_if<Errc>(&result)) return reject("frame", *error);
  if (const auto* need = std::get_if<wire::NeedMore>(&result)) return need_more(need->at_least);
  return accept(describe(std::get<wire::FrameView>(result)));
}

json frame_encode(const Fields& in) {
  const wire::FrameHeader header = frame_header(in);
  const Bytes payload = in.bytes("payload");
  const bool unnumbered =
      header.type == wire::FrameType::handshake || header.type == wire::FrameType::auth;
  const std::size_t size = wire::encoded_size(header, payload.size());
  if (size > (unnumbered ? wire::handshake_frame_bytes_max : wire::frame_bytes_max)) {
    throw AdapterError("payload: no frame holds so much");
  }
  Bytes bytes(size);
  wire::Writer writer(bytes);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, header, payload.size());
  std::ranges::copy(payload, slots.payload.begin());
  std::ranges::copy(in.array<wire::nonce_bytes>("nonce"), slots.nonce.begin());
  std::ranges::copy(in.array<wire::tag_bytes>("tag"), slots.tag.begin());
  return accept({{"bytes", to_hex(bytes)}});
}

// What a connection has received, and the frames that are complete in it.
class FrameStream {
 public:
  // False after a malformed frame; nothing can follow it.
  bool receive(ByteView bytes) {
    append(waiting_, bytes);
    while (true) {
      const wire::ParseResult result = wire::parse_frame(waiting_);
      if (const auto* need = std::get_if<wire::NeedMore>(&result)) {
        at_least_ = need->at_least;
        return true;
      }
      if (const auto* error = std::get_if<Errc>(&result)) {
        error_ = *error;
        return false;
      }
      const std::size_t size = std::get<wire::FrameView>(result).whole.size();
      frames_.push_back(to_hex(ByteView(waiting_).first(size)));
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size));
    }
  }

  json answer() const {
    if (error_) return reject("frame " + std::to_string(frames_.size() + 1), *error_);
    return accept({{"frames", frames_}, {"waiting", to_hex(waiting_)}, {"at_least", at_least_}});
  }

 private:
  Bytes waiting_;
  json frames_ = json::array();
  std::size_t at_least_ = 0;
  std::optional<Errc> error_;
};

json frame_stream(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  FrameStream stream;
  std::size_t from = 0;
  for (const json& cut : in.at("cuts")) {
    const json element = {{"cuts", cut}};
    const std::size_t at = Fields(element).number("cuts", bytes.size());
    if (at < from) throw AdapterError("cuts: rising positions are needed");
    if (!stream.receive(ByteView(bytes).subspan(from, at - from))) return stream.answer();
    from = at;
  }
  stream.receive(ByteView(bytes).subspan(from));
  return stream.answer();
}

json datagram_decode(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  json frames = json::array();
  for (ByteView rest = bytes; !rest.empty();) {
    const std::string stage = "frame " + std::to_string(frames.size() + 1);
    const wire::ParseResult result = wire::parse_frame(rest);
    if (const auto* error = std::get_if<Errc>(&result)) return reject(stage, *error);
    if (std::holds_alternative<wire::NeedMore>(result)) {
      return reject(stage, Errc::frame_incomplete);
    }
    const ByteView whole = std::get<wire::FrameView>(result).whole;
    frames.push_back(to_hex(whole));
    rest = rest.subspan(whole.size());
  }
  return accept({{"frames", frames}});
}

constexpr std::array kinds{
    Kind{"varint.decode", varint_decode}, Kind{"varint.encode", varint_encode},
    Kind{"frame.decode", frame_decode},   Kind{"frame.encode", frame_encode},
    Kind{"frame.stream", frame_stream},   Kind{"datagram.decode", datagram_decode},
};

}  // namespace

std::span<const Kind> wire_kinds() {
  return kinds;
}

}  // namespace stt::conform

#include <conformance/suite/reference/peer_effects.hpp>

#include <stt/base/hex.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

std::string decimal(std::uint64_t value) {
  return std::to_string(value);
}

std::string text_hex(const std::string& text) {
  return to_hex(as_bytes(text));
}

json of_stream(const char* effect, SessionHandle session, StreamId stream) {
  return {{"effect", effect}, {"session", session.value()}, {"stream", stream.value()}};
}

struct Tell {
  std::optional<json> operator()(const Connected& event) const {
    return json{{"effect", "connected"},
                {"session", event.session.value()},
                {"session_id", to_hex(event.session_id.bytes)},
                {"peer", to_hex(event.peer.bytes)},
                {"role", event.role == Role::initiator ? "initiator" : "responder"},
                {"address", to_string(event.address)}};
  }
  std::optional<json> operator()(const ConnectFailed& event) const {
    return json{{"effect", "connect_failed"},
                {"session", event.session.value()},
                {"reason", name(event.reason)}};
  }
  std::optional<json> operator()(const StreamOpened& event) const {
    return of_stream("stream_opened", event.session, event.stream);
  }
  std::optional<json> operator()(const StreamReadable&) const { return std::nullopt; }
  std::optional<json> operator()(const StreamWritable& event) const {
    return of_stream("writable", event.session, event.stream);
  }
  std::optional<json> operator()(const StreamFinished& event) const {
    return of_stream("finished", event.session, event.stream);
  }
  std::optional<json> operator()(const StreamReset& event) const {
    json effect = of_stream("stream_reset", event.session, event.stream);
    effect["code"] = decimal(event.code);
    return effect;
  }
  std::optional<json> operator()(const StreamClosed& event) const {
    json effect = of_stream("stream_closed", event.session, event.stream);
    effect["reason"] = name(event.reason);
    effect["code"] = decimal(event.code);
    return effect;
  }
  std::optional<json> operator()(const DatagramReceived& event) const {
    return json{{"effect", "datagram"},
                {"session", event.session.value()},
                {"type", static_cast<unsigned>(event.type)},
                {"bytes", to_hex(event.payload)}};
  }
  std::optional<json> operator()(const PeerAddressChanged& event) const {
    return json{{"effect", "address_changed"},
                {"session", event.session.value()},
                {"address", to_string(event.address)}};
  }
  std::optional<json> operator()(const PeerError& event) const {
    return json{{"effect", "peer_error"},
                {"session", event.session.value()},
                {"code", decimal(event.code)},
                {"text", text_hex(event.reason)}};
  }
  std::optional<json> operator()(const Closed& event) const {
    return json{{"effect", "closed"},           {"session", event.session.value()},
                {"reason", name(event.reason)}, {"by_peer", event.by_peer},
                {"code", decimal(event.code)},  {"text", text_hex(event.text)}};
  }
  std::optional<json> operator()(const Stopped&) const { return json{{"effect", "stopped"}}; }
};

}  // namespace

std::optional<json> effect_of(const Event& event) {
  return std::visit(Tell{}, event);
}

json data_effect(SessionHandle session, StreamId stream, const ReadPart& part, ByteView bytes) {
  json effect = of_stream("data", session, stream);
  effect["bytes"] = to_hex(bytes);
  effect["end"] = part.end_of_message;
  effect["type"] = static_cast<unsigned>(part.type);
  return effect;
}

json readable_effect(const StreamReadable& event) {
  return of_stream("readable", event.session, event.stream);
}

json drop_effect(Errc reason) {
  return {{"effect", "drop"}, {"reason", name(reason)}};
}

}  // namespace stt::conform

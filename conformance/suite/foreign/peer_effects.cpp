#include <conformance/suite/foreign/peer_effects.hpp>

#include <algorithm>
#include <array>

#include <conformance/suite/reference/fields.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

constexpr std::uint64_t number_max = std::uint64_t{1} << 53;

SessionHandle session(const Fields& in) {
  return SessionHandle(in.number("session", number_max));
}
StreamId stream(const Fields& in) {
  return StreamId(static_cast<std::uint16_t>(in.number("stream", 0xFFFF)));
}
wire::FrameType type(const Fields& in) {
  return static_cast<wire::FrameType>(in.number("type", 0xFF));
}
Errc reason(const Fields& in) {
  const std::string text = in.text("reason");
  const std::optional<Errc> code = errc_from_name(text);
  if (!code) throw AdapterError("reason: there is no error \"" + text + "\"");
  return *code;
}
std::string hex_text(const Fields& in) {
  const Bytes bytes = in.bytes("text");
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Effect transmit(const Fields& in) {
  return Transmitted{in.text("to"), in.bytes("bytes")};
}
Effect connected(const Fields& in) {
  const std::string role = in.text("role");
  if (role != "initiator" && role != "responder") throw AdapterError("role: is none");
  Connected event;
  event.session = session(in);
  event.session_id = SessionId{in.array<8>("session_id")};
  event.peer = NodeId{in.array<32>("peer")};
  event.role = role == "initiator" ? Role::initiator : Role::responder;
  return Addressed{event, in.text("address")};
}
Effect connect_failed(const Fields& in) {
  return Event(ConnectFailed{session(in), reason(in)});
}
Effect stream_opened(const Fields& in) {
  return Event(StreamOpened{session(in), stream(in)});
}
Effect data(const Fields& in) {
  return Arrived{session(in), stream(in), in.bytes("bytes"), in.flag("end"), type(in)};
}
Effect writable(const Fields& in) {
  return Event(StreamWritable{session(in), stream(in)});
}
Effect finished(const Fields& in) {
  return Event(StreamFinished{session(in), stream(in)});
}
Effect stream_reset(const Fields& in) {
  return Event(StreamReset{session(in), stream(in), in.u64("code")});
}
Effect stream_closed(const Fields& in) {
  return Event(StreamClosed{session(in), stream(in), reason(in), in.u64("code")});
}
Effect datagram(const Fields& in) {
  return Event(DatagramReceived{session(in), type(in), in.bytes("bytes")});
}
Effect address_changed(const Fields& in) {
  return Addressed{PeerAddressChanged{session(in), {}}, in.text("address")};
}
Effect peer_error(const Fields& in) {
  return Event(PeerError{session(in), in.u64("code"), hex_text(in)});
}
Effect closed(const Fields& in) {
  return Event(Closed{session(in), reason(in), in.flag("by_peer"), in.u64("code"), hex_text(in)});
}
Effect stopped(const Fields&) {
  return Event(Stopped{});
}
Effect drop(const Fields& in) {
  return Dropped{in.text("reason")};
}

struct EffectName {
  std::string_view name;
  Effect (*read)(const Fields& in);
};
constexpr std::array effect_names{
    EffectName{"transmit", transmit},
    EffectName{"connected", connected},
    EffectName{"connect_failed", connect_failed},
    EffectName{"stream_opened", stream_opened},
    EffectName{"data", data},
    EffectName{"writable", writable},
    EffectName{"finished", finished},
    EffectName{"stream_reset", stream_reset},
    EffectName{"stream_closed", stream_closed},
    EffectName{"datagram", datagram},
    EffectName{"address_changed", address_changed},
    EffectName{"peer_error", peer_error},
    EffectName{"closed", closed},
    EffectName{"stopped", stopped},
    EffectName{"drop", drop},
};

Effect read_effect(const json& effect) {
  const Fields in(effect);
  const std::string name = in.text("effect");
  const auto known = std::ranges::find(effect_names, name, &EffectName::name);
  if (known == effect_names.end()) throw AdapterError("there is no effect \"" + name + "\"");
  try {
    return known->read(in);
  } catch (const AdapterError& error) {
    throw AdapterError("effect " + name + ": " + error.what());
  }
}

}  // namespace

std::vector<Effect> read_effects(const json& reply) {
  const json& list = Fields(reply).at("effects");
  if (!list.is_array()) throw AdapterError("effects: a list is needed");
  std::vector<Effect> effects;
  effects.reserve(list.size());
  for (const json& each : list) effects.push_back(read_effect(each));
  return effects;
}

std::optional<Instant> read_timer(const json& reply) {
  const Fields in(reply);
  if (in.at("timer").is_null()) return std::nullopt;
  return Instant{} + std::chrono::microseconds(in.number("timer", number_max));
}

Errc read_reason(const json& reply) {
  return reason(Fields(reply));
}

}  // namespace stt::conform

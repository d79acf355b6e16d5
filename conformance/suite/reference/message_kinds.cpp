// The plaintext payloads of frames.
#include <array>

#include <conformance/suite/reference/kinds.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/handshake_message.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

constexpr std::string_view stage = "message";

json describe(const wire::Hello& message) {
  return {{"versions", to_hex(message.versions)},   {"suites", to_hex(message.suites)},
          {"nonce", to_hex(message.nonce)},         {"node_id", to_hex(message.node_id.bytes)},
          {"ephemeral", to_hex(message.ephemeral)}, {"padding", message.padding_bytes}};
}
json describe(const wire::ResponseMessage& message) {
  return {{"version", message.version},
          {"suite", message.suite},
          {"nonce", to_hex(message.nonce)},
          {"node_id", to_hex(message.node_id.bytes)},
          {"ephemeral", to_hex(message.ephemeral)},
          {"challenge", to_hex(message.challenge)}};
}
json describe(const wire::AuthMessage& message) {
  return {{"session_id", to_hex(message.session_id.bytes)},
          {"signature", to_hex(message.signature)},
          {"parameters", to_hex(message.parameters)}};
}

template <class Message>
json answer(const Result<Message>& message) {
  if (!message) return reject(stage, message.error());
  return accept(describe(*message));
}

json handshake_decode(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  const std::string message = in.text("message");
  if (message == "hello") return answer(wire::decode_hello(bytes));
  if (message == "response") return answer(wire::decode_response(bytes));
  if (message == "auth_proof") {
    return answer(wire::decode_auth(bytes, wire::HandshakeType::auth_proof));
  }
  if (message == "final") return answer(wire::decode_auth(bytes, wire::HandshakeType::final));
  throw AdapterError("message: hello, response, auth_proof or final");
}

struct ParameterName {
  const char* name;
  std::uint64_t wire::Parameters::* member;
};
constexpr std::array parameter_names{
    ParameterName{"initial_session_credit", &wire::Parameters::initial_session_credit},
    ParameterName{"initial_stream_credit", &wire::Parameters::initial_stream_credit},
    ParameterName{"max_streams", &wire::Parameters::max_streams},
    ParameterName{"max_frame_bytes", &wire::Parameters::max_frame_bytes},
    ParameterName{"max_message_bytes", &wire::Parameters::max_message_bytes},
    ParameterName{"idle_timeout_ms", &wire::Parameters::idle_timeout_ms},
    ParameterName{"max_ack_delay_ms", &wire::Parameters::max_ack_delay_ms},
    ParameterName{"keep_alive_ms", &wire::Parameters::keep_alive_ms},
};

json parameters_decode(const Fields& in) {
  const auto parameters = wire::decode_parameters(in.bytes("bytes"));
  if (!parameters) return reject(stage, parameters.error());
  json out;
  for (const auto& [name, member] : parameter_names) out[name] = decimal((*parameters).*member);
  return accept(out);
}

json parameters_encode(const Fields& in) {
  wire::Parameters parameters;
  for (const auto& [name, member] : parameter_names) parameters.*member = in.u64(name);
  if (const auto checked = wire::check(parameters); !checked) {
    return reject("parameters", checked.error());
  }
  return accept({{"bytes", encoded_hex(parameters)}});
}

struct DescribeControl {
  json operator()(const wire::Ack& message) const {
    json ranges = json::array();
    for (const wire::SequenceRange& range : message.ranges) {
      ranges.push_back({decimal(range.first.value()), decimal(range.last.value())});
    }
    return {{"message", "ack"}, {"delay_us", decimal(message.delay_us)}, {"ranges", ranges}};
  }
  json operator()(const wire::Ping& message) const {
    return {{"message", "ping"}, {"padding", message.padding_bytes}};
  }
  json operator()(const wire::Pong& message) const {
    return {{"message", "pong"}, {"sequence", decimal(message.sequence.value())}};
  }
  json operator()(const wire::SessionCredit& message) const {
    return {{"message", "session_credit"}, {"position", decimal(message.position)}};
  }
  json operator()(const wire::PathChallenge& message) const {
    return {{"message", "path_challenge"}, {"data", to_hex(message.data)}};
  }
  json operator()(const wire::PathResponse& message) const {
    return {{"message", "path_response"}, {"data", to_hex(message.data)}};
  }
  json operator()(const wire::Close& message) const {
    return {
        {"message", "close"}, {"code", decimal(message.code)}, {"reason", to_hex(message.reason)}};
  }
  json operator()(const wire::Error& message) const {
    return {
        {"message", "error"}, {"code", decimal(message.code)}, {"reason", to_hex(message.reason)}};
  }
};

json control_decode(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  const auto message = wire::decode_control(bytes);
  if (!message) return reject(stage, message.error());
  return accept(std::visit(DescribeControl{}, *message));
}

wire::Ack ack_of(const Fields& in) {
  wire::Ack ack{.delay_us = in.u64("delay_us"), .ranges = {}};
  const json& ranges = in.at("ranges");
  if (!ranges.is_array() || ranges.empty() || ranges.size() > wire::ack_ranges_max) {
    throw AdapterError("ranges: a list of 1 to 64 pairs is needed");
  }
  for (const json& range : ranges) {
    const json pair = {{"pair", range}};
    const auto ends = Fields(pair).u64_list("pair");
    if (ends.size() != 2 || ends[0] > ends[1])
      throw AdapterError("ranges: [first, last] is needed");
    const std::uint64_t below = ack.ranges.empty() ? 0 : ack.ranges.back().first.value();
    if (!ack.ranges.empty() && (below < 2 || ends[1] > below - 2)) {
      throw AdapterError("ranges: they fall, with a sequence between two");
    }
    ack.ranges.push_back({Sequence(ends[0]), Sequence(ends[1])});
  }
  return ack;
}

json control_encode(const Fields& in) {
  const auto encoded = [](const auto& message) {
    return accept({{"bytes", encoded_hex(wire::ControlMessage(message))}});
  };
  const std::string message = in.text("message");
  if (message == "ack") return encoded(ack_of(in));
  if (message == "ping") {
    return encoded(wire::Ping{static_cast<std::size_t>(in.number("padding", 65'507))});
  }
  if (message == "pong") return encoded(wire::Pong{Sequence(in.u64("sequence"))});
  if (message == "session_credit") return encoded(wire::SessionCredit{in.u64("position")});
  if (message == "path_challenge") return encoded(wire::PathChallenge{in.array<8>("data")});
  if (message == "path_response") return encoded(wire::PathResponse{in.array<8>("data")});
  if (message != "close" && message != "error") throw AdapterError("message: is not known");
  const Bytes reason = in.bytes("reason");
  if (reason.size() > wire::reason_bytes_max) throw AdapterError("reason: at most 256 bytes");
  if (message == "close") return encoded(wire::Close{in.u64("code"), reason});
  return encoded(wire::Error{in.u64("code"), reason});
}

struct DescribeStreamControl {
  json operator()(const wire::StreamOpen&) const { return {{"message", "open"}}; }
  json operator()(const wire::StreamClose& message) const {
    return {{"message", "close"}, {"final_position", decimal(message.final_position.value())}};
  }
  json operator()(const wire::StreamReset& message) const {
    return {{"message", "reset"},
            {"code", decimal(message.code)},
            {"final_position", decimal(message.final_position.value())}};
  }
  json operator()(const wire::StreamCredit& message) const {
    return {{"message", "credit"}, {"position", decimal(message.position.value())}};
  }
  json operator()(const wire::StreamStop& message) const {
    return {{"message", "stop"}, {"code", decimal(message.code)}};
  }
};

json data_decode(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  const auto message = wire::decode_data(bytes);
  if (!message) return reject(stage, message.error());
  return accept({{"end_of_message", message->end_of_message},
                 {"offset", decimal(message->offset.value())},
                 {"bytes", to_hex(message->bytes)}});
}

json data_encode(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  const wire::DataMessage message{.end_of_message = in.flag("end_of_message"),
                                  .offset = Position(in.u64("offset")),
                                  .bytes = bytes};
  const std::uint64_t size = bytes.size() + (message.end_of_message ? 1U : 0U);
  if (size == 0 || message.offset.value() > UINT64_MAX - size) {
    throw AdapterError("this data message breaks a rule of streams: nobody sends it");
  }
  return accept({{"bytes", encoded_hex(message)}});
}

json stream_control_decode(const Fields& in) {
  const auto message = wire::decode_stream_control(in.bytes("bytes"));
  if (!message) return reject(stage, message.error());
  return accept(std::visit(DescribeStreamControl{}, *message));
}

json stream_control_encode(const Fields& in) {
  const auto encoded = [](const auto& message) {
    return accept({{"bytes", encoded_hex(wire::StreamControlMessage(message))}});
  };
  const std::string message = in.text("message");
  if (message == "open") return encoded(wire::StreamOpen{});
  if (message == "close") return encoded(wire::StreamClose{Position(in.u64("final_position"))});
  if (message == "reset") {
    return encoded(wire::StreamReset{in.u64("code"), Position(in.u64("final_position"))});
  }
  if (message == "credit") return encoded(wire::StreamCredit{Position(in.u64("position"))});
  if (message == "stop") return encoded(wire::StreamStop{in.u64("code")});
  throw AdapterError("message: is not known");
}

constexpr std::array kinds{
    Kind{"handshake.decode", handshake_decode},
    Kind{"parameters.decode", parameters_decode},
    Kind{"parameters.encode", parameters_encode},
    Kind{"control.decode", control_decode},
    Kind{"control.encode", control_encode},
    Kind{"data.decode", data_decode},
    Kind{"data.encode", data_encode},
    Kind{"stream_control.decode", stream_control_decode},
    Kind{"stream_control.encode", stream_control_encode},
};

}  // namespace

std::span<const Kind> message_kinds() {
  return kinds;
}

}  // namespace stt::conform

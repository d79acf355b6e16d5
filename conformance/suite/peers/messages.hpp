// Messages of session frames between their bytes and the words of a case, see vectors/README.md.
#pragma once

#include <optional>

#include <nlohmann/json.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/frame.hpp>

namespace stt::conform::peers {

// What a frame carries, before it is sealed.
struct Content {
  wire::FrameType type{};
  StreamId stream;
  Bytes payload;
};

// {"frame":"ping"}, {"frame":"data","stream":1,...}. Throws SuiteError for words that are not
// known.
Content content_of(const nlohmann::json& words);
// The same the other way round, with "sent" in place of "frame"; nothing if it does not decode.
std::optional<nlohmann::json> describe(const Content& content);
// "616263", or {"pattern": 1000}: that many bytes that differ.
Bytes read_bytes(const nlohmann::json& value);
// A number, a decimal string, or the name of an error.
std::uint64_t read_code(const nlohmann::json& value);

template <class Message>
Bytes encoded(const Message& message) {
  Bytes bytes(encoded_size(message));
  wire::Writer writer(bytes);
  encode(writer, message);
  return bytes;
}

}  // namespace stt::conform::peers

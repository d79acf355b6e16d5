// What a node tells its application, in the words of docs/adapter-protocol.md.
#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include <stt/node/event.hpp>
#include <stt/node/node.hpp>

namespace stt::conform {

// Nothing for StreamReadable, which only some peers are told.
std::optional<nlohmann::json> effect_of(const Event& event);
nlohmann::json data_effect(SessionHandle session, StreamId stream, const ReadPart& part,
                           ByteView bytes);
nlohmann::json readable_effect(const StreamReadable& event);
nlohmann::json drop_effect(Errc reason);

}  // namespace stt::conform

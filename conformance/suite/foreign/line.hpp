// The lines that carry requests and replies: JSON objects with an id.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace stt::conform {

// `message`, an object without an id, as a line with its end.
std::string numbered_line(std::uint64_t id, const nlohmann::json& message);
// The reply that a line holds, without its id. Throws ForeignError: not_json, wrong_id, chatty.
nlohmann::json reply_of_line(std::string_view line, std::uint64_t id);
// A JSON value that is not nested deeper than anything in the protocol; discarded if it is none.
nlohmann::json parse_bounded(std::string_view text);

}  // namespace stt::conform

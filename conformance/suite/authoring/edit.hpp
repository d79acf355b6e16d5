// One change to the "in" of a case, and the words that describe it. A negative case is a positive
// one with one edit; because both come from here, the words and the bytes agree.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace stt::conform {

struct Edit {
  std::string text;
  std::function<void(nlohmann::json& in)> apply;
};

// In the bytes of `field`: from byte `at` on, `was` becomes `now` (hex, any of them may be empty).
// Throws SuiteError if `was` is not what stands there.
Edit replace(const char* field, std::size_t at, std::string_view was, std::string_view now);
// The lowest bit of byte `at` changes.
Edit flip(const char* field, std::size_t at);
// The last `count` bytes go.
Edit cut(const char* field, std::size_t count);
// Bytes are added at the end.
Edit extend(const char* field, std::string_view hex);
// Another value, or a member more.
Edit set(const char* field, nlohmann::json value);
// One element more at the end of a list.
Edit push(const char* field, nlohmann::json value);
// A change below a seal, or one that needs more words: the new value of `field` is given whole.
Edit described(std::string text, const char* field, nlohmann::json value);

// `hex` repeated.
std::string times(std::size_t count, std::string_view hex);

}  // namespace stt::conform

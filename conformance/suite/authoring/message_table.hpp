// Rows of the tables of messages.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/authoring/author.hpp>

namespace stt::conform {

// A negative; `base` is the part of an id behind the slash.
struct BadMessage {
  const char* id;
  const char* base;
  Edit edit;
  Errc reason;
  std::vector<std::string> requirements;
  const char* why;
};

inline void refuse_all(Author& author, const std::string& kind,
                       const std::vector<BadMessage>& list) {
  for (const BadMessage& bad : list) {
    author.reject(kind + "/" + bad.id, (kind + "/" + bad.base).c_str(), bad.edit,
                  {"message", bad.reason}, {bad.why, bad.requirements});
  }
}

// A message whose bytes and fields are known.
struct KnownMessage {
  const char* id;
  const char* requirement;
  const char* why;
  std::string bytes;
  nlohmann::json fields;
};

// Each as a case of <kind>.decode and one of <kind>.encode.
inline void add_both_ways(Author& author, const std::string& kind,
                          const std::vector<KnownMessage>& messages) {
  for (const KnownMessage& one : messages) {
    const nlohmann::json bytes = {{"bytes", one.bytes}};
    author.known(kind + ".decode/" + one.id, {one.why, {one.requirement}}, bytes, one.fields);
    author.known(kind + ".encode/" + one.id, {one.why, {one.requirement}}, one.fields, bytes);
  }
}

}  // namespace stt::conform

// One case of the suite, as it stands in vectors/<kind>/*.json.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace stt::conform {

struct Case {
  std::string id;  // "frame.decode/length-overlong"; permanent
  std::string since;
  std::string level;  // "must", "should" or "may"
  std::vector<std::string> requirements;
  std::string kind;  // "frame.decode"
  std::string why;
  nlohmann::json in;
  // {"accept":{...}} | {"reject":{"stage":...,"reason":[...]}} | {"need_more":{"at_least":n}}
  // | {"choice":{"point":"replay.window","options":{NAME: one of the three, ...}}}
  nlohmann::json expect;
  std::string base;  // of a negative: the positive case that it is one edit away from
  std::string edit;
};

struct Suite {
  std::string version;       // of the expectations, semantic versioning
  std::size_t promised = 0;  // cases, by the manifest
  std::vector<Case> cases;   // by id
};

// What is wrong with a file of vectors, with the file's name and the JSON pointer.
class SuiteError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads manifest.json and every case below `folder`. Throws SuiteError.
Suite load_suite(const std::filesystem::path& folder);

}  // namespace stt::conform

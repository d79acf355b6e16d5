// Where two pieces of JSON differ, for people: member by member, and bytes as a dump.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace stt::conform {

// A member that is not the same on both sides; null where one side does not have it.
struct Difference {
  std::string member;  // a JSON pointer, as in "/frames/0/payload"
  nlohmann::json left;
  nlohmann::json right;

  // Whether both sides are bytes in hex, so that a dump says more than two long texts.
  bool is_of_bytes() const;
};

std::vector<Difference> compare(const nlohmann::json& left, const nlohmann::json& right);

// One line of a dump: up to 16 bytes of either side.
struct DumpLine {
  std::size_t at = 0;             // of the first byte
  std::vector<std::string> left;  // bytes, as "5a"
  std::vector<std::string> right;
  std::vector<bool> differs;  // by column, as many as the longer side has
};

// The lines in which two texts of hex digits differ, at most `lines_max`.
std::vector<DumpLine> dump_differences(std::string_view left, std::string_view right,
                                       std::size_t lines_max);

}  // namespace stt::conform

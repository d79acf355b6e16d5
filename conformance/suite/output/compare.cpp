#include <conformance/suite/output/compare.hpp>

#include <algorithm>
#include <set>

namespace stt::conform {
namespace {

using nlohmann::json;

constexpr std::size_t bytes_a_line = 16;
constexpr std::size_t decimal_digits_max = 20;  // of 2^64-1

bool is_bytes(const json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  // Of a short text without a letter nobody knows whether it is a number.
  const bool may_be_number = text.size() <= decimal_digits_max &&
                             text.find_first_not_of("0123456789") == std::string::npos;
  return !text.empty() && !may_be_number && text.size() % 2 == 0 &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<std::string> bytes_of_line(std::string_view hex, std::size_t at) {
  std::vector<std::string> bytes;
  for (std::size_t i = at; i < at + bytes_a_line && 2 * i + 1 < hex.size(); ++i) {
    bytes.emplace_back(hex.substr(2 * i, 2));
  }
  return bytes;
}

}  // namespace

bool Difference::is_of_bytes() const {
  return is_bytes(left) && is_bytes(right);
}

std::vector<Difference> compare(const json& left, const json& right) {
  if (!left.is_structured() || !right.is_structured()) {
    if (left == right) return {};
    return {{"", left, right}};
  }
  const json flat_left = left.flatten();
  const json flat_right = right.flatten();
  std::set<std::string> members;
  for (const json* side : {&flat_left, &flat_right}) {
    for (const auto& [member, ignored] : side->items()) members.insert(member);
  }
  std::vector<Difference> differences;
  for (const std::string& member : members) {
    Difference one{member, flat_left.value(member, json()), flat_right.value(member, json())};
    if (one.left != one.right) differences.push_back(std::move(one));
  }
  return differences;
}

std::vector<DumpLine> dump_differences(std::string_view left, std::string_view right,
                                       std::size_t lines_max) {
  std::vector<DumpLine> lines;
  const std::size_t end = std::max(left.size(), right.size()) / 2;
  for (std::size_t at = 0; at < end && lines.size() < lines_max; at += bytes_a_line) {
    DumpLine line{at, bytes_of_line(left, at), bytes_of_line(right, at), {}};
    if (line.left == line.right) continue;
    for (std::size_t i = 0; i < std::max(line.left.size(), line.right.size()); ++i) {
      line.differs.push_back(i >= line.left.size() || i >= line.right.size() ||
                             line.left[i] != line.right[i]);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace stt::conform

#include <conformance/suite/lint.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include <conformance/suite/numbers.hpp>
#include <stt/base/errc.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// The member that the words of an edit begin with.
std::string field_of(const std::string& edit) {
  return edit.substr(0, edit.find_first_of(",:"));
}

// Hex as an edit says it; nothing if it was shortened.
std::optional<std::string> spoken_hex(const std::string& words) {
  if (words == "nothing") return "";
  if (words.find_first_not_of("0123456789abcdef") != std::string::npos) return std::nullopt;
  return words;
}

// The bytes after "BYTE: WAS becomes NOW".
std::optional<std::string> replaced(std::string hex, const std::smatch& words) {
  const auto was = spoken_hex(words[3]);
  const auto now = spoken_hex(words[4]);
  const std::size_t at = 2 * std::stoul(words[2]);
  if (!was || !now) return std::nullopt;
  if (hex.size() < at || hex.compare(at, was->size(), *was) != 0) return "";
  return hex.replace(at, was->size(), *now);
}

std::string flipped(std::string hex, std::size_t byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (hex.size() < 2 * (byte + 1)) return "";
  char& digit = hex[2 * byte + 1];
  digit = digits[digits.find(digit) ^ 1U];
  return hex;
}

// The value of the member after the edit; nothing if its words are prose.
std::optional<json> edited(const json& before, const std::string& edit) {
  static const std::regex replace(R"(([a-z_]+), byte (\d+): (.*) becomes (.*))");
  static const std::regex flip(R"(([a-z_]+), byte (\d+): its lowest bit changes)");
  static const std::regex cut(R"(([a-z_]+): the last (\d+) bytes go)");
  static const std::regex extend(R"(([a-z_]+): (.*) is added at the end)");
  static const std::regex set(R"(([a-z_]+): becomes (.*))");
  std::smatch words;
  if (std::regex_match(edit, words, set)) return json::parse(words[2].str());
  if (std::regex_match(edit, words, extend) && before.is_array()) {
    json longer = before;
    longer.push_back(json::parse(words[2].str()));
    return longer;
  }
  if (!before.is_string()) return std::nullopt;
  const std::string hex = before;
  if (std::regex_match(edit, words, flip)) return flipped(hex, std::stoul(words[2]));
  if (std::regex_match(edit, words, cut)) {
    return hex.substr(0, hex.size() - std::min<std::size_t>(hex.size(), 2 * std::stoul(words[2])));
  }
  std::optional<std::string> after;
  if (std::regex_match(edit, words, replace)) after = replaced(hex, words);
  if (std::regex_match(edit, words, extend)) {
    after = spoken_hex(words[2]);
    if (after) after->insert(0, hex);
  }
  return after ? std::optional<json>(*after) : std::nullopt;
}

// Whether `now` differs from `before` in these members only.
bool differs_only_in(const std::vector<std::string>& members, json before, json now) {
  for (const std::string& member : members) {
    before.erase(member);
    now.erase(member);
  }
  return before == now;
}

// "frame 2, plaintext, byte 9: ...": the frames before it are those of the base, and it is not.
std::string fault_of_frame_edit(const Case& one, const Case& base, std::size_t number) {
  const json& before = base.in.at("frames");
  const json& now = one.in.at("frames");
  if (!differs_only_in({"frames"}, base.in, one.in)) return "more than frames differs";
  if (number == 0 || number > now.size() || number > before.size()) return "there is no such frame";
  for (std::size_t i = 0; i + 1 < number; ++i) {
    if (before[i] != now[i]) return "an earlier frame differs from its base";
  }
  return before[number - 1] == now[number - 1] ? "its edit changes nothing" : "";
}

// What is wrong with an edit; empty: nothing.
std::string fault_of_edit(const Case& one, const Case& base) {
  static const std::regex frame(R"(frame (\d+)[,:] .*)");
  std::smatch words;
  if (std::regex_match(one.edit, words, frame)) {
    return fault_of_frame_edit(one, base, std::stoul(words[1]));
  }
  const std::string field = field_of(one.edit);
  if (!one.in.contains(field)) return "its edit names no member of \"in\": " + one.edit;
  if (base.in == one.in) return "its edit changes nothing";
  std::vector<std::string> members{field};
  // Where a segment stands is said in a list of its own, and a record is sealed for its address.
  if (field == "segments") members.emplace_back("sequences");
  if (field == "address") members.emplace_back("record");
  if (!differs_only_in(members, base.in, one.in)) {
    return "its edit names " + field + ", and more differs from its base";
  }
  const auto after = edited(base.in.value(field, json()), one.edit);
  if (after && *after != one.in[field]) return "its edit says another thing than its bytes";
  return {};
}

std::string fault_of_base(const Case& one, const Case* base) {
  if (base == nullptr) return "its base " + one.base + " does not exist";
  if (is_negative(*base)) return "its base " + one.base + " is a negative";
  if (one.kind.starts_with("peer.")) return one.in == base->in ? "its edit changes nothing" : "";
  if (base->kind != one.kind) return "its base " + one.base + " is of another kind";
  return fault_of_edit(one, *base);
}

std::vector<std::string> reasons_of(const json& expect) {
  if (!expect.contains("reject")) return {};
  return expect["reject"].at("reason");
}

}  // namespace

std::vector<std::string> lint(const Suite& suite, const std::vector<std::string>& known) {
  std::map<std::string, const Case*> by_id;
  for (const Case& one : suite.cases) by_id.emplace(one.id, &one);
  std::set<std::string_view> errors;
  for (const ErrorInfo& error : all_errors()) errors.insert(error.name);
  std::vector<std::string> faults;
  const auto note = [&](const Case& one, const std::string& fault) {
    if (!fault.empty()) faults.push_back(one.id + ": " + fault);
  };
  for (const Case& one : suite.cases) {
    if (!one.base.empty()) {
      const auto base = by_id.find(one.base);
      note(one, fault_of_base(one, base == by_id.end() ? nullptr : base->second));
    }
    for (const std::string& reason : reasons_of(one.expect)) {
      if (!errors.contains(reason)) note(one, "there is no error " + reason);
    }
    for (const std::string& requirement : one.requirements) {
      if (!known.empty() && std::ranges::find(known, requirement) == known.end()) {
        note(one, "there is no requirement " + requirement);
      }
    }
  }
  return faults;
}

}  // namespace stt::conform

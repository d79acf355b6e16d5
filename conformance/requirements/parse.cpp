#include <cctype>
#include <optional>

#include <conformance/requirements/requirements.hpp>
#include <nlohmann/json.hpp>

namespace stt::requirements {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The id at the start of `text`: STT-AREA-nnn, and nothing that would make it longer.
std::optional<std::string> id_at(std::string_view text) {
  if (!text.starts_with("STT-")) return std::nullopt;
  std::size_t at = 4;
  while (at < text.size() && is_upper(text[at])) ++at;
  if (at == 4 || at + 4 > text.size() || text[at] != '-') return std::nullopt;
  for (std::size_t i = 1; i <= 3; ++i) {
    if (!is_digit(text[at + i])) return std::nullopt;
  }
  at += 4;
  if (at < text.size() && (is_digit(text[at]) || is_upper(text[at]))) return std::nullopt;
  return std::string(text.substr(0, at));
}

// The lines of a text one after the other, counted from 1.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const std::size_t end = rest_.find('\n');
    line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++number_;
    return true;
  }
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The level named by the only key word of `text`; nothing if there is none, or more than one.
std::optional<Level> level_of(std::string_view text) {
  std::optional<Level> found;
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])) != 0) {
      word += text[i];
      continue;
    }
    std::optional<Level> level;
    if (word == "MUST") level = Level::must;
    if (word == "SHOULD") level = Level::should;
    if (word == "MAY") level = Level::may;
    word.clear();
    if (level && found) return std::nullopt;
    if (level) found = level;
  }
  return found;
}

constexpr std::string_view item_start = "- **";

// "- **STT-X-001** (sources) text" taken apart; the place is filled in by the caller.
std::optional<Requirement> parse_item(std::string_view line) {
  line.remove_prefix(item_start.size());
  const auto id = id_at(line);
  if (!id) return std::nullopt;
  line.remove_prefix(id->size());
  if (!line.starts_with("** (")) return std::nullopt;
  const std::size_t end = line.find(") ");
  if (end == std::string_view::npos || end == 4) return std::nullopt;
  Requirement requirement;
  requirement.id = *id;
  requirement.sources = line.substr(4, end - 4);
  requirement.text = trim(line.substr(end + 2));
  return requirement;
}

}  // namespace

Found<Requirement> parse_page(std::string_view text, const std::string& file) {
  Found<Requirement> found;
  bool in_item = false;
  Lines lines(text);
  std::string_view line;
  while (lines.next(line)) {
    if (in_item && line.starts_with("  ") && !trim(line).empty()) {
      found.items.back().text += " " + std::string(trim(line));
      continue;
    }
    in_item = false;
    if (!line.starts_with("- **STT-")) continue;
    auto requirement = parse_item(line);
    if (!requirement) {
      found.problems.push_back({{file, lines.number()}, "not the form of a requirement"});
      continue;
    }
    requirement->place = {file, lines.number()};
    found.items.push_back(std::move(*requirement));
    in_item = true;
  }
  for (Requirement& requirement : found.items) {
    if (const auto level = level_of(requirement.text)) {
      requirement.level = *level;
    } else {
      found.problems.push_back(
          {requirement.place, requirement.id + " needs exactly one of MUST, SHOULD and MAY"});
    }
  }
  return found;
}

Found<Citation> parse_source(std::string_view text, const std::string& file, bool may_test) {
  Found<Citation> found;
  Lines lines(text);
  std::string_view line;
  while (lines.next(line)) {
    std::string_view comment = trim(line);
    if (comment.starts_with("//= STT-")) {
      comment.remove_prefix(4);
    } else if (comment.starts_with("#= STT-")) {
      comment.remove_prefix(3);
    } else {
      continue;
    }
    const Place place{file, lines.number()};
    const auto id = id_at(comment);
    const std::string_view rest = id ? trim(comment.substr(id->size())) : std::string_view();
    if (!id || (!rest.empty() && rest != "test")) {
      found.problems.push_back({place, "a citation is //= STT-AREA-nnn, or that and ' test'"});
      continue;
    }
    const bool is_test = rest == "test";
    if (is_test && !may_test) {
      found.problems.push_back({place, "a test is cited in a file that is not a test"});
      continue;
    }
    found.items.push_back({*id, place, is_test});
  }
  return found;
}

Found<Citation> parse_vectors(std::string_view text, const std::string& file) {
  constexpr std::string_view key = "\"requirements\"";
  Found<Citation> found;
  bool in_list = false;  // between '[' and ']' of a "requirements"
  Lines lines(text);
  std::string_view line;
  while (lines.next(line)) {
    const Place place{file, lines.number()};
    while (!line.empty()) {
      if (!in_list) {
        const std::size_t start = line.find(key);
        if (start == std::string_view::npos) break;
        line = trim(line.substr(start + key.size()));
        if (line.starts_with(":")) line = trim(line.substr(1));
        if (!line.starts_with("[")) continue;
        in_list = true;
        line.remove_prefix(1);
      }
      const std::size_t next = line.find_first_of("\"]");
      if (next == std::string_view::npos) break;
      const bool ends = line[next] == ']';
      line.remove_prefix(next + 1);
      if (ends) {
        in_list = false;
        continue;
      }
      const std::size_t close = line.find('"');
      const std::string_view word = line.substr(0, close);
      if (const auto id = id_at(word); id && *id == word) {
        found.items.push_back({*id, place, true});
      } else {
        found.problems.push_back({place, "not a requirement id: " + std::string(word)});
      }
      line.remove_prefix(close == std::string_view::npos ? line.size() : close + 1);
    }
  }
  return found;
}

Found<Exception> parse_exceptions(std::string_view text, const std::string& file) {
  Found<Exception> found;
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("exceptions") ||
      !document["exceptions"].is_array()) {
    found.problems.push_back({{file, 1}, "needs a list \"exceptions\""});
    return found;
  }
  const auto field = [](const nlohmann::json& entry, const char* key) {
    return entry.is_object() && entry.contains(key) && entry[key].is_string()
               ? entry[key].get<std::string>()
               : std::string();
  };
  for (const auto& entry : document["exceptions"]) {
    const std::string because = field(entry, "because");
    const std::string until = field(entry, "until");
    const auto patterns =
        entry.is_object() ? entry.value("requirements", nlohmann::json()) : nlohmann::json();
    if (because.empty() || until.empty() || !patterns.is_array() || patterns.empty()) {
      found.problems.push_back(
          {{file, 1}, "an exception needs requirements, because and until: " + entry.dump()});
      continue;
    }
    for (const auto& pattern : patterns) {
      if (pattern.is_string()) {
        found.items.push_back({pattern.get<std::string>(), because, until});
      } else {
        found.problems.push_back({{file, 1}, "not a requirement: " + pattern.dump()});
      }
    }
  }
  return found;
}

bool matches(std::string_view pattern, std::string_view id) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == id;
  if (!id.starts_with(pattern.substr(0, star))) return false;
  for (std::size_t at = star; at <= id.size(); ++at) {
    if (matches(pattern.substr(star + 1), id.substr(at))) return true;
  }
  return false;
}

}  // namespace stt::requirements

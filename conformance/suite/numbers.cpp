#include <conformance/suite/numbers.hpp>

#include <algorithm>
#include <array>
#include <regex>
#include <set>

#include <stt/base/errc.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// Members whose texts are numbers, by vectors/README.md.
constexpr std::array number_members{"value",
                                    "sequence",
                                    "sequences",
                                    "epoch",
                                    "offset",
                                    "position",
                                    "final_position",
                                    "code",
                                    "delay_us",
                                    "ranges",
                                    "acknowledged",
                                    "skipped",
                                    "size",
                                    "max_streams",
                                    "max_frame_bytes",
                                    "max_message_bytes",
                                    "keep_alive_ms",
                                    "idle_timeout_ms",
                                    "max_ack_delay_ms",
                                    "initial_session_credit",
                                    "initial_stream_credit",
                                    "count"};

bool is_number_member(const std::string& name) {
  return std::ranges::find(number_members, name) != number_members.end();
}

bool is_bytes(const std::string& text) {
  return !text.empty() && text.size() % 2 == 0 &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Whether bytes stand anywhere in `value`, the member `name` of something.
bool has_bytes(const json& value, const std::string& name) {
  if (value.is_string()) return !is_number_member(name) && is_bytes(value);
  if (!value.is_structured()) return false;
  for (const auto& [member, inner] : value.items()) {
    if (has_bytes(inner, value.is_array() ? name : member)) return true;
  }
  return false;
}

// `value` with every number replaced by the same one, and every byte, if `bytes_too`.
json without_numbers(const json& value, const std::string& name, bool bytes_too) {
  if (value.is_number()) return 0;
  if (value.is_string()) {
    if (is_number_member(name)) return 0;
    return bytes_too && is_bytes(value) ? json("bytes") : value;
  }
  if (!value.is_structured()) return value;
  json out = value;
  for (const auto& [member, inner] : value.items()) {
    json& slot = value.is_array() ? out[std::stoul(member)] : out[member];
    slot = without_numbers(inner, value.is_array() ? name : member, bytes_too);
  }
  return out;
}

std::string without_numbers(const std::string& words) {
  static const std::regex number(R"(\b(?:[0-9a-f]*\d[0-9a-f]*|(?:[0-9a-f]{2})+)\b)");
  return std::regex_replace(words, number, "0");
}

// Cases of the same key count once.
std::string key_of(const Case& one) {
  const std::string outcome = one.expect.begin().key();
  if (!one.base.empty()) {
    return json{one.base, without_numbers(one.edit), one.expect}.dump();
  }
  const json& out = *one.expect.begin();
  const bool says_bytes = has_bytes(out, "");
  return json{one.kind, outcome, without_numbers(one.in, "", !says_bytes && !out.empty()),
              says_bytes ? json() : without_numbers(out, "", false)}
      .dump();
}

// Every text in `value`.
void collect(const json& value, std::set<std::string>& texts) {
  if (value.is_string()) texts.insert(value.get<std::string>());
  if (!value.is_structured()) return;
  for (const json& inner : value) collect(inner, texts);
}

// What no case can bring about: 2^64 rotations, each of which waits for an acknowledgement.
constexpr std::array<std::string_view, 1> out_of_reach{"session.epoch_exhausted"};

std::vector<std::string> missing_errors(const Suite& suite) {
  constexpr unsigned first_layer = 1;  // wire
  constexpr unsigned last_layer = 5;   // stream
  std::set<std::string> expected;
  for (const Case& one : suite.cases) {
    collect(one.expect, expected);
    // The steps of a peer say what has to happen.
    if (one.kind.starts_with("peer.")) collect(one.in, expected);
  }
  std::vector<std::string> missing;
  for (const ErrorInfo& error : all_errors()) {
    const unsigned layer = static_cast<unsigned>(error.code) >> 8U;
    if (layer < first_layer || layer > last_layer) continue;
    if (std::ranges::find(out_of_reach, error.name) != out_of_reach.end()) continue;
    if (!expected.contains(std::string(error.name))) missing.emplace_back(error.name);
  }
  return missing;
}

}  // namespace

bool is_negative(const Case& one) {
  return one.expect.contains("reject") || (one.expect.contains("accept") && !one.base.empty());
}

SuiteNumbers::Count SuiteNumbers::sum(const std::map<std::string, Count>& kinds) {
  Count all;
  for (const auto& [kind, one] : kinds) {
    all.cases += one.cases;
    all.counted += one.counted;
    all.negatives += one.negatives;
  }
  return all;
}

SuiteNumbers count(const Suite& suite) {
  SuiteNumbers numbers;
  std::set<std::string> seen;
  for (const Case& one : suite.cases) {
    auto& kinds = one.kind.starts_with("peer.") ? numbers.peers : numbers.vectors;
    SuiteNumbers::Count& kind = kinds[one.kind];
    ++kind.cases;
    if (!seen.insert(key_of(one)).second) continue;
    ++kind.counted;
    kind.negatives += is_negative(one) ? 1 : 0;
  }
  numbers.errors_missing = missing_errors(suite);
  return numbers;
}

}  // namespace stt::conform

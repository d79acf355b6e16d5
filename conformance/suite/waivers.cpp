#include <conformance/suite/waivers.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <conformance/requirements/requirements.hpp>
#include <conformance/suite/files.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;
using requirements::matches;

constexpr std::string_view date_form = "dddd-dd-dd";

bool is_date(std::string_view text) {
  return std::ranges::equal(text, date_form, [](char c, char form) {
    return form == 'd' ? c >= '0' && c <= '9' : c == form;
  });
}

Waiver read_waiver(const json& document) {
  for (const auto& [member, ignored] : document.items()) {
    if (member != "id" && member != "verdict" && member != "because" && member != "until") {
      throw WaiverError("there is no \"" + member + "\"");
    }
  }
  Waiver out{.pattern = document.at("id"),
             .verdict = verdict_named(document.at("verdict").get<std::string>()),
             .because = document.at("because"),
             .until = document.at("until")};
  const Standing counts_as = standing(out.verdict);
  if (counts_as != Standing::unexpected && counts_as != Standing::not_exercised) {
    throw WaiverError(fmt::format("\"{}\" needs no waiver", name(out.verdict)));
  }
  if (out.because.empty()) throw WaiverError("\"because\" is empty");
  if (!is_date(out.until)) throw WaiverError("\"until\" is a day, as in 2027-03-01");
  return out;
}

// What is wrong with a waiver, whatever the results are; empty: nothing.
std::string fault(const Waiver& waiver, const Suite& suite, const std::string& today) {
  if (std::ranges::none_of(suite.cases,
                           [&](const Case& one) { return matches(waiver.pattern, one.id); })) {
    return "matches no case";
  }
  return waiver.until < today ? "expired on " + waiver.until : "";
}

}  // namespace

std::vector<Waiver> load_waivers(const std::filesystem::path& file) {
  if (file.empty()) return {};
  std::string text;
  try {
    text = read_file(file);
  } catch (const SuiteError& error) {
    throw WaiverError(error.what());
  }
  return parse_waivers(text);
}

std::vector<Waiver> parse_waivers(const std::string& text) {
  std::vector<Waiver> waivers;
  std::size_t number = 0;
  try {
    const json document = json::parse(text);
    if (!document.is_array()) throw WaiverError("is no list");
    for (const json& one : document) {
      ++number;
      waivers.push_back(read_waiver(one));
    }
  } catch (const std::exception& error) {
    throw WaiverError(number == 0 ? error.what()
                                  : fmt::format("waiver {}: {}", number, error.what()));
  }
  return waivers;
}

std::vector<std::string> apply_waivers(const std::vector<Waiver>& waivers, const Suite& suite,
                                       const std::string& today, std::vector<ResultRow>& rows) {
  std::vector<std::string> faults;
  for (const Waiver& waiver : waivers) {
    std::string wrong = fault(waiver, suite, today);
    const bool has_effect = wrong.empty();
    for (ResultRow& row : rows) {
      if (!has_effect || !matches(waiver.pattern, row.id)) continue;
      if (row.verdict == waiver.verdict) row.waiver = waiver.because;
      if (wrong.empty() && is_expected(row.verdict)) wrong = "covers " + row.id + ", which passes";
    }
    if (!wrong.empty()) faults.push_back("the waiver of " + waiver.pattern + " " + wrong);
  }
  return faults;
}

}  // namespace stt::conform

#include <conformance/suite/output/page_section.hpp>

#include <conformance/suite/output/matrix.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

using Places = std::map<std::string, std::size_t>;  // of cases, by id

std::string_view word(Standing standing) {
  switch (standing) {
    case Standing::expected: return "expected";
    case Standing::unexpected: return "unexpected";
    case Standing::unsupported: return "unsupported";
    case Standing::not_exercised: break;
  }
  return "not-exercised";
}

// The cases as columns, in the order of their ids, and where each one stands in them.
json columns(const std::vector<Results>& all, const Background& background, Places& places) {
  std::map<std::string, const ResultRow*> rows;
  for (const Results& results : all) {
    for (const ResultRow& row : results.rows) rows.emplace(row.id, &row);
  }
  json cases;
  static const Case unknown;  // to a suite that has dropped it since
  for (const auto& [id, row] : rows) {
    places.emplace(id, places.size());
    const Case* found = background.find(id);
    const Case& one = found == nullptr ? unknown : *found;
    cases["id"].push_back(id);
    cases["level"].push_back(row->level);
    cases["requirements"].push_back(row->requirements);
    cases["why"].push_back(one.why);
    cases["in"].push_back(one.in);
    cases["expected"].push_back(row->expected);
    cases["base"].push_back(one.base);
    cases["edit"].push_back(one.edit);
  }
  return cases;
}

json cited(const json& cases, const Background& background) {
  json words = json::object();
  for (const json& ids : cases.value("requirements", json::array())) {
    for (const std::string id : ids) {
      const auto found = background.requirements.find(id);
      if (found != background.requirements.end()) words[id] = found->second.text;
    }
  }
  return words;
}

// An answer that is the expected one to the byte says nothing more.
bool says_more(const ResultRow& row) {
  if (row.actual.is_null()) return false;
  if (standing(row) != Standing::expected || !row.waiver.empty()) return true;
  return !row.expected.contains("accept") || !row.actual.contains("out") ||
         row.expected["accept"] != row.actual["out"] || row.actual.contains("ladder");
}

json run(const Results& results, const Places& places) {
  json verdicts = std::vector<int>(places.size(), -1);
  json actual = json::object();
  json notes = json::object();
  json waivers = json::object();
  for (const ResultRow& row : results.rows) {
    const std::size_t place = places.at(row.id);
    const std::string key = std::to_string(place);
    verdicts[place] = static_cast<int>(row.verdict);
    if (says_more(row)) actual[key] = row.actual;
    if (!row.note.empty()) notes[key] = row.note;
    if (!row.waiver.empty()) waivers[key] = row.waiver;
  }
  const std::string& options = results.header.options;
  return {{"title", title(results.header)},
          {"suite", results.header.suite},
          {"replay", "stt conform run" + (options.empty() ? "" : " " + options)},
          {"verdict", std::move(verdicts)},
          {"actual", std::move(actual)},
          {"note", std::move(notes)},
          {"waiver", std::move(waivers)}};
}

}  // namespace

std::string page_section(const std::vector<Results>& all, const Background& background) {
  Places places;
  json section{{"kind", "conformance"}, {"title", "Conformance"}};
  section["cases"] = columns(all, background, places);
  section["requirements"] = cited(section["cases"], background);
  for (int i = 0; i <= static_cast<int>(last_verdict); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    section["verdicts"].push_back(name(verdict));
    section["standings"].push_back(word(standing(verdict)));
  }
  for (const Results& results : all) section["runs"].push_back(run(results, places));
  // What adapters said may be no UTF-8.
  return section.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace stt::conform

#include <conformance/suite/results.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include <fmt/format.h>

namespace stt::conform {

using nlohmann::json;

namespace {

constexpr int format_version = 1;

std::string line(const json& document) {
  return document.dump() + "\n";
}

// What an adapter says may hold bytes that are no UTF-8.
std::string as_utf8(const std::string& text) {
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
}

json to_json(const ResultHeader& header) {
  return {{"results", format_version},
          {"suite", header.suite},
          {"promised", header.promised},
          {"whole", header.whole},
          {"implementation", header.implementation},
          {"version", header.version},
          {"options", header.options}};
}

json to_json(const ResultRow& row) {
  json out{{"id", row.id},
           {"level", row.level},
           {"requirements", row.requirements},
           {"verdict", name(row.verdict)},
           {"expected", row.expected},
           {"actual", row.actual}};
  const auto put = [&](const char* member, const std::string& text) {
    if (!text.empty()) out[member] = text;
  };
  put("note", row.note);
  put("base", row.base);
  put("waiver", row.waiver);
  return out;
}

ResultHeader read_header(const json& document) {
  if (document.at("results") != format_version) {
    throw SuiteError("are results of another version of stt");
  }
  return {.suite = document.at("suite"),
          .promised = document.at("promised"),
          .whole = document.at("whole"),
          .implementation = document.at("implementation"),
          .version = document.at("version"),
          .options = document.at("options")};
}

ResultRow read_row(const json& document) {
  return {.id = document.at("id"),
          .level = document.at("level"),
          .requirements = document.at("requirements"),
          .verdict = verdict_named(document.at("verdict").get<std::string>()),
          .expected = document.at("expected"),
          .actual = document.at("actual"),
          .note = document.value("note", ""),
          .base = document.value("base", ""),
          .waiver = document.value("waiver", "")};
}

}  // namespace

std::vector<ResultRow> result_rows(const std::vector<Judgement>& judgements) {
  std::vector<ResultRow> rows;
  for (const auto& [one, answer] : judgements) {
    rows.push_back({.id = one->id,
                    .level = one->level,
                    .requirements = one->requirements,
                    .verdict = answer.verdict,
                    .expected = one->expect,
                    .actual = answer.actual,
                    .note = as_utf8(answer.note),
                    .base = one->base,
                    .waiver = {}});
  }
  return rows;
}

std::string to_lines(const Results& results) {
  std::string text = line(to_json(results.header));
  for (const ResultRow& row : results.rows) text += line(to_json(row));
  return text;
}

Results read_results(const std::filesystem::path& file) {
  std::ifstream stream(file);
  Results results;
  std::size_t number = 0;
  for (std::string text; std::getline(stream, text);) {
    ++number;
    const auto complain = [&](const std::exception& error) {
      return SuiteError(fmt::format("{}:{}: {}", file.string(), number, error.what()));
    };
    try {
      const json document = json::parse(text);
      if (number == 1) {
        results.header = read_header(document);
      } else {
        results.rows.push_back(read_row(document));
      }
    } catch (const json::exception& error) {
      throw complain(error);
    } catch (const std::invalid_argument& error) {
      throw complain(error);
    }
  }
  if (number == 0 || stream.bad()) throw SuiteError(file.string() + ": holds no results");
  return results;
}

Results merge(const std::vector<Results>& parts) {
  Results merged{.header = parts.at(0).header, .rows = {}};
  std::map<std::string, const ResultRow*> rows;
  for (const Results& part : parts) {
    const ResultHeader& header = part.header;
    if (header.suite != merged.header.suite ||
        header.implementation != merged.header.implementation ||
        header.version != merged.header.version) {
      throw SuiteError("results of two suites or implementations cannot be one");
    }
    merged.header.whole = merged.header.whole && header.whole;
    for (const ResultRow& row : part.rows) {
      const auto [known, is_new] = rows.emplace(row.id, &row);
      if (!is_new && *known->second != row) {
        throw Contradiction(row.id + ": the parts say two things of it");
      }
    }
  }
  for (const auto& [id, row] : rows) merged.rows.push_back(*row);
  return merged;
}

Standing standing(const ResultRow& row) {
  return row.waiver.empty() ? standing(row.verdict) : Standing::expected;
}

Totals total(const std::vector<ResultRow>& rows) {
  Totals totals;
  totals.total = rows.size();
  for (const ResultRow& row : rows) {
    switch (standing(row)) {
      case Standing::expected: ++totals.expected; break;
      case Standing::unexpected: ++totals.unexpected; break;
      case Standing::unsupported: ++totals.unsupported; break;
      case Standing::not_exercised: ++totals.not_exercised; break;
    }
  }
  return totals;
}

std::string summary(const Results& results) {
  const Totals totals = total(results.rows);
  return fmt::format(
      "conform: {} expected, {} unexpected, {} unsupported, {} not-exercised of {}; suite {}",
      totals.expected, totals.unexpected, totals.unsupported, totals.not_exercised, totals.total,
      results.header.suite);
}

Outcome outcome(const std::vector<ResultRow>& rows, bool is_short) {
  std::set<std::string> ids;
  for (const ResultRow& row : rows) ids.insert(row.id);
  bool unexpected = false;
  for (const ResultRow& row : rows) {
    const Standing counts_as = standing(row);
    if (counts_as == Standing::unexpected && row.verdict == Verdict::nondeterministic) {
      return Outcome::nondeterministic;
    }
    unexpected = unexpected || counts_as == Standing::unexpected ||
                 (counts_as == Standing::not_exercised && !ids.contains(row.base));
  }
  if (unexpected) return Outcome::unexpected;
  return is_short ? Outcome::too_few_cases : Outcome::as_expected;
}

}  // namespace stt::conform

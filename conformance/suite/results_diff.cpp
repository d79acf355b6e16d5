#include <conformance/suite/results_diff.hpp>

#include <map>

namespace stt::conform {
namespace {

std::map<std::string, const ResultRow*> by_id(const Results& results) {
  std::map<std::string, const ResultRow*> rows;
  for (const ResultRow& row : results.rows) rows.emplace(row.id, &row);
  return rows;
}

std::string shown(const ResultRow& row) {
  return std::string(name(row.verdict)) + (row.waiver.empty() ? "" : " (waived)");
}

// How good a result is: as expected, then what shows nothing, then what is unexpected.
int rank(const ResultRow& row) {
  switch (standing(row)) {
    case Standing::expected: return 0;
    case Standing::unsupported:
    case Standing::not_exercised: return 1;
    case Standing::unexpected: break;
  }
  return 2;
}

}  // namespace

ResultsDiff diff(const Results& before, const Results& after) {
  ResultsDiff out;
  const auto old_rows = by_id(before);
  const auto new_rows = by_id(after);
  for (const auto& [id, row] : new_rows) {
    const auto old_row = old_rows.find(id);
    if (old_row == old_rows.end()) {
      out.added.push_back({id, "", shown(*row)});
      out.is_worse = out.is_worse || standing(*row) == Standing::unexpected;
      continue;
    }
    const ResultRow& old = *old_row->second;
    const ResultsDiff::Change change{id, shown(old), shown(*row)};
    if (rank(*row) > rank(old)) {
      out.worse.push_back(change);
    } else if (rank(*row) < rank(old)) {
      out.fixed.push_back(change);
    } else if (change.before != change.after || row->actual != old.actual) {
      out.changed.push_back(change);
    }
  }
  for (const auto& [id, row] : old_rows) {
    if (!new_rows.contains(id)) out.removed.push_back({id, shown(*row), ""});
  }
  out.is_worse = out.is_worse || !out.worse.empty() || !out.removed.empty();
  return out;
}

}  // namespace stt::conform

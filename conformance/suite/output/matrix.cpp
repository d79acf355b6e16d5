#include <conformance/suite/output/matrix.hpp>

#include <vector>

#include <conformance/suite/selection.hpp>

namespace stt::conform {

std::string title(const ResultHeader& header) {
  return header.implementation + " " + header.version;
}

std::map<std::string, Totals> totals_by_group(const Results& results) {
  std::map<std::string, std::vector<ResultRow>> rows;
  for (const ResultRow& row : results.rows) rows[group_of(row.id)].push_back(row);
  std::map<std::string, Totals> totals;
  for (const auto& [group, members] : rows) totals[group] = total(members);
  return totals;
}

}  // namespace stt::conform

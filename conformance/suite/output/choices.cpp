#include <conformance/suite/output/choices.hpp>

#include <set>

#include <conformance/suite/judge.hpp>

namespace stt::conform {

std::map<std::string, std::string> choices_taken(const Results& results) {
  std::map<std::string, std::string> taken;
  std::set<std::string> contradicted;
  for (const ResultRow& row : results.rows) {
    const auto choice = row.expected.find("choice");
    if (choice == row.expected.end()) continue;
    const std::string point = choice->at("point");
    if (row.verdict == Verdict::choice) {
      Case one;
      one.kind = row.id.substr(0, row.id.find('/'));
      one.expect = row.expected;
      taken[point] = option_taken(one, row.actual);
    } else if (row.verdict == Verdict::fail) {
      contradicted.insert(point);
    }
  }
  for (const std::string& point : contradicted) taken.erase(point);
  return taken;
}

}  // namespace stt::conform

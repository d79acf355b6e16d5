#include <conformance/suite/output/junit.hpp>

#include <map>

#include <fmt/format.h>
#include <conformance/suite/output/markup.hpp>
#include <conformance/suite/selection.hpp>

namespace stt::conform {
namespace {

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;

  std::string attributes() const {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" time="0")", tests, failures, errors);
  }
};

bool is_failure(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::wrong_reason ||
         verdict == Verdict::overclaim;
}

// The element within a test case, and what it counts as; nothing for one that passed.
std::string result_of(const ResultRow& row, const ResultHeader& header,
                      const Background& background, Counts& counts) {
  const std::string verdict(name(row.verdict));
  switch (standing(row)) {
    case Standing::expected: return {};
    case Standing::unsupported:
    case Standing::not_exercised:
      ++counts.skipped;
      return fmt::format("<skipped>{}</skipped>", escaped(verdict + " " + row.note));
    case Standing::unexpected: break;
  }
  const bool failure = is_failure(row.verdict);
  ++(failure ? counts.failures : counts.errors);
  return fmt::format(R"(<{0} type="{1}" message="{1}">{2}</{0}>)", failure ? "failure" : "error",
                     verdict, escaped(describe_result(row, header, background)));
}

std::string test_case(const ResultRow& row, const std::string& result) {
  const std::size_t slash = row.id.find('/');
  const std::string start =
      fmt::format(R"(  <testcase classname="{}" name="{}" time="0")",
                  escaped(row.id.substr(0, slash)), escaped(row.id.substr(slash + 1)));
  return result.empty() ? start + "/>\n" : start + ">" + result + "</testcase>\n";
}

}  // namespace

std::string to_junit(const std::vector<Results>& all, const Background& background) {
  std::string suites;
  Counts total;
  for (const Results& results : all) {
    std::map<std::string, std::pair<Counts, std::string>> groups;
    for (const ResultRow& row : results.rows) {
      auto& [counts, text] = groups[group_of(row.id)];
      ++counts.tests;
      text += test_case(row, result_of(row, results.header, background, counts));
    }
    for (const auto& [group, entry] : groups) {
      const auto& [counts, text] = entry;
      suites += fmt::format(" <testsuite name=\"{}\" {} skipped=\"{}\">\n{} </testsuite>\n",
                            escaped(results.header.implementation + ": " + group),
                            counts.attributes(), counts.skipped, text);
      total.tests += counts.tests;
      total.failures += counts.failures;
      total.errors += counts.errors;
    }
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"stt conform\" {}>\n{}"
      "</testsuites>\n",
      total.attributes(), suites);
}

}  // namespace stt::conform

// What a run says, as a document: a header line, and a line of JSON for each case, by id. Two runs
// of one adapter write the same lines, whatever their jobs and shards.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <conformance/suite/runner.hpp>

namespace stt::conform {

// One line below the header.
struct ResultRow {
  std::string id;
  std::string level;
  std::vector<std::string> requirements;
  Verdict verdict{};
  nlohmann::json expected;  // as in a case
  nlohmann::json actual;    // the reply; null if there is none
  std::string note;
  std::string base;    // of a negative
  std::string waiver;  // why the verdict is put up with; empty: it is not
  bool operator==(const ResultRow&) const = default;
};

// The first line: what was run. It may differ between runs that find the same.
struct ResultHeader {
  std::string suite{};       // its version
  std::size_t promised = 0;  // cases, by the manifest
  bool whole = true;         // no filter; a shard of a whole run is whole
  std::string implementation{};
  std::string version{};
  std::string options{};  // of `stt conform run` that name the adapter; empty: the reference
};

struct Results {
  ResultHeader header;
  std::vector<ResultRow> rows;  // by id
};

// The rows of a run; the header is the caller's.
std::vector<ResultRow> result_rows(const std::vector<Judgement>& judgements);

// JSON Lines, each with its end of line.
std::string to_lines(const Results& results);
// Throws SuiteError, with the name of the file and the number of the line.
Results read_results(const std::filesystem::path& file);
// Shards of one run. Throws SuiteError if they are of two implementations or suites, and
// Contradiction if they say two things of one case.
Results merge(const std::vector<Results>& parts);

// One question, two answers.
class Contradiction : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Totals {
  std::size_t expected = 0;  // and waived
  std::size_t unexpected = 0;
  std::size_t unsupported = 0;
  std::size_t not_exercised = 0;
  std::size_t total = 0;
};

// How a row counts: a waived one is expected.
Standing standing(const ResultRow& row);
Totals total(const std::vector<ResultRow>& rows);
// "conform: N expected, N unexpected, N unsupported, N not-exercised of N; suite V"
std::string summary(const Results& results);

// What a run amounts to, the gravest first.
enum class Outcome { nondeterministic, unexpected, too_few_cases, as_expected };

// A case that was not exercised counts against the run if its base does not stand in it, where it
// would speak for itself. `is_short`: not all cases ran that should have.
Outcome outcome(const std::vector<ResultRow>& rows, bool is_short);

}  // namespace stt::conform

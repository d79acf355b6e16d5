// From the table of cases to the files below vectors/, and what is checked about them.
//
//   manifest.json            suite version, number of cases, SHA3-256 of every file
//   ids.lock                 id and digest of every case there ever was
//   <kind>/accept.json       the positives of a kind
//   <kind>/refuse.json       its negatives
//   <kind>/cases.json        written by hand, and kept as they are: peers, choices, what was found
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <conformance/suite/case.hpp>

namespace stt::conform {

inline constexpr const char* suite_version = "0.1.0";

// A case, its members in the order in which people read them.
nlohmann::ordered_json to_ordered_json(const Case& one);

// Path below the folder -> contents.
using VectorFiles = std::map<std::string, std::string>;

// What stands below a folder and is not generated.
struct HandWritten {
  VectorFiles files;
  std::vector<Case> cases;
};
HandWritten read_hand_written(const std::filesystem::path& folder);

// Everything that is generated, and what is written by hand as it is. `lock` is ids.lock as it
// stands (empty: there is none). Throws SuiteError if a case of the lock has changed or gone,
// unless its id is among `accepted`.
VectorFiles make_vector_files(const std::vector<Case>& cases, const std::string& lock,
                              const std::vector<std::string>& accepted = {},
                              const HandWritten& written = {});

// Writes the files and removes case files that are no longer made. Throws SuiteError where it
// cannot.
void write_vector_files(const std::filesystem::path& folder, const VectorFiles& files);

// What is wrong with a folder of vectors, judged by its manifest and its lock: one sentence each.
std::vector<std::string> check_vector_files(const std::filesystem::path& folder);

}  // namespace stt::conform

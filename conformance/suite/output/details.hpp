// All there is to say of one result, as text for people.
#pragma once

#include <map>
#include <string>

#include <conformance/requirements/requirements.hpp>
#include <conformance/suite/results.hpp>

namespace stt::conform {

using Requirements = std::map<std::string, requirements::Requirement>;

// What a report knows besides the results.
struct Background {
  const Suite& suite;
  // Of the specification, by id; empty where it is not at hand.
  Requirements requirements;

  // Null: the suite has no such case any more.
  const Case* find(const std::string& id) const;
};

// All requirements in the pages of a folder; none, if there is no such folder.
Requirements read_requirements(const std::filesystem::path& pages);

// What a case asks and why, with the words of its requirements, and the bytes in which it differs
// from its base. Lines that begin with two spaces.
std::string describe_case(const Case& one, const Background& background);

// "ID: verdict", the case, what was expected and what came, the bytes that differ, and how to run
// it again.
std::string describe_result(const ResultRow& row, const ResultHeader& header,
                            const Background& background);

// `stt conform run ... --id ID`.
std::string replay_command(const ResultRow& row, const ResultHeader& header);

}  // namespace stt::conform

// The requirement matrix: which statement of docs/spec is kept where, and tested where.
//
//   docs/spec/*.md              - **STT-FRAME-004** (design) A frame MUST ...
//   code                        //= STT-FRAME-004           above the line that does it
//   tests                       //= STT-FRAME-004 test      above the test
//   vectors/*/*.json            "requirements": ["STT-FRAME-004"]
//   docs/spec/exceptions.json   what has no test, why, and until when
//
// A requirement is covered by a test, a vector or an exception.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace stt::requirements {

enum class Level { must, should, may };  // MUST NOT is a must, SHOULD NOT a should

std::string_view name(Level level);

struct Place {
  std::string file;  // below the root, with slashes
  std::size_t line = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Requirement {
  std::string id;
  Level level{};
  std::string sources;  // "seed, design"
  std::string text;
  Place place;
};

struct Citation {
  std::string id;
  Place place;
  bool is_test = false;
};

struct Exception {
  std::string pattern;  // an id, or one with '*' for any characters
  std::string because;
  std::string until;  // what would remove it
};

// Something that is wrong, for people: "docs/spec/wire.md:17: ...".
struct Problem {
  Place place;
  std::string text;
};

template <class T>
struct Found {
  std::vector<T> items;
  std::vector<Problem> problems;
};

// The requirements of one page. A problem is a requirement that has not the fixed form, or not
// exactly one of MUST, MUST NOT, SHOULD, SHOULD NOT, MAY.
Found<Requirement> parse_page(std::string_view text, const std::string& file);
// The citations of one source file. `may_test`: whether a test can stand in this file.
Found<Citation> parse_source(std::string_view text, const std::string& file, bool may_test);
// The ids in the "requirements" lists of one JSON file.
Found<Citation> parse_vectors(std::string_view text, const std::string& file);
Found<Exception> parse_exceptions(std::string_view text, const std::string& file);

bool matches(std::string_view pattern, std::string_view id);

struct Row {
  Requirement requirement;
  std::vector<Place> code;
  std::vector<Place> tests;
  bool excepted = false;
  bool covered() const { return excepted || !tests.empty(); }
};

struct Matrix {
  std::vector<Row> rows;  // in the order of their ids
  std::vector<Problem> problems;
  std::size_t uncovered() const;
};

// Puts together what was found. Problems: an id defined twice, a citation of an id that does not
// exist, an exception without a reason, one that matches nothing or covers what is tested.
Matrix make_matrix(std::vector<Requirement> requirements, const std::vector<Citation>& citations,
                   const std::vector<Exception>& exceptions);

// Reads a source tree.
Matrix scan(const std::filesystem::path& root);

// "STT-FRAME-004 MUST file:line file:line", ending in "excepted" or "uncovered" where that holds.
std::string to_line(const Row& row);
std::string to_line(const Problem& problem);
// "requirements: N, uncovered N"
std::string summary(const Matrix& matrix);
// One document: {"requirements":[...],"problems":[...],"uncovered":N}.
std::string to_json(const Matrix& matrix, bool uncovered_only);

}  // namespace stt::requirements

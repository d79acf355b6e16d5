#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <conformance/requirements/requirements.hpp>
#include <nlohmann/json.hpp>

namespace stt::requirements {
namespace {

namespace fs = std::filesystem;

constexpr const char* specification_folder = "docs/spec";
constexpr const char* exceptions_file = "docs/spec/exceptions.json";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The files below root/folder, in the order of their names, so that a report is the same anywhere.
std::vector<fs::path> files_below(const fs::path& root, const std::string& folder) {
  std::vector<fs::path> files;
  if (!fs::is_directory(root / folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), root));
  }
  std::ranges::sort(files);
  return files;
}

bool is_source(const fs::path& file) {
  static const std::set<std::string> extensions{".cpp", ".hpp", ".h", ".cc", ".py", ".js", ".rs"};
  return extensions.contains(file.extension().string());
}

// Whether tests stand in this file: its name says so, or its folder holds nothing else.
bool may_test(const fs::path& file) {
  const std::string folder = file.begin()->string();
  const std::string stem = file.stem().string();
  return stem.ends_with("_test") || stem.starts_with("test_") || folder == "fuzz" ||
         file.parent_path().filename() == "tests" ||
         (folder == "conformance" && file.generic_string().find("/cases/") != std::string::npos);
}

template <class T>
void move_into(std::vector<T>& to, Found<T>&& from, std::vector<Problem>& problems) {
  std::ranges::move(from.items, std::back_inserter(to));
  std::ranges::move(from.problems, std::back_inserter(problems));
}

void apply_exceptions(Matrix& matrix, const std::vector<Exception>& exceptions) {
  for (const Exception& exception : exceptions) {
    bool used = false;
    for (Row& row : matrix.rows) {
      if (!matches(exception.pattern, row.requirement.id)) continue;
      used = true;
      if (row.tests.empty()) {
        row.excepted = true;
      } else {
        matrix.problems.push_back({{exceptions_file, 1},
                                   "exception " + exception.pattern + " covers " +
                                       row.requirement.id + ", which is tested at " +
                                       row.tests.front().file});
      }
    }
    if (!used) {
      matrix.problems.push_back(
          {{exceptions_file, 1}, "exception " + exception.pattern + " matches nothing"});
    }
  }
}

std::string to_text(const Place& place) {
  return place.file + ":" + std::to_string(place.line);
}

}  // namespace

std::string_view name(Level level) {
  switch (level) {
    case Level::must: return "MUST";
    case Level::should: return "SHOULD";
    case Level::may: return "MAY";
  }
  return {};
}

std::size_t Matrix::uncovered() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(rows, [](const Row& row) { return !row.covered(); }));
}

Matrix make_matrix(std::vector<Requirement> requirements, const std::vector<Citation>& citations,
                   const std::vector<Exception>& exceptions) {
  Matrix matrix;
  std::map<std::string, Row> rows;
  for (Requirement& requirement : requirements) {
    const Place place = requirement.place;
    const std::string id = requirement.id;
    if (!rows.try_emplace(id, Row{std::move(requirement), {}, {}, false}).second) {
      matrix.problems.push_back({place, id + " is defined twice"});
    }
  }
  for (const Citation& citation : citations) {
    const auto row = rows.find(citation.id);
    if (row == rows.end()) {
      matrix.problems.push_back({citation.place, citation.id + " does not exist"});
    } else {
      (citation.is_test ? row->second.tests : row->second.code).push_back(citation.place);
    }
  }
  for (auto& [id, row] : rows) matrix.rows.push_back(std::move(row));
  apply_exceptions(matrix, exceptions);
  return matrix;
}

Matrix scan(const fs::path& root) {
  std::vector<Requirement> requirements;
  std::vector<Citation> citations;
  std::vector<Exception> exceptions;
  std::vector<Problem> problems;
  for (const fs::path& file : files_below(root, specification_folder)) {
    if (file.extension() != ".md") continue;
    move_into(requirements, parse_page(read(root / file), file.generic_string()), problems);
  }
  for (const auto* folder : {"reference", "simulator", "conformance", "fuzz", "reports"}) {
    for (const fs::path& file : files_below(root, folder)) {
      if (!is_source(file)) continue;
      move_into(citations, parse_source(read(root / file), file.generic_string(), may_test(file)),
                problems);
    }
  }
  for (const fs::path& file : files_below(root, "vectors")) {
    if (file.extension() != ".json") continue;
    move_into(citations, parse_vectors(read(root / file), file.generic_string()), problems);
  }
  if (fs::exists(root / exceptions_file)) {
    move_into(exceptions, parse_exceptions(read(root / exceptions_file), exceptions_file),
              problems);
  }
  if (requirements.empty()) {
    problems.push_back({{specification_folder, 1}, "no requirements found below this root"});
  }
  Matrix matrix = make_matrix(std::move(requirements), citations, exceptions);
  matrix.problems.insert(matrix.problems.begin(), problems.begin(), problems.end());
  return matrix;
}

std::string to_line(const Row& row) {
  std::string line = row.requirement.id + " " + std::string(name(row.requirement.level));
  for (const Place& place : row.code) line += " " + to_text(place);
  for (const Place& place : row.tests) line += " " + to_text(place);
  if (row.excepted) line += " excepted";
  if (!row.covered()) line += " uncovered";
  return line;
}

std::string to_line(const Problem& problem) {
  return to_text(problem.place) + ": " + problem.text;
}

std::string summary(const Matrix& matrix) {
  return "requirements: " + std::to_string(matrix.rows.size()) + ", uncovered " +
         std::to_string(matrix.uncovered());
}

std::string to_json(const Matrix& matrix, bool uncovered_only) {
  const auto places = [](const std::vector<Place>& from) {
    nlohmann::json list = nlohmann::json::array();
    for (const Place& place : from) list.push_back(to_text(place));
    return list;
  };
  nlohmann::json document;
  document["requirements"] = nlohmann::json::array();
  for (const Row& row : matrix.rows) {
    if (uncovered_only && row.covered()) continue;
    document["requirements"].push_back({{"id", row.requirement.id},
                                        {"level", name(row.requirement.level)},
                                        {"source", row.requirement.sources},
                                        {"text", row.requirement.text},
                                        {"defined", to_text(row.requirement.place)},
                                        {"code", places(row.code)},
                                        {"tests", places(row.tests)},
                                        {"excepted", row.excepted},
                                        {"covered", row.covered()}});
  }
  document["problems"] = nlohmann::json::array();
  for (const Problem& problem : matrix.problems) document["problems"].push_back(to_line(problem));
  document["total"] = matrix.rows.size();
  document["uncovered"] = matrix.uncovered();
  return document.dump(1);
}

}  // namespace stt::requirements

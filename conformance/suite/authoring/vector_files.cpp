#include <conformance/suite/authoring/vector_files.hpp>

#include <algorithm>
#include <sstream>

#include <conformance/suite/case_file.hpp>
#include <conformance/suite/files.hpp>
#include <stt/base/hex.hpp>
#include <stt/crypto/sha3.hpp>

namespace stt::conform {

using nlohmann::json;
using nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

std::string digest(std::string_view text) {
  return to_hex(crypto::sha3_256(as_bytes(text)));
}

// What may not change under an id: the question and the answer. The words may get better.
std::string case_digest(const Case& one) {
  return digest(json{{"kind", one.kind}, {"in", one.in}, {"expect", one.expect}}.dump());
}

// ids.lock: "id digest" a line, and "id digest retired" for a case that was given up.
using Lock = std::map<std::string, std::string>;

Lock parse_lock(const std::string& text) {
  Lock lock;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) throw SuiteError("ids.lock: \"" + line + "\" has no digest");
    if (!lock.emplace(line.substr(0, space), line.substr(space + 1)).second) {
      throw SuiteError("ids.lock: " + line.substr(0, space) + " stands twice");
    }
  }
  return lock;
}

constexpr std::string_view retired = " retired";

bool is_retired(const std::string& value) {
  return value.ends_with(retired);
}

// How the cases and the lock differ, one sentence each.
std::vector<std::string> compare(const std::vector<Case>& cases, const Lock& lock,
                                 const std::vector<std::string>& accepted) {
  std::vector<std::string> problems;
  Lock unseen = lock;
  const auto is_accepted = [&](const std::string& id) {
    return std::ranges::find(accepted, id) != accepted.end();
  };
  for (const Case& one : cases) {
    const auto locked = lock.find(one.id);
    unseen.erase(one.id);
    if (locked == lock.end() || is_accepted(one.id)) continue;
    if (is_retired(locked->second)) {
      problems.push_back(one.id + ": this id was retired and is not used again");
    } else if (locked->second != case_digest(one)) {
      problems.push_back(one.id + ": what it asks or expects has changed; give it a new id");
    }
  }
  for (const auto& [id, value] : unseen) {
    if (!is_retired(value) && !is_accepted(id)) problems.push_back(id + ": has gone");
  }
  return problems;
}

std::string render_lock(const std::vector<Case>& cases, const Lock& before) {
  Lock lock = before;
  for (auto& [id, value] : lock) {
    if (!is_retired(value)) value += retired;
  }
  for (const Case& one : cases) lock[one.id] = case_digest(one);
  std::string text =
      "# Ids are for ever. A case that changes takes a new id; one that is given up is retired.\n";
  for (const auto& [id, value] : lock) text += id + " " + value + "\n";
  return text;
}

bool is_case_file(const fs::path& relative) {
  return relative.has_parent_path() && relative.parent_path() != "schemas" &&
         relative.extension() == ".json";
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path().lexically_relative(folder).generic_string());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

ordered_json to_ordered_json(const Case& one) {
  ordered_json out;
  out["id"] = one.id;
  out["since"] = one.since;
  out["level"] = one.level;
  out["requirements"] = one.requirements;
  out["kind"] = one.kind;
  out["why"] = one.why;
  if (!one.base.empty()) {
    out["base"] = one.base;
    out["edit"] = one.edit;
  }
  out["in"] = one.in;
  out["expect"] = one.expect;
  return out;
}

HandWritten read_hand_written(const fs::path& folder) {
  HandWritten out;
  if (!fs::exists(folder)) return out;
  for (const std::string& path : files_below(folder)) {
    if (!is_case_file(path) || !path.ends_with("/cases.json")) continue;
    out.files[path] = read_file(folder / path);
    std::ranges::move(load_cases(folder / path), std::back_inserter(out.cases));
  }
  return out;
}

VectorFiles make_vector_files(const std::vector<Case>& generated, const std::string& lock,
                              const std::vector<std::string>& accepted,
                              const HandWritten& written) {
  const Lock before = parse_lock(lock);
  std::vector<Case> cases = generated;
  cases.insert(cases.end(), written.cases.begin(), written.cases.end());
  std::string refused;
  for (const std::string& problem : compare(cases, before, accepted)) refused += problem + "\n";
  if (!refused.empty()) throw SuiteError(refused + "ids are for ever (see --accept)");

  std::map<std::string, ordered_json> lists;
  for (const Case& one : generated) {
    const bool positive = !one.expect.contains("reject");
    lists[one.kind + (positive ? "/accept.json" : "/refuse.json")].push_back(to_ordered_json(one));
  }
  VectorFiles files = written.files;
  for (const auto& [path, list] : lists) {
    files[path] = ordered_json{{"cases", list}}.dump(1) + "\n";
  }
  files["ids.lock"] = render_lock(cases, before);
  ordered_json manifest;
  manifest["suite"] = suite_version;
  manifest["cases"] = cases.size();
  for (const auto& [path, text] : files) manifest["sha3_256"][path] = digest(text);
  files["manifest.json"] = manifest.dump(1) + "\n";
  return files;
}

void write_vector_files(const fs::path& folder, const VectorFiles& files) {
  try {
    fs::create_directories(folder);
    for (const std::string& path : files_below(folder)) {
      if (is_case_file(path) && !files.contains(path)) fs::remove(folder / path);
    }
    for (const auto& [path, text] : files) {
      fs::create_directories((folder / path).parent_path());
      write_file(folder / path, text);
    }
  } catch (const fs::filesystem_error& error) {
    throw SuiteError("cannot write " + error.path1().string() + ": " + error.code().message());
  }
}

std::vector<std::string> check_vector_files(const fs::path& folder) {
  std::vector<std::string> problems;
  const Suite suite = load_suite(folder);
  const json manifest = json::parse(read_file(folder / "manifest.json"));
  if (suite.cases.size() != suite.promised) {
    problems.push_back("manifest.json: promises " + std::to_string(suite.promised) +
                       " cases, and there are " + std::to_string(suite.cases.size()));
  }
  const json digests = manifest.value("sha3_256", json::object());
  for (const auto& [path, expected] : digests.items()) {
    if (!fs::exists(folder / path)) {
      problems.push_back(path + ": is in the manifest, and there is no such file");
    } else if (digest(read_file(folder / path)) != expected.get<std::string>()) {
      problems.push_back(path + ": its SHA3-256 is not that of the manifest");
    }
  }
  for (const std::string& path : files_below(folder)) {
    if (is_case_file(path) && !digests.contains(path)) {
      problems.push_back(path + ": is not in the manifest");
    }
  }
  const Lock lock = parse_lock(read_file(folder / "ids.lock"));
  for (std::string& problem : compare(suite.cases, lock, {})) {
    problems.push_back("ids.lock: " + std::move(problem));
  }
  for (const Case& one : suite.cases) {
    if (!lock.contains(one.id)) problems.push_back("ids.lock: " + one.id + " is missing");
  }
  return problems;
}

}  // namespace stt::conform

#include <conformance/suite/output/annotations.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <conformance/suite/files.hpp>

namespace stt::conform {
namespace {

namespace fs = std::filesystem;

// What ends a command, or a property of it, is written as its number.
std::string percent_escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char each : text) {
    if (special.find(each) == std::string_view::npos) {
      out += each;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(each));
    }
  }
  return out;
}

std::string property(std::string_view text) {
  return percent_escaped(text, "%\r\n:,");
}

// "file=vectors/frame.decode/refuse.json,line=12,"; nothing for a case that stands nowhere.
std::string place_of(const std::string& id, const fs::path& vectors) {
  const fs::path folder = vectors / id.substr(0, id.find('/'));
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".json") continue;
    const std::string text = read_file(entry.path());
    const std::size_t at = text.find('"' + id + '"');
    if (at == std::string::npos) continue;
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    // GitHub knows files by their place below the folder of the job.
    return fmt::format("file={},line={},", property(fs::proximate(entry.path()).string()), line);
  }
  return {};
}

}  // namespace

std::string to_annotations(const Results& results, const Background& background,
                           const fs::path& vectors) {
  std::string text;
  std::size_t count = 0;
  for (const ResultRow& row : results.rows) {
    if (standing(row) != Standing::unexpected) continue;
    if (++count > annotations_max) break;
    text += fmt::format("::error {}title={}::{}\n", place_of(row.id, vectors),
                        property(fmt::format("{}: {}", row.id, name(row.verdict))),
                        percent_escaped(describe_result(row, results.header, background), "%\r\n"));
  }
  return text;
}

}  // namespace stt::conform

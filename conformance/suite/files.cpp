#include <conformance/suite/files.hpp>

#include <fstream>
#include <sstream>

#include <conformance/suite/case.hpp>

namespace stt::conform {

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw SuiteError(file.string() + ": cannot be read");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  stream.flush();
  if (!stream) throw SuiteError(file.string() + ": cannot be written");
}

}  // namespace stt::conform

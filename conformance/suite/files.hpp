// Whole files, read and written at once.
#pragma once

#include <filesystem>
#include <string>

namespace stt::conform {

// Both throw SuiteError with the name of the file.
std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& text);

}  // namespace stt::conform

// replay TARGET-CORPUS: gives every file of a folder to the target, under any compiler. An empty
// folder is an error: a test that runs nothing shows nothing.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include <fuzz/fuzz.hpp>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
    return 64;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const std::filesystem::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    std::fprintf(stderr, "%s\n", file.c_str());
    stt::fuzz::run(std::as_bytes(std::span(bytes)));
  }
  std::printf("%zu inputs replayed\n", files.size());
  return files.empty() ? 1 : 0;
}

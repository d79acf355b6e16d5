// docs/spec/errors.md is the registry of base/errc.hpp for people: the two say the same.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <stt/base/errc.hpp>

namespace stt::requirements {
namespace {

// Number, name, layer and response of each row, without the meaning.
std::vector<std::string> rows_of_page() {
  std::ifstream in(STT_SOURCE_DIR "/docs/spec/errors.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| 0x")) continue;
    const std::size_t meaning = line.rfind(" | ");
    EXPECT_GT(line.size(), meaning + 5) << "without meaning: " << line;
    rows.push_back(line.substr(0, meaning));
  }
  return rows;
}

//= STT-ERROR-001 test
TEST(ErrorsPage, ListsExactlyTheErrorsOfTheCode) {
  std::vector<std::string> expected;
  for (const ErrorInfo& error : all_errors()) {
    expected.push_back(fmt::format("| 0x{:04X} | `{}` | {} | {}", static_cast<unsigned>(error.code),
                                   error.name, error.name.substr(0, error.name.find('.')),
                                   name(error.response)));
  }
  EXPECT_EQ(rows_of_page(), expected);
}

// The high byte of a number is the layer that its name begins with.
TEST(ErrorsPage, NumbersTheLayers) {
  const std::vector<std::string_view> layers{"base",      "wire",   "crypto", "handshake",
                                             "session",   "stream", "node",   "primitives",
                                             "websocket", "storage"};
  for (const ErrorInfo& error : all_errors()) {
    const auto layer = static_cast<std::size_t>(error.code) >> 8;
    ASSERT_LT(layer, layers.size());
    EXPECT_TRUE(error.name.starts_with(std::string(layers[layer]) + ".")) << error.name;
  }
}

}  // namespace
}  // namespace stt::requirements

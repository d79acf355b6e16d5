// The main() of every test program: GoogleTest's, and after each test that failed one command that
// runs it again. What RapidCheck drew is in it.
#include <cstdio>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/detail/Configuration.h>

namespace {

class ReplayLine final : public ::testing::EmptyTestEventListener {
  void OnTestEnd(const ::testing::TestInfo& test) override {
    if (!test.result()->Failed()) return;
    // Of the seed alone: each property draws from it anew, whatever ran before.
    const std::string drawn = rc::detail::configToMinimalString(rc::detail::configuration());
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    std::printf("To run it again:\n  env RC_PARAMS='%s' '%s' --gtest_filter='%s.%s'\n",
                drawn.c_str(), program.c_str(), test.test_suite_name(), test.name());
  }
};

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  ::testing::UnitTest::GetInstance()->listeners().Append(new ReplayLine);  // GoogleTest deletes it
  return RUN_ALL_TESTS();
}

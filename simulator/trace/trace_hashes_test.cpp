// The same seed gives the same bytes on every compiler and at every optimisation.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include <simulator/trace/trace_hashes.hpp>

namespace stt::sim {
namespace {

//= STT-NODE-013 test
TEST(TraceHashes, AreThoseThatWereCommitted) {
  std::ifstream file(STT_SOURCE_DIR "/vectors/trace-hashes.json");
  std::stringstream committed;
  committed << file.rdbuf();
  EXPECT_EQ(trace_hashes_json(), committed.str())
      << "If the protocol or the simulator changed on purpose, record the new worlds with\n"
         "  ./dev stt sim trace-hashes > vectors/trace-hashes.json";
}

}  // namespace
}  // namespace stt::sim

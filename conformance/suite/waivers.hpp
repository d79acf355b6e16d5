// Results that are known to be wrong and are put up with, for a while: a JSON list of
//
//   {"id":"frame.decode/*","verdict":"fail","because":"issue 12","until":"2027-03-01"}
//
// A waiver that has no effect is an error, so that the list shrinks when the implementation gets
// better.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/results.hpp>

namespace stt::conform {

struct Waiver {
  std::string pattern;  // an id; '*' stands for anything
  Verdict verdict{};
  std::string because;
  std::string until;  // the last day on which it holds, YYYY-MM-DD
};

// A list of waivers that cannot be read, or that is not as it should be.
class WaiverError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Both throw WaiverError, with what is wrong. An empty path: there are none.
std::vector<Waiver> load_waivers(const std::filesystem::path& file);
std::vector<Waiver> parse_waivers(const std::string& text);

// Marks the rows that a waiver covers. Returns what is wrong with the waivers, a sentence each: one
// that matches no case of the suite, whose day lies before `today`, or that covers a case which
// passes.
std::vector<std::string> apply_waivers(const std::vector<Waiver>& waivers, const Suite& suite,
                                       const std::string& today, std::vector<ResultRow>& rows);

}  // namespace stt::conform

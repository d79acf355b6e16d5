// How much a suite asks, counted so that easy cases do not help.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <conformance/suite/case.hpp>

namespace stt::conform {

// Whether a case shows what a rule stops: its edit is refused, or has no effect but what its steps
// expect. Others show what a rule lets through.
bool is_negative(const Case& one);

struct SuiteNumbers {
  struct Count {
    std::size_t cases = 0;
    std::size_t counted = 0;
    std::size_t negatives = 0;  // of those counted
  };
  std::map<std::string, Count> vectors;  // by kind
  std::map<std::string, Count> peers;    // by kind
  // Errors of wire, crypto, handshake, session and stream that no case expects, and one could.
  std::vector<std::string> errors_missing;

  static Count sum(const std::map<std::string, Count>& kinds);
};

// Cases count once together
// - if they are negatives of one base, refused at one stage for one reason, by edits whose words
//   differ in numbers and bytes only (all prefixes, all flips, all splits of one frame);
// - if they are positives of one kind whose questions and answers differ in numbers only; bytes
//   count as a number where the answer says the same without any.
SuiteNumbers count(const Suite& suite);

}  // namespace stt::conform

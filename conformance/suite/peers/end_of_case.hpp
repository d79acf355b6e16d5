// Thrown within the judging of one case when its verdict is known.
#pragma once

#include <stdexcept>
#include <string>

#include <conformance/suite/verdict.hpp>

namespace stt::conform::peers {

class EndOfCase : public std::runtime_error {
 public:
  EndOfCase(Verdict verdict, const std::string& why) : std::runtime_error(why), verdict_(verdict) {}
  Verdict verdict() const { return verdict_; }

 private:
  Verdict verdict_;
};

}  // namespace stt::conform::peers

// What a foreign implementation can do wrong before anything it says is judged.
#pragma once

#include <string_view>

#include <conformance/suite/adapter.hpp>

namespace stt::conform {

enum class Fault : std::uint8_t {
  cannot_start,
  hang,        // no whole line within the deadline
  crash,       // ended by a signal, or with another status than 0
  early_exit,  // ended with status 0, or closed its output, before it replied
  not_json,    // a line that is no JSON object
  wrong_id,
  chatty,        // more lines than requests
  endless_line,  // longer than line_bytes_max
};
std::string_view name(Fault fault);  // "early-exit"

// what() is "early-exit: ...", and the same whenever the same thing happens.
class ForeignError : public AdapterError {
 public:
  ForeignError(Fault fault, const std::string& what);
  Fault fault() const { return fault_; }

 private:
  Fault fault_;
};

}  // namespace stt::conform

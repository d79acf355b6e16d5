// What the suite talks to: an implementation of STT, reached by requests and replies in JSON. The
// reference answers in process; every other implementation answers as a child process.
//
//   {"op":"hello"}                                -> {"implementation","version","kinds":[...]}
//   {"op":"vector","kind":"frame.decode","in":{}} -> {"outcome":"accept","out":{...}}
//                                                  | {"outcome":"reject","stage","reason"}
//                                                  | {"outcome":"need_more","at_least":n}
//                                                  | {"outcome":"unsupported"}
//
// vectors/README.md says what "in" and "out" hold for each kind. Bytes are lower-case hex, 64-bit
// integers decimal strings. An adapter never sees what is expected.
#pragma once

#include <memory>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace stt::conform {

// A request without a reply: the adapter could not read it, or is gone.
class AdapterError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Adapter {
 public:
  virtual ~Adapter() = default;

  // One reply for one request. Throws AdapterError if there is none.
  virtual nlohmann::json request(const nlohmann::json& message) = 0;
};

std::unique_ptr<Adapter> make_reference_adapter();

}  // namespace stt::conform

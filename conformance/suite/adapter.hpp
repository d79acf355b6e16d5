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

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

namespace stt::conform {

// A request without a reply that can be used, and why there is none.
class AdapterError : public std::runtime_error {
 public:
  enum class Kind {
    error,  // it could not read the request, or what it wrote is no reply
    crash,  // it is gone
    hang,   // it is silent
  };

  explicit AdapterError(const std::string& what, Kind kind = Kind::error)
      : std::runtime_error(what), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

class Adapter {
 public:
  virtual ~Adapter() = default;

  // One reply for one request. Throws AdapterError if there is none; what comes after that is
  // asked of a new adapter.
  virtual nlohmann::json request(const nlohmann::json& message) = 0;
};

std::unique_ptr<Adapter> make_reference_adapter();

// Starts an implementation: at the beginning of a run, once for each of its jobs, and again after a
// crash or a hang. Called from several threads at once. Throws AdapterError if it does not start.
using AdapterFactory = std::function<std::unique_ptr<Adapter>()>;

}  // namespace stt::conform

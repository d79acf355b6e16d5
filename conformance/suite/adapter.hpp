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

#include <chrono>
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

  // One reply for one request; neither has an "id", which is the carrier's. Throws AdapterError if
  // there is none; what comes after that is asked of a new adapter.
  virtual nlohmann::json request(const nlohmann::json& message) = 0;
  // Ends it in order, and asks nothing more. Throws AdapterError if it has said more than it was
  // asked, or ends otherwise than it should.
  virtual void finish() {}
  // The end of what it has written to standard error: for people, and other in each run.
  virtual std::string complaints() const { return {}; }
};

// The longest line of a carrier, of a request or a reply, without its end.
inline constexpr std::size_t line_bytes_max = 16U << 20;

struct ProcessOptions {
  std::string command;  // words and quotes as in a shell; no pipes, no redirections
  std::chrono::milliseconds deadline{30'000};  // for each reply
  // Told what complaints() says, if something and if a request has no reply; by the thread that
  // asks.
  std::function<void(const std::string&)> on_fault{};
};

std::unique_ptr<Adapter> make_reference_adapter();
// A child process, started here and ended with the adapter. Throws AdapterError if it cannot be
// started. Faults have names (foreign/fault.hpp). Ignores SIGPIPE in this process from now on.
std::unique_ptr<Adapter> make_process_adapter(ProcessOptions options);
// A shared library with the functions of adapters/c/stt_adapter.h, in this process, so that what it
// does wrong there happens to us. Throws AdapterError if it cannot be loaded.
std::unique_ptr<Adapter> make_library_adapter(const std::string& path);

// Starts an implementation: at the beginning of a run, once for each of its jobs, and again after a
// crash or a hang. Called from several threads at once. Throws AdapterError if it does not start.
using AdapterFactory = std::function<std::unique_ptr<Adapter>()>;

}  // namespace stt::conform

// A child process that is asked a line and answers with one. It and all that it starts are one
// group, which ends with this object.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace stt::conform {

// An open file of this process.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) close();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }

  int number() const { return number_; }  // -1: closed
  void close();

 private:
  int number_ = -1;
};

class ChildProcess {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Answer : std::uint8_t { line, ended, late, endless };

  // Throws ForeignError if the command cannot be read or started.
  explicit ChildProcess(const std::string& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Writes a line (with its end) and reads one (without) into `reply`.
  Answer ask(std::string_view line, Time deadline, std::string& reply);
  // Closes its input and reads on: `line` if it says something more, `ended` if not.
  Answer end_input(Time deadline);
  // Once its output has ended: "signal SEGV", "status 3"; empty for status 0, or if it lives on.
  std::string how_it_ended(Time deadline);

  const std::string& complaints() const { return complaints_; }

 private:
  bool pump(Time deadline);
  void write_some();
  void read_output();
  void read_complaints();

  pid_t process_ = -1;
  Descriptor handle_;  // of the process
  Descriptor input_;
  Descriptor output_;
  Descriptor errors_;
  std::string_view unwritten_;
  std::string received_;
  std::size_t searched_ = 0;  // of received_, without an end of line
  std::string complaints_;
};

}  // namespace stt::conform

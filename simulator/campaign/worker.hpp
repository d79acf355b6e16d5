// A process of its own that runs worlds, one after another: what a world breaks, it breaks there.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include <simulator/campaign/world_result.hpp>

namespace stt::sim {

// Stateless: a token goes in, a result comes out. The process that starts workers has one thread.
class Worker {
 public:
  // Throws std::system_error if the system gives no process.
  Worker();
  // Ends the process, whatever it does.
  ~Worker();
  Worker(Worker&& other) noexcept;
  Worker& operator=(Worker&&) = delete;

  // One at a time.
  void ask(std::string token);
  bool is_busy() const { return asked_.has_value(); }
  const std::string& token() const { return *asked_; }

  pid_t process() const { return process_; }
  // Readable when there is something to collect().
  int descriptor() const { return socket_; }
  // The result, once it is whole. If the process has died of the world, that is the result, and
  // the worker is a new process.
  std::optional<WorldResult> collect();
  // Gives the world up, with this as its result, and begins a new process.
  WorldResult give_up();

 private:
  void start();
  void stop();
  WorldResult lost(Verdict verdict, std::string problem);

  pid_t process_ = -1;
  int socket_ = -1;
  int complaints_ = -1;  // standard error of the process, in memory
  std::string received_;
  std::optional<std::string> asked_;
};

// Runs one world in `worker`. Past `limit` of real time it hangs.
WorldResult run_in(Worker& worker, const std::string& token, Duration limit);

}  // namespace stt::sim

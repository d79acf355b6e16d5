// How far a transfer is, for people: a bar with rate and remaining time on a terminal, now and then
// a plain line otherwise. Always on standard error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <stt/base/time.hpp>

namespace stt::tool {

// "532 B", "1.5 MB", "2.0 GB": powers of ten.
std::string human_bytes(double bytes);
// "0:07", "12:34", "1:02:03".
std::string human_duration(Duration duration);

class Progress {
 public:
  // `name` is printable already. `bar`: standard error is a terminal.
  Progress(std::string name, std::uint64_t total, Instant begin, bool bar);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Cheap to call often: it shows something only when there is something to see.
  void update(Instant now, std::uint64_t done);
  // What would be shown now.
  std::string line(Instant now, std::uint64_t done) const;

 private:
  double rate(Instant now, std::uint64_t done) const;

  std::string name_;
  std::uint64_t total_;
  Instant begin_;
  bool bar_;
  Instant shown_at_;
  std::uint64_t tenths_shown_ = 0;
  bool line_is_open_ = false;
};

bool stderr_is_terminal();

}  // namespace stt::tool

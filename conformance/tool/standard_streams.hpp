// Lines from standard input and to standard output, in coroutines. For .cpp files: Asio.
//
// Neither is made non-blocking, as Asio does with what it reads: that would hold for everybody who
// has it open, for a terminal its other direction and the shell. Asio waits until there is
// something to read, or room to write, and the system calls that follow do not block.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <conformance/tool/line_splitter.hpp>

namespace stt::tool {

// Whether a descriptor of somebody else's is ready.
class Readiness {
 public:
  enum class For { reading, writing };

  Readiness(const boost::asio::any_io_executor& executor, int descriptor, For what);

  // At once for what is always ready, like a file, and for what cannot be waited for: then the
  // system call says why. Throws boost::system::system_error when it is cancelled.
  boost::asio::awaitable<void> wait();
  void cancel() { epoll_.cancel(); }

 private:
  bool always_ = false;
  boost::asio::posix::stream_descriptor epoll_;  // watches the descriptor
};

class StandardInput {
 public:
  StandardInput(const boost::asio::any_io_executor& executor, std::size_t line_bytes_max);

  // The next line without its end; nothing at the end of the input, and after stop(). A line that
  // is too long comes in several.
  boost::asio::awaitable<std::optional<std::string>> next();
  void stop();

 private:
  boost::asio::awaitable<void> read_more();

  Readiness ready_;
  LineSplitter lines_;
  bool ended_ = false;
  bool stopped_ = false;
};

class StandardOutput {
 public:
  explicit StandardOutput(const boost::asio::any_io_executor& executor);

  // Whether it could be written.
  boost::asio::awaitable<bool> write(std::string_view text);

 private:
  Readiness ready_;
};

}  // namespace stt::tool

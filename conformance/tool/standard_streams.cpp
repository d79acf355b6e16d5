#include <conformance/tool/standard_streams.hpp>

#include <limits.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace stt::tool {
namespace {

namespace net = boost::asio;

constexpr std::size_t read_bytes_max = 16'384;
// What a pipe that is ready takes without blocking.
constexpr std::size_t write_bytes_max = PIPE_BUF;

bool try_again(int error) {
  return error == EINTR || error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

Readiness::Readiness(const net::any_io_executor& executor, int descriptor, For what)
    : epoll_(executor, ::epoll_create1(EPOLL_CLOEXEC)) {
  epoll_event event{};
  event.events = what == For::reading ? EPOLLIN : EPOLLOUT;
  always_ = ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0;
}

net::awaitable<void> Readiness::wait() {
  if (always_) {
    co_await net::post(co_await net::this_coro::executor, net::use_awaitable);
  } else {
    co_await epoll_.async_wait(net::posix::stream_descriptor::wait_read, net::use_awaitable);
  }
}

StandardInput::StandardInput(const net::any_io_executor& executor, std::size_t line_bytes_max)
    : ready_(executor, STDIN_FILENO, Readiness::For::reading), lines_(line_bytes_max) {}

net::awaitable<std::optional<std::string>> StandardInput::next() {
  while (!stopped_) {
    if (auto line = lines_.next()) co_return line;
    if (ended_) break;
    co_await read_more();
  }
  co_return std::nullopt;
}

net::awaitable<void> StandardInput::read_more() {
  try {
    co_await ready_.wait();
  } catch (const boost::system::system_error&) {
    if (!stopped_) throw;
    co_return;
  }
  std::array<char, read_bytes_max> buffer;
  const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (size > 0) {
    lines_.add({buffer.data(), static_cast<std::size_t>(size)});
  } else if (size == 0 || !try_again(errno)) {
    lines_.end();
    ended_ = true;
  }
}

void StandardInput::stop() {
  stopped_ = true;
  ready_.cancel();
}

StandardOutput::StandardOutput(const net::any_io_executor& executor)
    : ready_(executor, STDOUT_FILENO, Readiness::For::writing) {}

net::awaitable<bool> StandardOutput::write(std::string_view text) {
  while (!text.empty()) {
    co_await ready_.wait();
    const std::string_view part = text.substr(0, write_bytes_max);
    const ssize_t size = ::write(STDOUT_FILENO, part.data(), part.size());
    if (size >= 0) {
      text.remove_prefix(static_cast<std::size_t>(size));
    } else if (!try_again(errno)) {
      co_return false;
    }
  }
  co_return true;
}

}  // namespace stt::tool

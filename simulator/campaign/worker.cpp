#include <simulator/campaign/worker.hpp>

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <stt/base/assert.hpp>

namespace stt::sim {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool write_all(int to, std::string_view text) {
  while (!text.empty()) {
    // No SIGPIPE: whoever is gone is noticed when it is read from.
    const ssize_t written = ::send(to, text.data(), text.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Adds what there is; false at the end.
bool read_some(int from, std::string& to) {
  std::array<char, 4096> buffer;
  const ssize_t got = ::read(from, buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  to.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

// The life of a worker's process.
[[noreturn]] void serve(int parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Ctrl-C reaches the whole group; the campaign lets its workers finish what they have begun.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  std::string input;
  while (true) {
    for (std::size_t end = 0; (end = input.find('\n')) != std::string::npos;) {
      const WorldResult result = run_token(input.substr(0, end));
      input.erase(0, end + 1);
      if (!write_all(parent, wire_json(result) + "\n")) ::_exit(0);
    }
    if (!read_some(parent, input)) ::_exit(0);
  }
}

// The first thing that a dead process said, without the folders in it.
std::string last_words(int complaints) {
  std::array<char, 2000> buffer;
  const ssize_t got = ::pread(complaints, buffer.data(), buffer.size(), 0);
  std::string text(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  text = text.substr(0, text.find('\n'));
  const std::size_t slash = text.rfind('/');
  const std::size_t space = text.rfind(' ', slash);
  if (slash != std::string::npos && space != std::string::npos) {
    text.erase(space + 1, slash - space);
  }
  return text;
}

}  // namespace

Worker::Worker() {
  start();
}

Worker::~Worker() {
  stop();
}

Worker::Worker(Worker&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      socket_(std::exchange(other.socket_, -1)),
      complaints_(std::exchange(other.complaints_, -1)),
      received_(std::move(other.received_)),
      asked_(std::exchange(other.asked_, std::nullopt)) {}

void Worker::start() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
  complaints_ = ::memfd_create("complaints", MFD_CLOEXEC);
  if (complaints_ < 0) fail("memfd_create");
  process_ = ::fork();
  if (process_ < 0) fail("fork");
  if (process_ == 0) {
    ::close(ends[0]);
    ::dup2(complaints_, STDERR_FILENO);
    serve(ends[1]);
  }
  ::close(ends[1]);
  socket_ = ends[0];
}

void Worker::stop() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
  for (const int each : {socket_, complaints_}) ::close(each);
  process_ = -1;
}

void Worker::ask(std::string token) {
  STT_ASSERT(!asked_);
  asked_ = std::move(token);
  received_.clear();
  // A process that is already dead is noticed by collect().
  write_all(socket_, *asked_ + "\n");
}

std::optional<WorldResult> Worker::collect() {
  STT_ASSERT(asked_.has_value());
  const bool is_alive = read_some(socket_, received_);
  if (received_.ends_with('\n')) {
    std::optional<WorldResult> result = parse_wire_json(received_);
    STT_ASSERT(result.has_value() && result->token == *asked_);
    asked_.reset();
    return result;
  }
  if (is_alive) return std::nullopt;
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  std::string problem = WIFSIGNALED(status)
                            ? "killed by signal " + std::string(::sigabbrev_np(WTERMSIG(status)))
                            : "ended with code " + std::to_string(WEXITSTATUS(status));
  if (const std::string words = last_words(complaints_); !words.empty()) problem += ": " + words;
  return lost(Verdict::crash, problem);
}

WorldResult Worker::give_up() {
  return lost(Verdict::hang, "did not end");
}

WorldResult Worker::lost(Verdict verdict, std::string problem) {
  WorldResult result;
  result.token = *asked_;
  result.verdict = verdict;
  result.problems.push_back(std::move(problem));
  asked_.reset();
  stop();
  start();
  return result;
}

WorldResult run_in(Worker& worker, const std::string& token, Duration limit) {
  worker.ask(token);
  auto left = static_cast<int>(limit / 1ms);
  constexpr int turn_ms = 50;
  while (left > 0) {
    pollfd waiting{worker.descriptor(), POLLIN, 0};
    if (::poll(&waiting, 1, turn_ms) > 0) {
      if (auto result = worker.collect()) return std::move(*result);
    } else {
      left -= turn_ms;
    }
  }
  return worker.give_up();
}

}  // namespace stt::sim

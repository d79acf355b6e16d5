#include <conformance/suite/foreign/child_process.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

#include <conformance/suite/foreign/fault.hpp>

extern "C" {
#include <sys/pidfd.h>  // of glibc 2.36, which does not say itself that it is C
}

namespace stt::conform {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t complaints_bytes_max = 16U << 10;
constexpr std::size_t read_bytes = 64U << 10;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// The words of a command, as a shell sees them.
class Words {
 public:
  explicit Words(const std::string& command) {
    const int failure = ::wordexp(command.c_str(), &words_, WRDE_NOCMD);
    if (failure == 0 && words_.we_wordc > 0) return;
    if (failure == 0) ::wordfree(&words_);
    throw ForeignError(Fault::cannot_start, "'" + command + "' is not a program and its arguments");
  }
  ~Words() { ::wordfree(&words_); }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  char** arguments() const { return words_.we_wordv; }
  const char* program() const { return words_.we_wordv[0]; }

 private:
  wordexp_t words_{};
};

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
    reads = Descriptor(ends[0]);
    writes = Descriptor(ends[1]);
  }
  Descriptor reads;
  Descriptor writes;
};

void stop_blocking(const Descriptor& descriptor) {
  if (::fcntl(descriptor.number(), F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
}

// In a group of its own, with SIGPIPE as a program expects to find it.
pid_t spawn(const Words& words, const Pipe& input, const Pipe& output, const Pipe& errors) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input.reads.number(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output.writes.number(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors.writes.number(), STDERR_FILENO);
  sigset_t restored;
  ::sigemptyset(&restored);
  ::sigaddset(&restored, SIGPIPE);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  ::posix_spawnattr_setsigdefault(&attributes, &restored);
  pid_t process = -1;
  const int failure =
      ::posix_spawnp(&process, words.program(), &actions, &attributes, words.arguments(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw ForeignError(Fault::cannot_start, std::string(words.program()) + ": " +
                                                std::generic_category().message(failure));
  }
  return process;
}

int milliseconds_until(ChildProcess::Time deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
          .count();
  return left <= 0
             ? 0
             : static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max()));
}

// False at its end.
bool read_some(const Descriptor& from, std::string& to) {
  std::array<char, read_bytes> buffer;
  const ssize_t got = ::read(from.number(), buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  to.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace

void Descriptor::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

ChildProcess::ChildProcess(const std::string& command) {
  const Words words(command);
  Pipe input;
  Pipe output;
  Pipe errors;
  stop_blocking(input.writes);
  stop_blocking(output.reads);
  stop_blocking(errors.reads);
  process_ = spawn(words, input, output, errors);
  handle_ = Descriptor(::pidfd_open(process_, 0));
  input_ = std::move(input.writes);
  output_ = std::move(output.reads);
  errors_ = std::move(errors.reads);
}

ChildProcess::~ChildProcess() {
  ::kill(-process_, SIGKILL);  // it may have left children behind, whether it lives or not
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

ChildProcess::Answer ChildProcess::ask(std::string_view line, Time deadline, std::string& reply) {
  unwritten_ = line;
  while (true) {
    const std::size_t end = received_.find('\n', searched_);
    if (end != std::string::npos && unwritten_.empty()) {
      reply.assign(received_, 0, end);
      received_.erase(0, end + 1);
      searched_ = 0;
      return reply.size() > line_bytes_max ? Answer::endless : Answer::line;
    }
    if (end == std::string::npos) searched_ = received_.size();
    if (received_.size() > line_bytes_max) return Answer::endless;
    if (output_.number() < 0) return Answer::ended;
    if (!pump(deadline)) return Answer::late;
  }
}

ChildProcess::Answer ChildProcess::end_input(Time deadline) {
  unwritten_ = {};
  input_.close();
  while (received_.empty()) {
    if (output_.number() < 0) return Answer::ended;
    if (!pump(deadline)) return Answer::late;
  }
  return Answer::line;
}

// Waits for something to happen and does what there is to do. False when it is too late.
bool ChildProcess::pump(Time deadline) {
  if (input_.number() >= 0 && !unwritten_.empty()) write_some();
  const bool writes = input_.number() >= 0 && !unwritten_.empty();
  std::array<pollfd, 3> waits{{{output_.number(), POLLIN, 0},
                               {errors_.number(), POLLIN, 0},
                               {writes ? input_.number() : -1, POLLOUT, 0}}};
  const int left = milliseconds_until(deadline);
  const int ready = ::poll(waits.data(), waits.size(), left);
  if (ready < 0 && errno != EINTR) fail("poll");
  if (ready == 0) return left > 0;
  if (waits[0].revents != 0) read_output();
  if (waits[1].revents != 0) read_complaints();
  return true;
}

void ChildProcess::write_some() {
  const ssize_t written = ::write(input_.number(), unwritten_.data(), unwritten_.size());
  if (written > 0) return unwritten_.remove_prefix(static_cast<std::size_t>(written));
  if (errno == EINTR || errno == EAGAIN) return;
  input_.close();  // it reads no more; what it has said before still counts
  unwritten_ = {};
}

void ChildProcess::read_output() {
  if (!read_some(output_, received_)) output_.close();
}

void ChildProcess::read_complaints() {
  if (!read_some(errors_, complaints_)) errors_.close();
  if (complaints_.size() > complaints_bytes_max) {
    complaints_.erase(0, complaints_.size() - complaints_bytes_max);
  }
}

std::string ChildProcess::how_it_ended(Time deadline) {
  pollfd wait{handle_.number(), POLLIN, 0};
  while (::poll(&wait, 1, milliseconds_until(deadline)) < 0 && errno == EINTR) {
  }
  while (errors_.number() >= 0) {  // its last words
    const std::size_t before = complaints_.size();
    read_complaints();
    if (complaints_.size() == before) break;
  }
  siginfo_t end{};
  // Left as a zombie: its group keeps its number until the destructor has ended all of it.
  if (::waitid(P_PID, static_cast<id_t>(process_), &end, WEXITED | WNOHANG | WNOWAIT) != 0) {
    fail("waitid");
  }
  if (end.si_pid == 0 || (end.si_code == CLD_EXITED && end.si_status == 0)) return {};
  if (end.si_code == CLD_EXITED) return "status " + std::to_string(end.si_status);
  const char* signal = ::sigabbrev_np(end.si_status);
  return "signal " + (signal == nullptr ? std::to_string(end.si_status) : std::string(signal));
}

}  // namespace stt::conform

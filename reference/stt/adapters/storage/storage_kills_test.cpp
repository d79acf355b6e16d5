// storage_kills WRITER KILLS: starts WRITER (storage_writer) over and over on one database, kills
// it with SIGKILL after a time that follows from the number of the kill, and opens the database
// after each. In the end every object that was acknowledged must be there and whole, and every
// removal that was acknowledged must have happened. A kill between the begin of a change and its
// acknowledgement shows most: where the machine is busy there are more kills, until as many as half
// of KILLS were of that sort.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>

#include <stt/adapters/storage/disk_storage.hpp>
#include <stt/base/hex.hpp>
#include <stt/crypto/system_random.hpp>

extern char** environ;

namespace stt::adapters {
namespace {

using primitives::ObjectAddress;

// A kill comes this long after the writer's first change began, or, one time in eight, after the
// start of its process: while it opens the database.
constexpr long delay_tenths_of_ms_max = 1'000;
constexpr int while_opening_one_in = 8;
constexpr int start_ms_max = 30'000;
constexpr int pipe_bytes = 1 << 20;  // so that the writer never waits for us

enum class Fate : std::uint8_t { there, gone, either };

struct Report {
  int within = 0;   // kills between the begin of a change and its acknowledgement
  int changes = 0;  // acknowledged
  int lost = 0;
  int corrupt = 0;
};

// The writer's process, and what it said until it was killed.
std::string said_until_killed(const char* writer, const std::string& folder, int number) {
  int ends[2]{};
  if (::pipe(ends) != 0) std::exit(EXIT_FAILURE);
  const std::string seed = std::to_string(number);
  const char* const arguments[] = {writer, folder.c_str(), seed.c_str(), nullptr};
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addclose(&actions, ends[0]);
  ::posix_spawn_file_actions_addclose(&actions, ends[1]);
  pid_t process = 0;
  if (::posix_spawn(&process, writer, &actions, nullptr, const_cast<char* const*>(arguments),
                    environ) != 0) {
    std::exit(EXIT_FAILURE);
  }
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  ::fcntl(ends[0], F_SETPIPE_SZ, pipe_bytes);
  if (number % while_opening_one_in != 0) {
    pollfd first_word{ends[0], POLLIN, 0};
    ::poll(&first_word, 1, start_ms_max);
  }
  // Spread over the range by a multiplier that is prime to it.
  const timespec delay{0, static_cast<long>(number) * 7'919 % delay_tenths_of_ms_max * 100'000};
  ::nanosleep(&delay, nullptr);
  ::kill(process, SIGKILL);
  std::string said;
  char part[4096];
  ssize_t got = 0;
  while ((got = ::read(ends[0], part, sizeof part)) > 0)
    said.append(part, static_cast<std::size_t>(got));
  ::close(ends[0]);
  ::waitpid(process, nullptr, 0);
  return said;
}

// What must hold of each address, by what the writers said.
class Expectation {
 public:
  void take(const std::string& said, Report& report) {
    std::istringstream lines(said);
    std::string line;
    std::vector<std::string> pending;
    Fate fate = Fate::either;
    while (std::getline(lines, line)) {
      std::istringstream words(line);
      std::string word;
      words >> word;
      if (word == "A") {
        for (const std::string& address : pending) fates_[address] = fate;
        pending.clear();
        ++report.changes;
        continue;
      }
      fate = word == "S" ? Fate::there : Fate::gone;
      while (words >> word) {
        pending.push_back(word);
        fates_[word] = Fate::either;
      }
    }
    report.within += pending.empty() ? 0 : 1;
  }

  void verify(DiskStorage& storage, Report& report) const {
    std::uint64_t at_least = 0;
    std::uint64_t at_most = 0;
    for (const auto& [text, fate] : fates_) {
      ObjectAddress address;
      std::ranges::copy(*from_hex(text), address.bytes.begin());
      const auto object = storage.retrieve(address);
      if (object) {
        report.corrupt += primitives::address_of(*object) == address ? 0 : 1;
        report.lost += fate == Fate::gone ? 1 : 0;  // an acknowledged removal was
      } else {
        report.corrupt += object.error() == Errc::object_not_found ? 0 : 1;
        report.lost += fate == Fate::there ? 1 : 0;
      }
      at_least += fate == Fate::there ? 1 : 0;
      at_most += fate == Fate::gone ? 0 : 1;
    }
    const auto totals = storage.totals();
    if (!totals || totals->objects < at_least || totals->objects > at_most) ++report.corrupt;
  }

 private:
  std::map<std::string, Fate> fates_;
};

//= STT-STORAGE-006 test
int kill_often(const char* writer, int kills) {
  std::string folder = (std::filesystem::temp_directory_path() / "stt-kills-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return EXIT_FAILURE;
  const std::string database = folder + "/storage";
  crypto::SystemRandom random;
  const auto open = [&] { return DiskStorage::open({.folder = database}, crypto::Key(), random); };
  Report report;
  Expectation expected;
  int number = 0;
  while (number < kills || (2 * report.within < kills && number < 10 * kills)) {
    ++number;
    expected.take(said_until_killed(writer, database, number), report);
    // Opening walks the whole database.
    if (const auto storage = open(); !storage) {
      std::printf("kill %d: %s\n", number, std::string(name(storage.error())).c_str());
      ++report.corrupt;
    }
  }
  if (const auto storage = open()) {
    expected.verify(**storage, report);
  } else {
    ++report.corrupt;
  }
  std::printf(
      "%d kills, %d of them between the begin of a change and its acknowledgement; "
      "%d changes acknowledged; lost %d, corrupt %d\n",
      number, report.within, report.changes, report.lost, report.corrupt);
  std::filesystem::remove_all(folder);
  const bool shows_something = 2 * report.within >= kills && 10 * report.changes >= kills;
  return shows_something && report.lost == 0 && report.corrupt == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace stt::adapters

int main(int argc, char** argv) {
  const int kills = argc == 3 ? std::atoi(argv[2]) : 0;
  if (kills <= 0) return EXIT_FAILURE;
  return stt::adapters::kill_often(argv[1], kills);
}

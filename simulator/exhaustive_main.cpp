// All 3^12 ways to deliver, drop or double the first twelve packets of a handshake, and of the end
// of a stream: more than a million worlds, on all cores. By hand: it takes a quarter of an hour or
// more.
#include <atomic>
#include <cstdio>
#include <thread>

#include <simulator/exhaustive.hpp>

namespace {

using namespace stt::sim;

constexpr std::uint64_t slice = 512;

bool run_moment(Moment moment, const char* name) {
  const Enumeration enumeration{moment, {Fate::deliver, Fate::drop, Fate::duplicate}, 12};
  const std::uint64_t count = world_count(enumeration);
  std::atomic<std::uint64_t> next = 0;
  std::atomic<std::uint64_t> failed = 0;
  const auto work = [&] {
    for (std::uint64_t begin = next.fetch_add(slice); begin < count;
         begin = next.fetch_add(slice)) {
      for (const auto& problem :
           run_small_worlds(enumeration, begin, std::min(begin + slice, count))) {
        if (failed++ < 10) std::printf("%s %s\n", name, problem.c_str());
      }
      if (begin % (64 * slice) == 0) {
        std::printf("%s: %llu of %llu\n", name, static_cast<unsigned long long>(begin),
                    static_cast<unsigned long long>(count));
        std::fflush(stdout);
      }
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
    workers.emplace_back(work);
  }
  workers.clear();
  std::printf("%s: %llu worlds, %llu problems\n", name, static_cast<unsigned long long>(count),
              static_cast<unsigned long long>(failed.load()));
  return failed == 0;
}

}  // namespace

int main() {
  const bool handshake = run_moment(Moment::handshake, "handshake");
  const bool close = run_moment(Moment::stream_close, "stream close");
  return handshake && close ? 0 : 1;
}

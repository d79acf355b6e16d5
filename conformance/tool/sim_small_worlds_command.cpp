// `stt sim small-worlds`: every way in which the first packets of a handshake, or of a stream's
// close, can be treated.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/sim_commands.hpp>
#include <simulator/exhaustive.hpp>

namespace stt::tool {
namespace {

// Worlds that are run before the first look at what went wrong.
constexpr std::uint64_t slice = 64;

struct Options {
  std::string moment = "handshake";
  std::size_t packets = 6;
};

int run(const Options& options) {
  const sim::Moment moment =
      options.moment == "handshake" ? sim::Moment::handshake : sim::Moment::stream_close;
  const sim::Enumeration enumeration{
      moment,
      {sim::Fate::deliver, sim::Fate::drop, sim::Fate::duplicate, sim::Fate::swap},
      options.packets};
  const std::uint64_t count = sim::world_count(enumeration);
  for (std::uint64_t begin = 0; begin < count; begin += slice) {
    const auto problems = sim::run_small_worlds(enumeration, begin, std::min(begin + slice, count));
    for (const std::string& problem : problems) std::printf("PROBLEM    %s\n", problem.c_str());
    if (!problems.empty()) return exit_failed;
  }
  std::printf("small-worlds: %llu worlds, no problems\n", static_cast<unsigned long long>(count));
  return exit_done;
}

}  // namespace

void add_sim_small_worlds_command(Command sim) {
  auto options = std::make_shared<Options>();
  const Command command = sim.add_command(
      "small-worlds", "Deliver, drop, double or swap each of some packets, in every combination");
  command.add_option("moment", options->moment, "handshake, or stream-close")
      .one_of({"handshake", "stream-close"});
  command.add_option("--packets", options->packets, "So many in a row: 4^N worlds")
      .type_name("N")
      .range(1, 12);
  command.footer(
      "Two hosts, a short message and its echo, which has to arrive in each of the worlds. Stops\n"
      "at the first that has a problem.\n\n"
      "Exit codes: 0 no problems; 1 a world that did not end as it should; 64 usage.");
  command.action([options] { return run(*options); });
}

}  // namespace stt::tool

// Ten thousand hosts in one process, a session each with one of a hundred servers, light traffic
// for sixty simulated seconds: how long that takes, and how much memory a host costs. By hand.
//
//   crowd [hosts]
//
// Prints a line of JSON, and what went wrong to stderr; fails beyond a minute of CPU (its one
// thread) or 64 KiB a host.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <simulator/world.hpp>

namespace {

using namespace stt;
using namespace stt::sim;

constexpr std::size_t clients_per_server = 100;
constexpr double memory_kib_per_host_max = 64;
constexpr double seconds_max = 60;

Scenario crowd(std::size_t hosts) {
  Scenario scenario;
  scenario.name = "crowd";
  scenario.purpose = "Many hosts, a few words each.";
  const std::size_t servers = std::max<std::size_t>(1, hosts / (clients_per_server + 1));
  for (std::size_t i = 0; i < hosts; ++i) {
    HostPlan& host = scenario.hosts.emplace_back();
    host.name = (i < servers ? "server-" : "client-") + std::to_string(i);
    host.config.parameters.initial_stream_credit = 2'048;
    host.config.parameters.initial_session_credit = 8'192;
    host.config.parameters.max_streams = 2;
    host.config.parameters.max_message_bytes = 2'048;
    host.config.parameters.idle_timeout_ms = 120'000;
    host.config.receive_budget_bytes = 8'192;
    host.config.send_buffer_bytes = 2'048;
    LinkBetween link{i, hosts, {}, {}};
    link.forward.initial.delay = link.back.initial.delay = 10ms;
    scenario.links.push_back(std::move(link));
  }
  scenario.routers = {"hub"};
  for (std::size_t i = servers; i < hosts; ++i) {
    Conversation& talk = scenario.conversations.emplace_back();
    talk.from = i;
    talk.to = i % servers;
    talk.at = 10s * static_cast<Duration::rep>(i) / static_cast<Duration::rep>(hosts);
    talk.messages = 11;
    talk.every = 5s;
    talk.bytes_min = 16;
    talk.bytes_max = 64;
    talk.whole = true;
  }
  return scenario;
}

double resident_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss);
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t hosts = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
  if (hosts < 2 || hosts > 60'000) {
    std::fprintf(stderr, "usage: crowd [hosts], from 2 to 60000\n");
    return 64;
  }
  const double before = resident_kib();
  const auto began = std::chrono::steady_clock::now();
  RunOptions options;
  options.checks = false;
  const Outcome outcome = run(crowd(hosts), options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const double cpu = cpu_seconds();
  const double each = (resident_kib() - before) / static_cast<double>(hosts);
  for (const std::string& problem : outcome.problems) {
    std::fprintf(stderr, "PROBLEM %s\n", problem.c_str());
  }
  std::printf(R"({"hosts": %zu, "messages": %llu, "events": %llu, "simulated_s": %.1f, )"
              R"("seconds": %.2f, "cpu_seconds": %.2f, "kib_a_host": %.2f})"
              "\n",
              hosts, static_cast<unsigned long long>(outcome.tally.messages_delivered),
              static_cast<unsigned long long>(outcome.events),
              std::chrono::duration<double>(outcome.simulated).count(), took.count(), cpu, each);
  const bool good = outcome.as_expected() && cpu < seconds_max && each <= memory_kib_per_host_max;
  return good ? 0 : 1;
}

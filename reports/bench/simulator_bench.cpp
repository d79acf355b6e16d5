// What the simulator costs beside the cryptography that it simulates. Yardsticks: sealing and
// opening the same datagrams alone; the same world without its trace hash; a number of worlds a
// second that other stacks' simulators reach.
#include <benchmark/benchmark.h>

#include <cstring>

#include <simulator/world.hpp>
#include <stt/crypto/aead.hpp>

namespace {

using namespace stt;

constexpr std::size_t datagram_bytes = 1'200;
constexpr std::size_t text_bytes = datagram_bytes - 65;  // what frames add on the average
constexpr std::uint64_t transfer_bytes = 4'000'000;

// A path that loses nothing, with room for what a window holds.
sim::Scenario transfer(std::uint64_t bytes, sim::Ppm loss, std::uint64_t seed) {
  sim::Scenario scenario;
  scenario.name = "transfer";
  scenario.seed = seed;
  scenario.hosts.resize(2);
  for (sim::HostPlan& host : scenario.hosts) {
    host.config.datagram_bytes_initial = datagram_bytes;
    host.config.datagram_bytes_max = datagram_bytes;
  }
  sim::LinkConditions link;
  link.rate_bits_per_second = 100'000'000;
  link.delay = 10ms;
  link.loss = loss;
  scenario.links = {{0, 1, {link, {}}, {link, {}}}};
  sim::Conversation conversation;
  conversation.to = 1;
  conversation.bytes_min = conversation.bytes_max = bytes;
  scenario.conversations = {conversation};
  return scenario;
}

void run_world(benchmark::State& state, const sim::Scenario& scenario, bool trace) {
  sim::RunOptions options;
  options.checks = false;
  options.trace = trace;
  const sim::Outcome outcome = sim::run(scenario, options);
  if (!outcome.as_expected()) state.SkipWithError("not as expected");
}

void protocol(benchmark::State& state, bool trace) {
  const sim::Scenario scenario = transfer(transfer_bytes, 0, 1);
  for (auto _ : state) run_world(state, scenario, trace);
  // Full datagrams only: ACKs are half as many and small, and count for nothing.
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(transfer_bytes / text_bytes));
}

void cryptography(benchmark::State& state) {
  crypto::Aead aead{crypto::Key{}};
  ByteArray<crypto::nonce_bytes> nonce{};
  ByteArray<60> associated{};
  ByteArray<text_bytes> text{};
  ByteArray<crypto::tag_bytes> tag{};
  std::uint64_t sequence = 0;
  for (auto _ : state) {
    ++sequence;
    std::memcpy(nonce.data() + 16, &sequence, sizeof sequence);
    aead.seal(nonce, associated, text, tag);
    if (!aead.open(nonce, associated, text, tag)) state.SkipWithError("did not open");
  }
  state.SetItemsProcessed(state.iterations());
}

void worlds(benchmark::State& state) {
  std::uint64_t seed = 0;
  for (auto _ : state) run_world(state, transfer(100'000, 10'000, ++seed), true);
  state.SetItemsProcessed(state.iterations());
  state.counters["yardstick"] = 840;
}

void with_trace(benchmark::State& state) {
  protocol(state, true);
}
void without_trace(benchmark::State& state) {
  protocol(state, false);
}

BENCHMARK(with_trace)->Name("simulated_protocol/ours");
BENCHMARK(cryptography)->Name("simulated_protocol/yardstick");
BENCHMARK(with_trace)->Name("simulated_trace/ours");
BENCHMARK(without_trace)->Name("simulated_trace/yardstick");
BENCHMARK(worlds)->Name("simulated_worlds/ours");

}  // namespace

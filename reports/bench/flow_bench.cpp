// What the simulator's network costs without nodes: packets of 1,200 bytes at 100 Mbit/s through
// links of 10 ms that lose one in a hundred, with the trace hash. For one pair of hosts and for a
// hundred; `./dev bench --ns3` runs the same through ns-3.
#include <benchmark/benchmark.h>

#include <deque>

#include <simulator/network/network.hpp>
#include <simulator/trace/trace.hpp>

namespace {

using namespace stt;
using namespace stt::sim;

constexpr std::size_t packet_bytes = 1'200;
constexpr std::uint64_t rate_bits_per_second = 100'000'000;
constexpr Duration interval(packet_bytes * 8 * 1'000'000'000 / rate_bits_per_second);
constexpr std::uint64_t packets_in_all = 100'000;

// Sends as fast as its link carries.
class Source final : public Entity, public Receiver {
 public:
  Source(Engine& engine, Network& network, HostIndex from)
      : engine_(engine), network_(network), from_(from), id_(engine.add(*this)) {
    network_.add_host(id_, *this, {});
  }
  void send(std::uint64_t packets, HostIndex to) {
    left_ = packets;
    to_ = network_.address_of(to);
    engine_.queue().schedule(engine_.now(), id_, 0, 0);
  }
  void handle(const Event&) override {
    network_.send(from_, to_, payload_);
    if (--left_ > 0) engine_.queue().schedule(engine_.now() + interval, id_, 0, 0);
  }
  void receive(const Address&, MutableByteView bytes) override { received_bytes_ += bytes.size(); }
  std::uint64_t received_bytes() const { return received_bytes_; }

 private:
  Engine& engine_;
  Network& network_;
  HostIndex from_;
  EntityId id_;
  Address to_;
  std::uint64_t left_ = 0;
  std::uint64_t received_bytes_ = 0;
  Bytes payload_ = Bytes(packet_bytes, std::byte{0x5A});
};

// Even hosts send to the odd ones behind them.
void flow(benchmark::State& state, std::size_t pairs) {
  for (auto _ : state) {
    Engine engine(1, false);
    Trace trace;
    engine.watch(trace);
    Network network(engine);
    std::deque<Source> hosts;
    for (HostIndex i = 0; i < 2 * pairs; ++i) hosts.emplace_back(engine, network, i);
    LinkConditions link;
    link.rate_bits_per_second = rate_bits_per_second;
    link.delay = 10ms;
    link.loss = 10'000;
    for (HostIndex i = 0; i < 2 * pairs; i += 2) {
      network.add_link({i, i + 1, {link, {}}, {link, {}}});
      hosts[i].send(packets_in_all / pairs, i + 1);
    }
    while (engine.step()) {
    }
    std::uint64_t bytes = 0;
    for (const Source& host : hosts) bytes += host.received_bytes();
    const std::uint64_t lost = engine.counters().count(Kind::lost);
    if (bytes != (packets_in_all - lost) * packet_bytes || lost == 0) {
      state.SkipWithError("not what was sent");
    }
    benchmark::DoNotOptimize(trace.digest());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(packets_in_all));
}

BENCHMARK_CAPTURE(flow, one_pair, 1)->Name("flow_100_pairs/yardstick");
BENCHMARK_CAPTURE(flow, hundred_pairs, 100)->Name("flow_100_pairs/ours");

}  // namespace

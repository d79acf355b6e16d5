#include <simulator/shared_bottleneck.hpp>

#include <simulator/judged_link.hpp>
#include <simulator/network/flow_bytes.hpp>
#include <simulator/network/queue_delay.hpp>
#include <simulator/world.hpp>

namespace stt::sim {
namespace {

// More than a flow can move before the world is cut off.
constexpr std::uint64_t endless_bytes = 10'000'000'000;

Ppm ppm(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<Ppm>(part * ppm_always / whole);
}

std::uint64_t square(std::uint64_t value) {
  return value * value;
}

}  // namespace

Ppm SharedResult::jain() const {
  // Kilobytes, so that nothing overflows below four gigabytes.
  const std::uint64_t sum = bytes[0] / 1'000 + bytes[1] / 1'000;
  const std::uint64_t squares = square(bytes[0] / 1'000) + square(bytes[1] / 1'000);
  return squares == 0 ? 0 : static_cast<Ppm>(square(sum) * ppm_always / (2 * squares));
}

Ppm SharedResult::share(std::size_t flow) const {
  return ppm(2 * bytes[flow], bytes[0] + bytes[1]);
}

Scenario shared_scenario(const SharedCase& of) {
  Scenario scenario;
  scenario.name = "shared-bottleneck";
  scenario.purpose = "Two flows through one bottleneck.";
  scenario.seed = of.seed;
  scenario.hosts = {
      judged::host("sender-0", of.controllers[0]), judged::host("sender-1", of.controllers[1]),
      judged::host("receiver-0", of.controllers[0]), judged::host("receiver-1", of.controllers[1])};
  scenario.routers = {"left", "right"};
  constexpr PlaceIndex left = 4;
  constexpr PlaceIndex right = 5;
  const LinkPlan access{};
  const LinkPlan bottleneck{judged::link(), {}};
  scenario.links = {{0, left, access, access},
                    {1, left, access, access},
                    {left, right, bottleneck, bottleneck},
                    {right, 2, access, access},
                    {right, 3, access, access}};
  for (const HostIndex flow : {HostIndex{0}, HostIndex{1}}) {
    Conversation transfer;
    transfer.from = flow;
    transfer.to = 2 + flow;
    transfer.at = flow == 0 ? Duration{} : of.head_start;
    transfer.bytes_min = transfer.bytes_max = endless_bytes;
    scenario.conversations.push_back(transfer);
  }
  // The world is cut off there: its only problem then is that it was not done.
  scenario.expectation.within = of.to - of.head_start;
  return scenario;
}

SharedResult measure_shared(const SharedCase& of) {
  FlowBytes flows{Instant(of.from), Instant(of.to)};
  QueueDelay queue(judged::datagram_bytes, judged::unqueued);
  RunOptions options;
  options.observers = {&flows, &queue};
  options.checks = false;
  (void)run(shared_scenario(of), options);
  SharedResult result;
  const std::vector<std::uint64_t> delivered = flows.delivered();
  for (std::size_t i = 0; i < std::min<std::size_t>(2, delivered.size()); ++i) {
    result.bytes[i] = delivered[i];
  }
  result.queue_delay_p99 = queue.percentile(99);
  return result;
}

}  // namespace stt::sim

#include <simulator/goodput.hpp>

#include <algorithm>

#include <simulator/judged_link.hpp>
#include <simulator/network/queue_delay.hpp>
#include <simulator/world.hpp>
#include <stt/wire/frame.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::sim {
namespace {

// Application bytes in a datagram of a young session: later ones carry a few less.
std::uint64_t application_bytes() {
  const wire::FrameHeader header{wire::FrameType::data, {}, StreamId(1), Sequence(0), Epoch(0)};
  const std::size_t head = wire::encoded_size(wire::DataMessage{false, Position(0), {}});
  return wire::payload_bytes_max(header, judged::datagram_bytes).value() - head;
}

}  // namespace

Scenario goodput_scenario(const GoodputCase& of) {
  Scenario scenario;
  scenario.name = "goodput";
  scenario.purpose = "One bulk transfer over a link with random loss.";
  scenario.seed = of.seed;
  scenario.hosts = {judged::host("client", of.controller), judged::host("server", of.controller)};
  LinkBetween between{0, 1, {judged::link(), {}}, {judged::link(), {}}};
  between.forward.initial.loss = of.loss;
  scenario.links = {between};
  Conversation transfer;
  transfer.to = 1;
  transfer.bytes_min = of.bytes;
  transfer.bytes_max = of.bytes;
  scenario.conversations = {transfer};
  scenario.expectation.within = 24h;
  return scenario;
}

std::uint64_t goodput_ceiling(Ppm loss) {
  return judged::rate_bits_per_second * application_bytes() / judged::datagram_bytes *
         (ppm_always - loss) / ppm_always;
}

std::uint64_t goodput_mathis(Ppm loss) {
  const std::uint64_t ceiling = goodput_ceiling(loss);
  if (loss == 0) return ceiling;
  // Datagrams a round trip, in thousandths; the root bit by bit, in integers.
  const std::uint64_t square = 3 * std::uint64_t{ppm_always} * 1'000'000 / (4 * loss);
  std::uint64_t root = 0;
  for (std::uint64_t bit = 1U << 31; bit > 0; bit /= 2) {
    if ((root + bit) * (root + bit) <= square) root += bit;
  }
  const std::uint64_t round_trips_per_second = 1s / (2 * judged::delay);
  const std::uint64_t sent = root * application_bytes() * 8 * round_trips_per_second / 1'000;
  return std::min(ceiling, sent * (ppm_always - loss) / ppm_always);
}

GoodputResult measure_goodput(const GoodputCase& of) {
  QueueDelay queue(judged::datagram_bytes, judged::unqueued);
  RunOptions options;
  options.observers = {&queue};
  options.checks = false;
  const Outcome outcome = run(goodput_scenario(of), options);
  GoodputResult result;
  result.share =
      static_cast<Ppm>(outcome.goodput_bits_per_second * ppm_always / goodput_ceiling(of.loss));
  result.queue_delay_p99 = queue.percentile(99);
  result.retransmissions = outcome.retransmissions;
  result.problems = outcome.problems;
  return result;
}

}  // namespace stt::sim

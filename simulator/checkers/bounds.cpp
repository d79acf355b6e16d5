#include <simulator/checkers/bounds.hpp>

namespace stt::sim {
namespace {

constexpr std::uint64_t datagrams_between = 32;
// Beside what was set: what a session needs to keep its books, however it is set.
constexpr std::uint64_t books_bytes = 1U << 20;

}  // namespace

Complaint check_bounds(const Config& config, const NodeStatistics& node) {
  if (node.half_open > config.half_open_max) return "holds too many half-open handshakes";
  return std::nullopt;
}

Complaint check_bounds(const Config& config, const SessionStatistics& session) {
  const wire::Parameters& declared = config.parameters;
  if (session.streams_open > 2 * declared.max_streams) return "holds too many streams open";
  const std::uint64_t received =
      std::max(config.receive_budget_bytes,
               declared.max_message_bytes + declared.max_streams * declared.initial_stream_credit);
  // What is kept for reuse is at most as much again.
  const std::uint64_t sent = declared.max_streams * config.send_buffer_bytes;
  if (session.memory_bytes > 2 * (received + sent) + books_bytes) return "holds too much memory";
  return std::nullopt;
}

void BoundsChecker::after_datagram(const Host& host) {
  Watched& watched = hosts_[host.index()];
  if (watched.datagrams++ % datagrams_between != 0) return;
  Complaint complaint = check_bounds(host.plan().config, host.node().statistics());
  for (const SessionHandle session : watched.sessions) {
    const auto statistics = host.node().statistics(session);
    if (statistics && !complaint) complaint = check_bounds(host.plan().config, *statistics);
  }
  if (!complaint) return;
  violations_.add(host.world_now(), "host " + std::to_string(host.index()) + ": " + *complaint);
}

void BoundsChecker::on_event(const Host& host, const stt::Event& event) {
  Watched& watched = hosts_[host.index()];
  if (const auto* connected = std::get_if<Connected>(&event)) {
    watched.sessions.insert(connected->session);
  }
  if (const auto* closed = std::get_if<Closed>(&event)) watched.sessions.erase(closed->session);
}

void BoundsChecker::on_crash(const Host& host) {
  hosts_.erase(host.index());
}

}  // namespace stt::sim

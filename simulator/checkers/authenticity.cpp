#include <simulator/checkers/authenticity.hpp>

#include <tuple>

namespace stt::sim {
namespace {

auto fields_of(const SessionStatistics& each) {
  return std::tuple(each.session_id, each.bytes_sent, each.bytes_received, each.messages_sent,
                    each.messages_received, each.last_active, each.streams_open, each.frames_sent,
                    each.frames_received, each.retransmissions, each.frames_lost, each.rtt,
                    each.rtt_min, each.rtt_variation, each.congestion_window_bytes,
                    each.bytes_in_flight, each.datagram_bytes, each.send_epoch, each.receive_epoch);
}

}  // namespace

NodeSnapshot snapshot(const Node& node, const std::set<SessionHandle>& sessions) {
  const NodeStatistics& all = node.statistics();
  NodeSnapshot taken{node.state(),  all.handshakes_completed, all.handshakes_failed,
                     all.half_open, node.poll_timeout(),      {}};
  for (const SessionHandle session : sessions) {
    if (const auto statistics = node.statistics(session)) taken.sessions.push_back(*statistics);
  }
  return taken;
}

bool is_same(const NodeSnapshot& a, const NodeSnapshot& b) {
  const auto head = [](const NodeSnapshot& each) {
    return std::tuple(each.state, each.handshakes_completed, each.handshakes_failed, each.half_open,
                      each.timeout);
  };
  return head(a) == head(b) && std::ranges::equal(a.sessions, b.sessions, {}, fields_of, fields_of);
}

void AuthenticityChecker::before_datagram(const Host& host, ByteView datagram) {
  before_.reset();
  for (ByteView rest = datagram; !rest.empty();) {
    const wire::ParseResult parsed = wire::parse_frame(rest);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) break;
    if (eavesdropper_.is_genuine(frame->whole)) return;
    rest = rest.subspan(frame->whole.size());
  }
  before_ = snapshot(host.node(), sessions_[host.index()]);
}

void AuthenticityChecker::after_datagram(const Host& host) {
  if (!before_) return;
  if (is_same(*before_, snapshot(host.node(), sessions_[host.index()]))) return;
  violations_.add(host.world_now(), "host " + std::to_string(host.index()) +
                                        ": bytes that nobody sealed have moved its state");
}

void AuthenticityChecker::on_event(const Host& host, const stt::Event& event) {
  if (const auto* connected = std::get_if<Connected>(&event)) {
    sessions_[host.index()].insert(connected->session);
  }
  if (const auto* closed = std::get_if<Closed>(&event)) {
    sessions_[host.index()].erase(closed->session);
  }
}

void AuthenticityChecker::on_crash(const Host& host) {
  sessions_.erase(host.index());
}

}  // namespace stt::sim

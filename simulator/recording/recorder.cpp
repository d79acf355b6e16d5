#include <simulator/recording/recorder.hpp>

#include <functional>

#include <simulator/hosts/host.hpp>

namespace stt::sim {
namespace {

std::size_t mark_of(ByteView bytes) {
  return std::hash<std::string_view>{}(
      std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

bool same_metrics(const SessionStatistics& a, const SessionStatistics& b) {
  return a.congestion_window_bytes == b.congestion_window_bytes &&
         a.bytes_in_flight == b.bytes_in_flight && a.rtt == b.rtt && a.rtt_min == b.rtt_min &&
         a.rtt_variation == b.rtt_variation && a.frames_lost == b.frames_lost &&
         a.retransmissions == b.retransmissions && a.datagram_bytes == b.datagram_bytes &&
         a.send_epoch == b.send_epoch && a.receive_epoch == b.receive_epoch;
}

}  // namespace

void Recorder::begin(const Cast& cast) {
  network_ = cast.network;
  hosts_ = cast.hosts;
  told_.resize(hosts_.size());
  for (const Host* host : hosts_) {
    host_of_[host->id()] = host->index();
    opener_.add_host(*host);
  }
  for (RunWriter* writer : writers_) writer->begin(cast);
}

void Recorder::end() {
  for (RunWriter* writer : writers_) writer->end();
}

Recorder::Known& Recorder::flight_of(const Packet& packet) {
  const auto [found, is_new] = flights_.try_emplace(packet.number);
  Known& known = found->second;
  if (!is_new) return known;
  known.mark = mark_of(packet.bytes);
  known.flight = {packet.number,
                  packet.from,
                  packet.to,
                  network_->owner_of(packet.from),
                  network_->owner_of(packet.to),
                  packet.bytes.size(),
                  nullptr};
  const auto original = frames_.find(known.mark);
  known.flight.frames =
      original != frames_.end()
          ? original->second
          : std::make_shared<const std::vector<FrameWords>>(words_of_sealed(packet.bytes));
  return known;
}

void Recorder::on_packet(Instant at, EntityId where, const Packet& packet) {
  const Known& known = flight_of(packet);
  for (RunWriter* writer : writers_) writer->on_packet(at, where, known.flight, packet.bytes);
}

void Recorder::on_sent(const Observation& observation, Known& known) {
  const std::vector<OpenedFrame> opened = opener_.open(observation.entity, observation.bytes);
  std::vector<FrameWords> words;
  for (const OpenedFrame& each : opened) words.push_back(words_of(each));
  known.flight.frames = std::make_shared<const std::vector<FrameWords>>(std::move(words));
  frames_[known.mark] = known.flight.frames;
  for (const UsedKey& key : opener_.take_used_keys()) {
    for (RunWriter* writer : writers_) writer->on_used_key(observation.at, key);
  }
  for (RunWriter* writer : writers_) writer->on_sent(observation, known.flight, opened);
}

void Recorder::observe(const Observation& observation) {
  if (observation.kind == Kind::restarted) opener_.add_life(observation.entity);
  const auto found =
      is_about_packet(observation.kind) ? flights_.find(observation.number) : flights_.end();
  if (found == flights_.end()) {
    for (RunWriter* writer : writers_) writer->on_observation(observation, nullptr);
    return;
  }
  if (observation.kind == Kind::sent) on_sent(observation, found->second);
  for (RunWriter* writer : writers_) writer->on_observation(observation, &found->second.flight);
  if (observation.kind == Kind::sent) {
    if (const auto host = host_of_.find(observation.entity); host != host_of_.end()) {
      sample(observation.at, host->second);
    }
  }
  if (observation.kind != Kind::delivered && !is_drop(observation.kind)) return;
  frames_.erase(found->second.mark);
  flights_.erase(found);
}

void Recorder::on_event(const Host& host, const stt::Event& event) {
  auto& sessions = told_[host.index()].sessions;
  if (const auto* connected = std::get_if<Connected>(&event)) sessions[connected->session] = {};
  if (const auto* closed = std::get_if<Closed>(&event)) sessions.erase(closed->session);
  for (RunWriter* writer : writers_) {
    writer->on_node_event(host.world_now(), host.index(), event);
  }
}

void Recorder::after_datagram(const Host& host) {
  sample(host.world_now(), host.index());
}

void Recorder::on_crash(const Host& host) {
  told_[host.index()] = {};
}

void Recorder::sample(Instant at, HostIndex host) {
  if (hosts_[host]->is_foreign()) return;  // it tells no such things
  Told& told = told_[host];
  const Node& node = hosts_[host]->node();
  tell_drops(at, host, node.statistics().drops, told.drops);
  told.drops = node.statistics().drops;
  for (auto& [session, last] : told.sessions) {
    const auto statistics = node.statistics(session);
    if (!statistics) continue;
    tell_drops(at, host, statistics->drops, last.drops);
    const bool is_same = same_metrics(*statistics, last);
    last = *statistics;
    if (is_same) continue;
    for (RunWriter* writer : writers_) writer->on_metrics(at, host, last);
  }
}

void Recorder::tell_drops(Instant at, HostIndex host, const DropCounters& now,
                          const DropCounters& told) {
  if (now.total() == told.total()) return;
  for (const ErrorInfo& error : all_errors()) {
    const std::uint64_t count = now.count(error.code) - told.count(error.code);
    if (count == 0) continue;
    for (RunWriter* writer : writers_) writer->on_refused(at, host, error.code, count);
  }
}

}  // namespace stt::sim

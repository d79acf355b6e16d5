#include <simulator/recording/timeline.hpp>

#include <algorithm>
#include <ostream>

#include <nlohmann/json.hpp>
#include <simulator/hosts/host.hpp>
#include <stt/base/hex.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::sim {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t us(Instant at) {
  return at.time_since_epoch() / 1us;
}

// Numbers that grow are written as what each adds to the one before it: short, and alike.
Json differences(const std::vector<std::int64_t>& numbers) {
  Json column = Json::array();
  std::int64_t before = 0;
  for (const std::int64_t number : numbers)
    column.push_back(number - std::exchange(before, number));
  return column;
}

}  // namespace

void Timeline::begin(const Cast& cast) {
  for (const Host* host : cast.hosts) hosts_.push_back(host->plan().name);
  for (const Cast::LinkEntry& entry : cast.links) links_[entry.link->id()] = entry;
}

void Timeline::plot(Chart& chart, const std::string& line, Instant at, std::uint64_t value) {
  auto found = chart.lines.find(line);
  if (found == chart.lines.end()) {
    if (chart.lines.size() >= lines_max) return;
    found = chart.lines.emplace(line, Line{}).first;
  }
  auto& [times, values] = found->second;
  if (!values.empty() && values.back() == value) return;
  if (points_ >= points_max) {
    ++left_out_;
    return;
  }
  ++points_;
  times.push_back(us(at));
  values.push_back(value);
}

void Timeline::note(Instant at, HostIndex host, std::string text) {
  if (notes_.size() < notes_max) notes_.emplace_back(host, us(at), std::move(text));
}

std::string Timeline::stream_name(const StreamKey& key) const {
  return hosts_[key.sender] + " " + to_hex(key.session.bytes).substr(0, 4) + " stream " +
         std::to_string(key.stream.value());
}

std::size_t Timeline::text_of(const Flight& flight) {
  return texts_.try_emplace(in_one_line(*flight.frames), texts_.size()).first->second;
}

void Timeline::on_packet(Instant at, EntityId where, const Flight& flight, ByteView) {
  under_way_.try_emplace(flight.number, UnderWay{at, false, {}});
  const auto link = links_.find(where);
  if (link == links_.end()) return;
  plot(queues_, link->second.name, at, link->second.link->queue().bytes());
}

void Timeline::on_sent(const Observation& sent, const Flight& flight,
                       std::span<const OpenedFrame> frames) {
  UnderWay& packet =
      under_way_.try_emplace(flight.number, UnderWay{sent.at, false, {}}).first->second;
  if (!flight.sender) return;
  for (const OpenedFrame& opened : frames) {
    const wire::FrameHeader& header = opened.frame.header;
    if (!opened.text || !wire::is_stream_data(header.type, header.stream_id)) continue;
    const Result<wire::DataMessage> data = wire::decode_data(*opened.text);
    if (!data) continue;
    const StreamKey key{*flight.sender, header.session_id, header.stream_id};
    Progress& progress = streams_[key];
    packet.again |= data->offset.value() < progress.sent;
    packet.carried.push_back({key, data->end().value()});
    progress.sent = std::max(progress.sent, data->end().value());
    plot(progress_, stream_name(key) + " sent", sent.at, progress.sent);
  }
}

void Timeline::on_observation(const Observation& observation, const Flight* flight) {
  if (flight == nullptr) return;
  end_us_ = us(observation.at);
  const bool is_drop = sim::is_drop(observation.kind);
  if (!is_drop && observation.kind != Kind::delivered) return;
  const auto found = under_way_.extract(flight->number);
  if (!flight->sender || !flight->receiver || found.empty()) return;
  const UnderWay& packet = found.mapped();
  for (const auto& [key, end] : packet.carried) {
    if (is_drop) break;
    Progress& progress = streams_[key];
    progress.arrived = std::max(progress.arrived, end);
    plot(progress_, stream_name(key) + " arrived", observation.at, progress.arrived);
  }
  if (packets_.size() >= packets_max) {
    ++left_out_;
    return;
  }
  packets_.push_back({flight->number, us(packet.sent), us(observation.at), *flight->sender,
                      *flight->receiver, flight->bytes,
                      is_drop ? 1 + static_cast<std::size_t>(observation.kind) : 0, packet.again,
                      text_of(*flight)});
}

void Timeline::on_node_event(Instant at, HostIndex host, const stt::Event& event) {
  if (const auto* connected = std::get_if<Connected>(&event)) {
    note(at, host, "session " + to_hex(connected->session_id.bytes) + " is active");
  } else if (const auto* failed = std::get_if<ConnectFailed>(&event)) {
    note(at, host, "connect failed: " + std::string(stt::name(failed->reason)));
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    note(at, host, "session is closed: " + std::string(stt::name(closed->reason)));
  }
}

void Timeline::on_metrics(Instant at, HostIndex host, const SessionStatistics& metrics) {
  const std::string line = hosts_[host] + " " + to_hex(metrics.session_id.bytes).substr(0, 4);
  plot(windows_, line + " window", at, metrics.congestion_window_bytes);
  plot(windows_, line + " in flight", at, metrics.bytes_in_flight);
  plot(round_trips_, line, at, static_cast<std::uint64_t>(metrics.rtt / 1us));
  plot(epochs_, line + " sends", at, metrics.send_epoch.value());
  plot(epochs_, line + " receives", at, metrics.receive_epoch.value());
}

void Timeline::end() {
  Json section{{"kind", "scenario"}, {"title", about_}, {"purpose", purpose_},
               {"hosts", hosts_},    {"end", end_us_},  {"left_out", left_out_}};
  section["fates"] = {"arrived"};
  for (std::size_t i = 0; i < kind_count; ++i) {
    section["fates"].push_back(name(static_cast<Kind>(i)));
  }
  std::vector<std::string> texts(texts_.size());
  for (const auto& [text, number] : texts_) texts[number] = text;
  section["texts"] = std::move(texts);
  std::ranges::sort(packets_, {},
                    [](const Packet& each) { return std::pair(each.sent_us, each.number); });
  const auto column = [&](auto value) {
    Json numbers = Json::array();
    for (const Packet& packet : packets_) numbers.push_back(value(packet));
    return numbers;
  };
  std::vector<std::int64_t> sent;
  for (const Packet& packet : packets_) sent.push_back(packet.sent_us);
  section["packets"] = {
      {"sent", differences(sent)},
      {"took", column([](const Packet& each) { return each.ended_us - each.sent_us; })},
      {"from", column([](const Packet& each) { return each.from; })},
      {"to", column([](const Packet& each) { return each.to; })},
      {"bytes", column([](const Packet& each) { return each.bytes; })},
      {"fate", column([](const Packet& each) { return each.fate; })},
      {"again", column([](const Packet& each) { return each.again ? 1 : 0; })},
      {"text", column([](const Packet& each) { return each.text; })}};
  section["notes"] = Json::array();
  for (const auto& [host, at, text] : notes_) section["notes"].push_back({host, at, text});
  section["charts"] = Json::array();
  for (const Chart* chart : {&progress_, &windows_, &round_trips_, &queues_, &epochs_}) {
    Json lines = Json::array();
    for (const auto& [name, line] : chart->lines) {
      lines.push_back({{"name", name}, {"at", differences(line.at)}, {"value", line.value}});
    }
    section["charts"].push_back({{"title", chart->title},
                                 {"unit", chart->unit},
                                 {"scale", chart->scale},
                                 {"lines", std::move(lines)}});
  }
  // Names may be no UTF-8.
  out_ << section.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace stt::sim

#include <simulator/recording/page.hpp>

#include <ostream>

#include <nlohmann/json.hpp>
#include <simulator/hosts/host.hpp>
#include <simulator/recording/page_html.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

using Json = nlohmann::ordered_json;

double ms(Duration duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

double ms(Instant at) {
  return ms(at.time_since_epoch());
}

// JSON within a <script>: nothing in it can end the element.
std::string script_text(const Json& json) {
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    text.replace(at, 1, "\\u003c");
  }
  return text;
}

}  // namespace

void Page::Line::put(std::int64_t step, std::uint64_t value) {
  const auto [point, is_new] = points_.try_emplace(step, value);
  if (is_new) return;
  switch (fold_) {
    case Fold::sum: point->second += value; return;
    case Fold::largest: point->second = std::max(point->second, value); return;
    case Fold::newest: point->second = value;
  }
}

void Page::Line::add(Instant at, std::uint64_t value) {
  put(at.time_since_epoch() / step_, value);
  while (points_.size() > points_max) widen();
}

void Page::Line::widen() {
  const auto narrow = std::exchange(points_, {});
  step_ *= 2;
  for (const auto& [step, value] : narrow) put(step / 2, value);
}

void Page::begin(const Cast& cast) {
  for (const Host* host : cast.hosts) hosts_.push_back(host->plan().name);
  for (const Cast::LinkEntry& entry : cast.links) links_[entry.link->id()] = entry;
}

void Page::plot(Chart& chart, Fold fold, const std::string& line, Instant at, std::uint64_t value) {
  auto found = chart.find(line);
  if (found == chart.end()) {
    if (chart.size() >= lines_max) return;
    found = chart.emplace(line, Line(fold)).first;
  }
  found->second.add(at, value);
}

void Page::on_packet(Instant at, EntityId where, const Flight& flight, ByteView) {
  sent_at_.try_emplace(flight.number, at);
  const auto link = links_.find(where);
  if (link == links_.end()) return;
  plot(queues_, Fold::largest, link->second.name, at, link->second.link->queue().bytes());
}

void Page::on_observation(const Observation& observation, const Flight* flight) {
  if (flight == nullptr) return;
  last_ = observation.at;
  const bool is_drop = sim::is_drop(observation.kind);
  if (!is_drop && observation.kind != Kind::delivered) return;
  const auto sent = sent_at_.extract(flight->number);
  if (!flight->sender || !flight->receiver || sent.empty()) return;
  if (!is_drop) {
    plot(arrived_, Fold::sum, hosts_[*flight->receiver], observation.at, flight->bytes);
  }
  if (arrows_.size() >= arrows_max) {
    ++left_out_;
    return;
  }
  arrows_.push_back({*flight->sender, *flight->receiver, sent.mapped(), observation.at,
                     is_drop ? std::string(name(observation.kind)) : "",
                     in_one_line(*flight->frames)});
}

void Page::on_node_event(Instant at, HostIndex host, const stt::Event& event) {
  if (const auto* connected = std::get_if<Connected>(&event)) {
    note(at, host, "session " + to_hex(connected->session_id.bytes) + " is active");
  } else if (const auto* failed = std::get_if<ConnectFailed>(&event)) {
    note(at, host, "connect failed: " + std::string(stt::name(failed->reason)));
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    note(at, host, "session is closed: " + std::string(stt::name(closed->reason)));
  }
}

void Page::note(Instant at, HostIndex host, std::string text) {
  if (arrows_.size() < arrows_max && notes_.size() < arrows_max) {
    notes_.push_back({host, at, std::move(text)});
  }
}

void Page::on_metrics(Instant at, HostIndex host, const SessionStatistics& metrics) {
  const std::string line = hosts_[host] + " " + to_hex(metrics.session_id.bytes);
  plot(windows_, Fold::newest, line, at, metrics.congestion_window_bytes);
  plot(round_trips_, Fold::newest, line, at, static_cast<std::uint64_t>(metrics.rtt / 1us));
}

void Page::end() {
  // A value a point, as what `scale` makes of it and of the width of a step.
  const auto chart = [](const char* title, const char* unit, const Chart& lines, auto scale) {
    Json json{{"title", title}, {"unit", unit}, {"lines", Json::array()}};
    for (const auto& [name, line] : lines) {
      Json points = Json::array();
      for (const auto& [step, value] : line.points()) {
        points.push_back({ms(line.step() * step), scale(static_cast<double>(value), line.step())});
      }
      json["lines"].push_back({{"name", name}, {"points", std::move(points)}});
    }
    return json;
  };
  const auto rate = [](double bytes, Duration step) { return bytes * 8 / (ms(step) * 1e3); };
  const auto thousandth = [](double value, Duration) { return value / 1e3; };
  Json run{{"about", about_}, {"hosts", hosts_}, {"end", ms(last_)}, {"left_out", left_out_}};
  run["arrows"] = Json::array();
  for (const Arrow& each : arrows_) {
    run["arrows"].push_back(
        {each.from, each.to, ms(each.sent), ms(each.ended), each.dropped, each.text});
  }
  run["notes"] = Json::array();
  for (const Note& each : notes_) run["notes"].push_back({each.host, ms(each.at), each.text});
  run["charts"] = {chart("What arrived", "Mbit/s", arrived_, rate),
                   chart("Congestion window", "kB", windows_, thousandth),
                   chart("Round-trip time", "ms", round_trips_, thousandth),
                   chart("Queue", "kB", queues_, thousandth)};
  const std::string_view page = page_html;
  constexpr std::string_view place = "RUN_DATA";
  const std::size_t at = page.find(place);
  out_ << page.substr(0, at) << script_text(run) << page.substr(at + place.size());
}

}  // namespace stt::sim

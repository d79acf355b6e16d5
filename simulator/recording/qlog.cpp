#include <simulator/recording/qlog.hpp>

#include <ostream>

#include <nlohmann/json.hpp>
#include <simulator/hosts/host.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr char record_separator = '\x1E';  // RFC 7464

double ms(Duration duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

void write(std::ostream& out, const Json& record) {
  // Reasons come from peers: whatever is no UTF-8 is replaced.
  out << record_separator << record.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

void write(std::ostream& out, Instant at, const char* name, Json data) {
  write(out, {{"time", ms(at.time_since_epoch())}, {"name", name}, {"data", std::move(data)}});
}

Json to_json(const FrameWords& frame) {
  Json json{{"message", frame.name}};
  if (!frame.detail.empty()) json["detail"] = frame.detail;
  json["type"] = static_cast<int>(frame.header.type);
  json["bytes"] = frame.bytes;
  if (frame.header.type == wire::FrameType::handshake) return json;
  json["session_id"] = to_hex(frame.header.session_id.bytes);
  json["stream_id"] = frame.header.stream_id.value();
  json["sequence"] = frame.header.sequence.value();
  json["epoch"] = std::get<Epoch>(frame.header.selector).value();
  return json;
}

Json to_json(const std::vector<FrameWords>& frames) {
  Json json = Json::array();
  for (const FrameWords& frame : frames) json.push_back(to_json(frame));
  return json;
}

// What an event says of a session or a stream: its new state, and why.
struct StateOf {
  Json& json;

  void operator()(const Connected& event) const {
    json["new"] = "active";
    json["role"] = event.role == Role::initiator ? "initiator" : "responder";
    json["peer"] = to_hex(event.peer.bytes);
  }
  void operator()(const ConnectFailed& event) const { failed("failed", event.reason); }
  void operator()(const Closed& event) const {
    failed("closed", event.reason);
    json["by_peer"] = event.by_peer;
    json["code"] = event.code;
  }
  void operator()(const StreamOpened& event) const { of_stream(event.stream, "opened"); }
  void operator()(const StreamFinished& event) const { of_stream(event.stream, "finished"); }
  void operator()(const stt::StreamReset& event) const {
    of_stream(event.stream, "reset");
    json["code"] = event.code;
  }
  void operator()(const StreamClosed& event) const {
    of_stream(event.stream, "closed");
    json["reason"] = stt::name(event.reason);
    json["code"] = event.code;
  }
  void operator()(const PeerAddressChanged& event) const {
    json["new"] = "migrated";
    json["address"] = stt::to_string(event.address);
  }
  template <class Other>
  void operator()(const Other&) const {}

  void failed(const char* state, Errc reason) const {
    json["new"] = state;
    json["reason"] = stt::name(reason);
  }
  void of_stream(StreamId stream, const char* state) const {
    json["stream_id"] = stream.value();
    json["new"] = state;
  }
};

std::optional<SessionHandle> session_of(const stt::Event& event) {
  return std::visit(
      [](const auto& each) -> std::optional<SessionHandle> {
        if constexpr (requires { each.session; }) return each.session;
        return std::nullopt;
      },
      event);
}

}  // namespace

Qlog::Qlog(std::ostream& out, std::string_view about) : out_(out) {
  const Json reference{{"clock_type", "monotonic"}, {"epoch", "unknown"}};
  write(out_, {{"file_schema", "urn:ietf:params:qlog:file:sequential"},
               {"serialization_format", "application/qlog+json-seq"},
               {"title", about},
               {"trace",
                {{"vantage_point", {{"name", "stt sim"}, {"type", "network"}}},
                 {"event_schemas", Json::array({"urn:stt:qlog:events:1"})},
                 {"common_fields",
                  {{"time_format", "relative_to_epoch"}, {"reference_time", reference}}}}}});
}

void Qlog::begin(const Cast& cast) {
  for (const Host* host : cast.hosts) {
    hosts_.push_back(host->plan().name);
    names_[host->id()] = host->plan().name;
  }
  for (const Cast::LinkEntry& entry : cast.links) names_[entry.link->id()] = entry.name;
}

std::string Qlog::where(EntityId entity) const {
  const auto found = names_.find(entity);
  return found == names_.end() ? "elsewhere" : found->second;
}

void Qlog::on_sent(const Observation& sent, const Flight& flight, std::span<const OpenedFrame>) {
  write(out_, sent.at, "stt:datagram_sent",
        {{"host", where(sent.entity)},
         {"packet", flight.number},
         {"from", stt::to_string(flight.from)},
         {"to", stt::to_string(flight.to)},
         {"bytes", flight.bytes},
         {"frames", to_json(*flight.frames)}});
}

void Qlog::on_observation(const Observation& observation, const Flight* flight) {
  Json data{{"where", where(observation.entity)}};
  if (flight != nullptr) data["packet"] = flight->number;
  const char* event = nullptr;
  if (observation.kind == Kind::delivered) {
    event = "stt:datagram_received";
    data["bytes"] = flight == nullptr ? 0 : flight->bytes;
  } else if (is_drop(observation.kind)) {
    event = "sim:packet_dropped";
  } else if (is_new_packet(observation.kind) && observation.kind != Kind::sent) {
    event = "sim:packet_added";
  } else if (is_fault(observation.kind) && flight != nullptr) {
    event = "sim:packet_changed";
  } else if (is_fault(observation.kind) || observation.kind == Kind::restarted ||
             observation.kind == Kind::conditions_changed) {
    event = "sim:world_changed";
  }
  if (event == nullptr) return;
  if (observation.kind != Kind::delivered) data["trigger"] = name(observation.kind);
  write(out_, observation.at, event, std::move(data));
}

void Qlog::on_node_event(Instant at, HostIndex host, const stt::Event& event) {
  const std::optional<SessionHandle> session = session_of(event);
  if (!session) return;
  if (const auto* connected = std::get_if<Connected>(&event)) {
    sessions_[{host, *session}] = to_hex(connected->session_id.bytes);
  }
  Json data{{"host", hosts_[host]}};
  const auto id = sessions_.find({host, *session});
  if (id != sessions_.end()) data["session_id"] = id->second;
  std::visit(StateOf{data}, event);
  if (!data.contains("new")) return;
  const char* event_name =
      data.contains("stream_id") ? "stt:stream_state_updated" : "stt:session_state_updated";
  write(out_, at, event_name, std::move(data));
}

void Qlog::on_metrics(Instant at, HostIndex host, const SessionStatistics& metrics) {
  const std::string session = to_hex(metrics.session_id.bytes);
  std::uint64_t& lost = lost_[{host, metrics.session_id}];
  if (metrics.frames_lost > lost) {
    write(out_, at, "stt:frames_lost",
          {{"host", hosts_[host]}, {"session_id", session}, {"count", metrics.frames_lost - lost}});
    lost = metrics.frames_lost;
  }
  write(out_, at, "stt:metrics_updated",
        {{"host", hosts_[host]},
         {"session_id", session},
         {"congestion_window", metrics.congestion_window_bytes},
         {"bytes_in_flight", metrics.bytes_in_flight},
         {"smoothed_rtt", ms(metrics.rtt)},
         {"min_rtt", ms(metrics.rtt_min)},
         {"rtt_variance", ms(metrics.rtt_variation)},
         {"datagram_bytes", metrics.datagram_bytes},
         {"retransmissions", metrics.retransmissions},
         {"send_epoch", metrics.send_epoch.value()},
         {"receive_epoch", metrics.receive_epoch.value()}});
}

void Qlog::on_refused(Instant at, HostIndex host, Errc reason, std::uint64_t count) {
  write(out_, at, "stt:input_dropped",
        {{"host", hosts_[host]}, {"trigger", stt::name(reason)}, {"count", count}});
}

}  // namespace stt::sim

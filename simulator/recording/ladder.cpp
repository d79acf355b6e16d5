#include <simulator/recording/ladder.hpp>

#include <ostream>

#include <simulator/hosts/host.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

// Mermaid has a meaning of its own for some characters, and host names may have any.
std::string plain(std::string text) {
  for (char& each : text) {
    const bool is_safe = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
                         (each >= '0' && each <= '9') ||
                         std::string_view(" -_.,+()").find(each) != std::string_view::npos;
    if (!is_safe) each = '_';
  }
  return text;
}

std::string ms(Instant at) {
  const auto us = at.time_since_epoch().count() / 1'000;
  std::string fraction = std::to_string(us % 1'000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(us / 1'000) + "." + fraction;
}

std::string names_of(const std::vector<FrameWords>& frames) {
  std::string names;
  for (const FrameWords& frame : frames) names += (names.empty() ? "" : " + ") + frame.name;
  return names;
}

// What is worth a line each, however often it comes.
bool is_one_of_many(const std::vector<FrameWords>& frames) {
  return std::ranges::all_of(frames, [](const FrameWords& frame) {
    return frame.header.type != wire::FrameType::handshake &&
           frame.header.type != wire::FrameType::auth &&
           (frame.header.type != wire::FrameType::control || frame.name == "ACK");
  });
}

std::string participant(HostIndex host) {
  return "h" + std::to_string(host);
}

}  // namespace

void Ladder::begin(const Cast& cast) {
  for (const Host* host : cast.hosts) {
    names_.push_back(plain(host->plan().name));
    host_of_[host->id()] = host->index();
  }
}

void Ladder::on_observation(const Observation& observation, const Flight* flight) {
  if (flight == nullptr) {
    switch (observation.kind) {
      case Kind::crashed:
      case Kind::crashed_without_storage:
      case Kind::restarted:
      case Kind::paused:
      case Kind::rebound:
        if (const auto host = host_of_.find(observation.entity); host != host_of_.end()) {
          add_note(observation.at, host->second, std::string(name(observation.kind)));
        }
        return;
      default: return;
    }
  }
  const bool is_drop = sim::is_drop(observation.kind);
  if (!is_drop && observation.kind != Kind::delivered) return;
  if (!flight->sender || !flight->receiver) return;
  const bool merges = is_one_of_many(*flight->frames);
  Arrow arrow{*flight->sender,
              *flight->receiver,
              is_drop ? std::string(name(observation.kind)) : "",
              merges ? names_of(*flight->frames) : "",
              observation.at,
              observation.at,
              1,
              in_one_line(*flight->frames)};
  add_arrow(std::move(arrow));
}

void Ladder::on_node_event(Instant at, HostIndex host, const stt::Event& event) {
  if (const auto* connected = std::get_if<Connected>(&event)) {
    add_note(at, host, "session " + to_hex(connected->session_id.bytes) + " is active");
  } else if (const auto* failed = std::get_if<ConnectFailed>(&event)) {
    add_note(at, host, "connect failed, " + std::string(stt::name(failed->reason)));
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    add_note(at, host, "session is closed, " + std::string(stt::name(closed->reason)));
  }
}

void Ladder::add_note(Instant at, HostIndex host, const std::string& what) {
  flush_arrow();
  if (lines_.size() < lines_max) shown_.insert(host);
  add_line("  Note over " + participant(host) + ": " + ms(at) + " ms " + plain(what));
}

void Ladder::add_arrow(Arrow arrow) {
  const bool same = arrow_ && !arrow.names.empty() && arrow_->from == arrow.from &&
                    arrow_->to == arrow.to && arrow_->dropped == arrow.dropped &&
                    arrow_->names == arrow.names;
  if (same) {
    arrow_->last = arrow.last;
    ++arrow_->count;
    return;
  }
  flush_arrow();
  arrow_ = std::move(arrow);
}

void Ladder::flush_arrow() {
  if (!arrow_) return;
  const Arrow arrow = std::move(*arrow_);
  arrow_.reset();
  if (lines_.size() < lines_max) {
    shown_.insert(arrow.from);
    shown_.insert(arrow.to);
  }
  std::string line = "  " + participant(arrow.from) + (arrow.dropped.empty() ? "->>" : "-x") +
                     participant(arrow.to) + ": " + ms(arrow.first);
  if (arrow.count == 1) {
    line += " ms " + plain(arrow.text);
  } else {
    line += " to " + ms(arrow.last) + " ms " + std::to_string(arrow.count) + " packets with " +
            plain(arrow.names);
  }
  if (!arrow.dropped.empty()) line += " (" + arrow.dropped + ")";
  add_line(std::move(line));
}

void Ladder::add_line(std::string line) {
  if (lines_.size() < lines_max) {
    lines_.push_back(std::move(line));
  } else {
    ++left_out_;
  }
}

void Ladder::end() {
  flush_arrow();
  out_ << "%% " << plain(about_) << "\n%% Times are of arrival, or of the loss.\nsequenceDiagram\n";
  for (const HostIndex host : shown_) {
    out_ << "  participant " << participant(host) << " as " << names_[host] << '\n';
  }
  for (const std::string& line : lines_) out_ << line << '\n';
  if (left_out_ == 0 || shown_.empty()) return;
  out_ << "  Note over " << participant(*shown_.begin()) << ": cut here, " << left_out_
       << " more lines\n";
}

}  // namespace stt::sim

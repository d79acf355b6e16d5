#include <simulator/recording/capture.hpp>

#include <simulator/hosts/host.hpp>

namespace stt::sim {

void Capture::begin(const Cast& cast) {
  network_ = cast.network->id();
  for (const Cast::LinkEntry& entry : cast.links) {
    links_[entry.link->id()] = pcapng_.add_interface(entry.name, "one direction of a link");
  }
  elsewhere_ = pcapng_.add_interface("elsewhere", "put in off the path, or without a way to go");
  if (!unsealed_) return;
  for (const Host* host : cast.hosts) {
    hosts_[host->id()] =
        pcapng_.add_interface(host->plan().name + " unsealed", "frames before they are sealed");
  }
}

void Capture::on_packet(Instant at, EntityId where, const Flight& flight, ByteView bytes) {
  const auto link = links_.find(where);
  if (link == links_.end() && where != network_) {
    unplaced_[flight.number] = {to_bytes(bytes), {}};
    return;
  }
  settle(flight.number);
  add(at, link == links_.end() ? elsewhere_ : link->second, flight, bytes);
  const auto unplaced = unplaced_.extract(flight.number);
  if (!unplaced.empty()) waiting_.back().packet.comments = unplaced.mapped().comments;
}

void Capture::on_sent(const Observation& sent, const Flight& flight,
                      std::span<const OpenedFrame> frames) {
  if (!unsealed_) return;
  Bytes bytes;
  for (const OpenedFrame& each : frames) {
    if (!each.text) {
      append(bytes, each.frame.whole);
      continue;
    }
    append(bytes, each.frame.header_bytes);
    append(bytes, *each.text);
    append(bytes, each.frame.selector_bytes);
    bytes.resize(bytes.size() + each.frame.nonce.size() + each.frame.tag.size());
  }
  Waiting whole{{hosts_.at(sent.entity),
                 sent.at,
                 flight.number,
                 in_ip_packet(flight.from, flight.to, bytes),
                 {}},
                true};
  waiting_.push_back(std::move(whole));
  write_settled();
}

void Capture::on_observation(const Observation& observation, const Flight* flight) {
  if (flight == nullptr || observation.kind == Kind::sent) return;
  comment(observation, *flight);
  if (observation.kind != Kind::delivered && !is_drop(observation.kind)) return;
  settle(flight->number);
  newest_.erase(flight->number);
  write_settled();
}

void Capture::comment(const Observation& observation, const Flight& flight) {
  if (!is_fault(observation.kind)) return;
  std::string word(name(observation.kind));
  if (is_drop(observation.kind)) {
    word = "dropped: " + word;
    if (const auto unplaced = unplaced_.extract(flight.number); !unplaced.empty()) {
      add(observation.at, elsewhere_, flight, unplaced.mapped().bytes);
    }
  } else if (const auto found = unplaced_.find(flight.number); found != unplaced_.end()) {
    return found->second.comments.push_back(std::move(word));
  }
  Waiting& waiting = newest_of(flight.number);
  waiting.packet.comments.push_back(word);
  if (observation.bytes.empty() || is_new_packet(observation.kind)) return;
  const std::uint32_t interface = waiting.packet.interface;
  settle(flight.number);
  add(observation.at, interface, flight, observation.bytes);
  waiting_.back().packet.comments.push_back("as it goes on: " + word);
}

void Capture::end() {
  for (Waiting& each : waiting_) {
    if (!each.settled) each.packet.comments.emplace_back("still on its way when the run ended");
    pcapng_.write(each.packet);
  }
  waiting_.clear();
}

void Capture::add(Instant at, std::uint32_t interface, const Flight& flight, ByteView bytes) {
  newest_[flight.number] = written_ + waiting_.size();
  waiting_.push_back(
      {{interface, at, flight.number, in_ip_packet(flight.from, flight.to, bytes), {}}, false});
}

Capture::Waiting& Capture::newest_of(std::uint64_t number) {
  return waiting_[newest_.at(number) - written_];
}

void Capture::settle(std::uint64_t number) {
  if (newest_.contains(number)) newest_of(number).settled = true;
}

void Capture::write_settled() {
  while (!waiting_.empty() && waiting_.front().settled) {
    pcapng_.write(waiting_.front().packet);
    waiting_.pop_front();
    ++written_;
  }
}

}  // namespace stt::sim

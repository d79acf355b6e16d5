#include <simulator/checkers/checkers.hpp>

#include <algorithm>
#include <functional>

#include <stt/base/assert.hpp>

namespace stt::sim {

void WireChecker::observe(const Observation& observation) {
  if (observation.kind != Kind::sent) return;
  if (const auto what = secrets_.find_in(observation.bytes)) {
    violate(observation, *what + " in the clear");
  }
  for (ByteView rest = observation.bytes; !rest.empty();) {
    const wire::ParseResult parsed = wire::parse_frame(rest);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) return violate(observation, "a datagram that is not whole frames");
    check_frame(observation, *frame);
    rest = rest.subspan(frame->whole.size());
  }
}

void WireChecker::check_frame(const Observation& observation, const wire::FrameView& frame) {
  const wire::FrameType type = frame.header.type;
  // Handshake frames carry no sequence and are sent again as they were.
  if (type == wire::FrameType::handshake || type == wire::FrameType::auth) {
    return check_handshake_nonce(observation, frame);
  }
  Sender& sender = senders_[{observation.entity, frame.header.session_id}];
  if (sender.last && frame.header.sequence <= *sender.last) {
    return violate(observation,
                   "sequence " + std::to_string(frame.header.sequence.value()) + " does not rise");
  }
  if (frame.epoch() < sender.epoch) return violate(observation, "the epoch falls");
  if (frame.epoch().value() > sender.epoch.value() + 1)
    return violate(observation, "an epoch skipped");
  if (frame.epoch() > sender.epoch) sender.nonces.clear();
  sender.last = frame.header.sequence;
  sender.epoch = frame.epoch();
  highest_epoch_ = std::max(highest_epoch_, frame.epoch().value());
  const std::string nonce(reinterpret_cast<const char*>(frame.nonce.data()), frame.nonce.size());
  if (!sender.nonces.insert(nonce).second) violate(observation, "a nonce used twice");
}

void WireChecker::check_handshake_nonce(const Observation& observation,
                                        const wire::FrameView& frame) {
  const auto text = [](ByteView bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  const auto [known, is_new] = handshake_frames_.try_emplace(text(frame.nonce), text(frame.whole));
  if (!is_new && known->second != text(frame.whole)) {
    violate(observation, "a nonce used twice in handshake frames");
  }
}

void WireChecker::violate(const Observation& observation, std::string what) {
  violations_.add(
      observation.at,
      "wire: host entity " + std::to_string(observation.entity.value()) + ": " + std::move(what));
}

void TimerChecker::observe(const Observation& observation) {
  if (observation.kind != Kind::timer_not_in_future) return;
  violations_.add(observation.at, "timer: due again at once after a time-out of host entity " +
                                      std::to_string(observation.entity.value()));
}

void check_conservation(const Engine& engine, Violations& violations) {
  const KindCounters& counted = engine.counters();
  const std::uint64_t out =
      counted.count(Kind::delivered) + counted.dropped() + engine.packets().in_flight();
  if (counted.created() != out) violations.add(engine.now(), "packets are not conserved");
}

}  // namespace stt::sim

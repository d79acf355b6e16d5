#include <simulator/network/off_path.hpp>

#include <stt/wire/frame.hpp>

namespace stt::sim {
namespace {

constexpr std::size_t heard_max = 64;
constexpr std::uint64_t sequences_ahead_max = 50;
constexpr std::size_t forged_payload_max = 400;

}  // namespace

OffPathAttacker::OffPathAttacker(Engine& engine, Network& network, const AttackPlan& plan)
    : engine_(engine),
      network_(network),
      plan_(plan),
      id_(engine.add(*this)),
      draws_(engine.seed(), id_.value(), "off_path") {
  engine_.queue().schedule(Instant(plan_.from), id_, 0, 0);
}

void OffPathAttacker::observe(const Observation& observation) {
  if (observation.kind != Kind::sent || plan_.what == Attack::flood) return;
  if (heard_.size() < heard_max) {
    heard_.push_back(to_bytes(observation.bytes));
    return;
  }
  heard_[next_heard_++ % heard_max].assign(observation.bytes.begin(), observation.bytes.end());
}

void OffPathAttacker::handle(const Event&) {
  if (engine_.now() > Instant(plan_.until)) return;
  engine_.queue().schedule(engine_.now() + plan_.every, id_, 0, 0);
  const Address from =
      plan_.spoofs ? network_.address_of(*plan_.spoofs) : Address::ipv4(203, 0, 113, 7, 666);
  if (plan_.what == Attack::flood) {
    Bytes noise(plan_.bytes);
    draws_.fill(noise);
    return network_.inject(plan_.target, from, noise, Kind::flooded);
  }
  if (heard_.empty()) return;
  if (plan_.what == Attack::forge) {
    return network_.inject(plan_.target, from, forge(), Kind::forged);
  }
  const Bytes copy = heard_[draws_.below(heard_.size())];
  network_.inject(plan_.target, from, copy, Kind::replayed);
}

// The header of a frame that was seen, with a sequence a little later or an epoch that may come
// next; what is sealed is noise.
Bytes OffPathAttacker::forge() {
  const Bytes& seen = heard_[draws_.below(heard_.size())];
  const wire::ParseResult parsed = wire::parse_frame(seen);
  const auto* frame = std::get_if<wire::FrameView>(&parsed);
  if (frame == nullptr) return seen;
  wire::FrameHeader header = frame->header;
  const std::uint64_t ahead = draws_.below(sequences_ahead_max);
  const std::uint64_t epochs_ahead = draws_.below(3);
  if (header.type != wire::FrameType::handshake && header.type != wire::FrameType::auth) {
    header.sequence = Sequence(header.sequence.value() + ahead);
    header.selector = Epoch(frame->epoch().value() + epochs_ahead);
  }
  const std::size_t payload = draws_.between(1, forged_payload_max);
  Bytes bytes(wire::encoded_size(header, payload));
  draws_.fill(bytes);
  wire::Writer writer{bytes};
  lay_out_frame(writer, header, payload);
  return bytes;
}

}  // namespace stt::sim

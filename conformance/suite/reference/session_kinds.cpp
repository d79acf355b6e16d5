// Session frames: sealed and opened one by one, and a whole direction with its replay window and
// its epochs.
#include <array>

#include <conformance/suite/reference/kinds.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/session/associated_data.hpp>
#include <stt/session/opener.hpp>
#include <stt/session/sealer.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

json frame_seal(const Fields& in) {
  const wire::FrameHeader header = frame_header(in);
  const Bytes payload = in.bytes("payload");
  if (payload.size() > wire::handshake_frame_bytes_max / 2) {
    throw AdapterError("payload: at most 600 bytes");
  }
  Bytes bytes(wire::encoded_size(header, payload.size()));
  wire::Writer writer(bytes);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, header, payload.size());
  std::ranges::copy(payload, slots.payload.begin());
  std::ranges::copy(in.array<wire::nonce_bytes>("nonce"), slots.nonce.begin());
  const session::AssociatedData associated(slots.header_bytes, slots.selector_bytes);
  crypto::Aead(in.secret<32>("key"))
      .seal(crypto::Nonce(slots.nonce), associated.view(), slots.payload, slots.tag);
  return accept({{"bytes", to_hex(bytes)}});
}

json frame_open(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  const wire::ParseResult result = wire::parse_frame(bytes);
  if (const auto* error = std::get_if<Errc>(&result)) return reject("frame", *error);
  if (const auto* need = std::get_if<wire::NeedMore>(&result)) return need_more(need->at_least);
  const auto& frame = std::get<wire::FrameView>(result);
  Bytes payload = to_bytes(frame.ciphertext);
  const session::AssociatedData associated(frame.header_bytes, frame.selector_bytes);
  const auto opened = crypto::Aead(in.secret<32>("key"))
                          .open(crypto::Nonce(frame.nonce), associated.view(), payload, frame.tag);
  if (!opened) return reject("open", opened.error());
  return accept({{"payload", to_hex(payload)}});
}

// All sequences are offered; the last one is what the case is about.
json replay_window(const Fields& in) {
  session::ReplayWindow window;
  Result<void> last;
  for (const std::uint64_t sequence : in.u64_list("sequences")) {
    last = window.check(Sequence(sequence));
    if (last) window.accept(Sequence(sequence));
  }
  if (!last) return reject("replay", last.error());
  return accept(json::object());
}

std::string_view stage_of(Errc error) {
  switch (error) {
    case Errc::replayed:
    case Errc::too_old: return "replay";
    case Errc::epoch_unknown:
    case Errc::epoch_order: return "epoch";
    default: return "open";
  }
}

session::Reliability reliability(const Fields& in) {
  return in.has("reliable") && in.flag("reliable") ? session::Reliability::reliable
                                                   : session::Reliability::unreliable;
}

// All frames are offered at one moment; the last one is what the case is about.
json session_open(const Fields& in) {
  session::Opener opener(in.secret<32>("chain"), reliability(in));
  json answer = accept(json::object());
  for (Bytes frame : in.bytes_list("frames")) {
    const wire::ParseResult parsed = wire::parse_frame(frame);
    const auto* view = std::get_if<wire::FrameView>(&parsed);
    if (view == nullptr || view->header.type == wire::FrameType::handshake ||
        view->header.type == wire::FrameType::auth) {
      throw AdapterError("frames: whole session frames are needed");
    }
    const auto opened = opener.open(Instant{}, 100ms, frame, *view);
    answer = opened ? accept({{"payload", to_hex(opened->payload)},
                              {"epoch", decimal(opener.epoch().value())}})
                    : reject(stage_of(opened.error()), opened.error());
  }
  return answer;
}

// Random bytes that nobody looks at: where a nonce prefix is drawn, the answer does not show it.
struct AnyRandom final : Random {
  Result<void> fill(std::string_view, MutableByteView out) override {
    std::ranges::fill(out, std::byte{});
    return {};
  }
};

// One thing that a sender does; the frame that it sends, if it sends one.
Result<std::optional<wire::FrameHeader>> step(session::Sealer& sealer, const Fields& step,
                                              Random& random) {
  const std::string what = step.text("do");
  if (what == "acked") {
    sealer.on_acked(Sequence(step.u64("sequence")));
    return std::nullopt;
  }
  if (what == "rotate") {
    if (const auto rotated = sealer.rotate(Instant{}, random); !rotated) {
      return fail(rotated.error());
    }
    return std::nullopt;
  }
  if (what == "skip") {
    if (const auto skipped = sealer.skip(step.u64("count")); !skipped) return fail(skipped.error());
    return std::nullopt;
  }
  if (what != "send") throw AdapterError("do: send, skip, rotate or acked");
  const auto header =
      sealer.next_header(wire::FrameType::data, SessionId{{std::byte{1}}}, StreamId(1));
  if (!header) return fail(header.error());
  Bytes bytes(wire::encoded_size(*header, 1));
  wire::Writer writer(bytes);
  sealer.seal(*header, wire::lay_out_frame(writer, *header, 1));
  return *header;
}

// All steps in turn, over UDP or on a WebSocket; the last one is what the case is about.
json session_send(const Fields& in) {
  AnyRandom random;
  auto sealer = *session::Sealer::create(Instant{}, crypto::Key(ByteArray<32>{}), reliability(in),
                                         {}, random);
  json frames = json::array();
  json answer;
  for (const json& each : in.at("steps")) {
    const auto header = step(sealer, Fields(each), random);
    if (!header) {
      answer = reject("command", header.error());
      continue;
    }
    if (*header) {
      frames.push_back({{"sequence", decimal((*header)->sequence.value())},
                        {"epoch", decimal(sealer.epoch().value())}});
    }
    answer = accept({{"frames", frames}});
  }
  if (answer.is_null()) throw AdapterError("steps: one at least");
  return answer;
}

constexpr std::array kinds{
    Kind{"frame.seal", frame_seal},       Kind{"frame.open", frame_open},
    Kind{"replay.window", replay_window}, Kind{"session.open", session_open},
    Kind{"session.send", session_send},
};

}  // namespace

std::span<const Kind> session_kinds() {
  return kinds;
}

}  // namespace stt::conform

// What a receiver makes of the frames of streams, and both sides of acknowledgements.
#include <array>
#include <map>

#include <conformance/suite/reference/kinds.hpp>
#include <stt/recovery/ack_tracker.hpp>
#include <stt/recovery/recovery.hpp>
#include <stt/stream/streams.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;
using stream::Streams;

constexpr std::size_t frames_max = 10'000;

Role role_of(const std::string& text) {
  if (text == "initiator") return Role::initiator;
  if (text == "responder") return Role::responder;
  throw AdapterError("role: initiator or responder");
}

// The parameters that the receiver declared; what is not named is as by default.
wire::Parameters parameters_of(const Fields& in) {
  wire::Parameters all;
  if (in.has("initial_session_credit")) {
    all.initial_session_credit = in.u64("initial_session_credit");
  }
  if (in.has("initial_stream_credit")) all.initial_stream_credit = in.u64("initial_stream_credit");
  if (in.has("max_message_bytes")) all.max_message_bytes = in.u64("max_message_bytes");
  if (in.has("max_streams")) all.max_streams = in.u64("max_streams");
  if (!wire::check(all)) throw AdapterError("these parameters are out of range");
  return all;
}

// What the application gets of one stream, read to the end of what is there.
class Reader {
 public:
  Reader(Streams& streams, StreamId id) : streams_(streams), id_(id) {}

  json in_parts() {
    ByteArray<4'096> buffer{};
    while (const auto part = note(streams_.read(id_, buffer))) {
      append(partial_, ByteView(buffer).first(part->bytes));
      if (!part->end_of_message) continue;
      messages_.push_back(
          {{"type", static_cast<unsigned>(part->type)}, {"bytes", to_hex(partial_)}});
      partial_.clear();
    }
    return answer();
  }

  json in_whole() {
    while (const auto message = note(streams_.receive(id_))) {
      messages_.push_back(
          {{"type", static_cast<unsigned>(message->type)}, {"bytes", to_hex(message->bytes)}});
    }
    return answer();
  }

 private:
  template <class T>
  std::optional<T> note(Result<T> result) {
    if (result) return std::move(*result);
    end_ = result.error();
    return std::nullopt;
  }

  json answer() const {
    return {{"stream", id_.value()},
            {"messages", messages_},
            {"partial", to_hex(partial_)},
            {"end", end_ == Errc::would_block ? "open" : std::string(name(end_))}};
  }

  Streams& streams_;
  StreamId id_;
  json messages_ = json::array();
  Bytes partial_;
  Errc end_ = Errc::would_block;
};

// One frame that came in; the stage of a refusal stands beside it.
struct Offered {
  std::string_view stage;
  Result<stream::Taken> result;
};

Offered offer(Streams& streams, const Fields& frame) {
  const Bytes payload = frame.bytes("payload");
  const StreamId id(static_cast<std::uint16_t>(frame.number("stream", 65'535)));
  const auto type = static_cast<wire::FrameType>(frame.number("type", 255));
  if (id.value() == 0) throw AdapterError("stream: 1 to 65,535");
  if (type == wire::FrameType::stream_control) {
    const auto message = wire::decode_stream_control(payload);
    if (!message) return {"message", tl::unexpected(message.error())};
    return {"stream", streams.handle_stream_control(id, *message)};
  }
  if (!wire::is_stream_data(type, id)) throw AdapterError("type: no frame of a stream");
  const auto message = wire::decode_data(payload);
  if (!message) return {"message", tl::unexpected(message.error())};
  return {"stream", streams.handle_data(type, id, *message)};
}

// The RESET and STOP messages that the receiver owes its peer, by stream.
json replies_of(Streams& streams) {
  std::map<std::uint16_t, json> replies;
  while (const auto frame = streams.poll_frame(wire::datagram_bytes_min)) {
    Bytes payload(frame->payload_bytes);
    wire::Writer writer(payload);
    streams.write_payload(*frame, writer);
    if (frame->type != wire::FrameType::stream_control) continue;
    const auto message = wire::decode_stream_control(payload);
    const std::uint16_t id = frame->stream.value();
    if (const auto* reset = std::get_if<wire::StreamReset>(&*message)) {
      replies[id].push_back({{"stream", id}, {"message", "reset"}, {"code", decimal(reset->code)}});
    } else if (const auto* stop = std::get_if<wire::StreamStop>(&*message)) {
      replies[id].push_back({{"stream", id}, {"message", "stop"}, {"code", decimal(stop->code)}});
    }
  }
  json all = json::array();
  for (const auto& [id, of_one] : replies) {
    for (const json& reply : of_one) all.push_back(reply);
  }
  return all;
}

// All frames are offered in turn, and nothing is read, and no credit given, before the last; that
// one is what the case is about.
json stream_receive(const Fields& in) {
  Streams streams({role_of(in.text("role")), parameters_of(in), wire::Parameters{}});
  const json& frames = in.at("frames");
  if (!frames.is_array() || frames.empty() || frames.size() > frames_max) {
    throw AdapterError("frames: a list of 1 to 10,000 frames");
  }
  Offered last{"", stream::Taken::stored};
  std::map<std::uint16_t, bool> seen;
  for (const json& frame : frames) {
    last = offer(streams, Fields(frame));
    while (const auto event = streams.poll_event()) {
      if (event->kind == stream::StreamEvent::Kind::opened) seen[event->stream.value()] = true;
    }
  }
  if (!last.result) return reject(last.stage, last.result.error());
  if (*last.result == stream::Taken::dropped) return reject("stream", Errc::too_many_gaps);
  json read = json::array();
  const bool whole = in.has("whole") && in.flag("whole");
  for (const auto& [id, opened] : seen) {
    Reader reader(streams, StreamId(id));
    read.push_back(whole ? reader.in_whole() : reader.in_parts());
  }
  return accept({{"streams", read}, {"replies", replies_of(streams)}});
}

// The id of the last of so many streams that one side opens, and nobody closes.
json stream_open(const Fields& in) {
  const wire::Parameters ours = parameters_of(in);
  Streams streams({role_of(in.text("role")), ours, ours});
  const std::uint64_t count = in.number("count", 65'536);
  Result<StreamId> last = fail(Errc::stream_limit);
  for (std::uint64_t i = 0; i < count; ++i) last = streams.open();
  if (!last) return reject("command", last.error());
  return accept({{"stream", last->value()}});
}

json pairs(const auto& ranges) {
  json list = json::array();
  for (const wire::SequenceRange& range : ranges) {
    list.push_back({decimal(range.first.value()), decimal(range.last.value())});
  }
  return list;
}

// The ranges that an ACK reports when these sequences, each in a frame that asks for one, have
// arrived in that order.
json ack_report(const Fields& in) {
  const auto sequences = in.u64_list("sequences");
  if (sequences.empty()) throw AdapterError("sequences: one at least");
  recovery::AckTracker tracker(25ms);
  for (const std::uint64_t sequence : sequences) {
    tracker.on_received(Instant{}, Sequence(sequence), true);
  }
  return accept({{"ranges", pairs(tracker.make_ack(Instant{}).ranges)}});
}

// What the last of these ACKs acknowledges for the first time, of frames that were sent.
json ack_receive(const Fields& in) {
  const std::uint64_t sent = in.number("sent", frames_max);
  recovery::Recovery sender({});
  const std::vector<std::uint64_t> skipped = in.u64_list("skipped");
  for (std::uint64_t i = 0; i < sent; ++i) {
    if (std::ranges::find(skipped, i) != skipped.end()) {
      sender.skip_sequence(Sequence(i));
    } else {
      sender.on_sent(Instant{}, {.sequence = Sequence(i), .bytes = 100, .reach_bytes = 100});
    }
  }
  recovery::Outcome outcome;
  for (const Bytes& payload : in.bytes_list("acks")) {
    outcome = {};
    const auto message = wire::decode_control(payload);
    if (!message) return reject("message", message.error());
    const auto* ack = std::get_if<wire::Ack>(&*message);
    if (ack == nullptr) throw AdapterError("acks: ACK messages are needed");
    const auto taken = sender.on_ack(Instant{} + 100ms, *ack, outcome);
    if (!taken) return reject("ack", taken.error());
  }
  std::map<Sequence, bool> acknowledged;
  for (const auto* list : {&outcome.acked, &outcome.late_acked}) {
    for (const recovery::FrameReport& frame : *list) acknowledged[frame.sequence] = true;
  }
  json list = json::array();
  for (const auto& [sequence, is_new] : acknowledged) list.push_back(decimal(sequence.value()));
  return accept({{"acknowledged", list}});
}

constexpr std::array kinds{
    Kind{"ack.receive", ack_receive},
    Kind{"ack.report", ack_report},
    Kind{"stream.open", stream_open},
    Kind{"stream.receive", stream_receive},
};

}  // namespace

std::span<const Kind> delivery_kinds() {
  return kinds;
}

}  // namespace stt::conform

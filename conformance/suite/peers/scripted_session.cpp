#include <conformance/suite/peers/scripted_session.hpp>

#include <algorithm>

#include <conformance/suite/peers/edits.hpp>
#include <conformance/suite/peers/end_of_case.hpp>
#include <stt/base/hex.hpp>

namespace stt::conform::peers {

using nlohmann::json;
using wire::FrameType;

namespace {

[[noreturn]] void broken(const std::string& rule) {
  throw EndOfCase(Verdict::fail, rule);
}

void hold(bool kept, const char* rule) {
  if (!kept) broken(rule);
}

}  // namespace

ScriptedSession::ScriptedSession(const SessionKeys& keys, Role role, const wire::Parameters& ours,
                                 Nonces& nonces)
    : id_(keys.id),
      role_(role),
      ours_(ours),
      nonces_(nonces),
      sending_(role == Role::initiator ? keys.chain_i2r : keys.chain_r2i),
      receiving_(role == Role::initiator ? keys.chain_r2i : keys.chain_i2r),
      session_credit_(ours.initial_session_credit) {}

Bytes ScriptedSession::seal(json& words) {
  const Content content = content_of(words);
  const bool explicit_sequence = words.contains("sealed_as");
  if (words.contains("skip")) next_sequence_ += read_number(words.at("skip"));
  const std::uint64_t sequence =
      explicit_sequence ? read_number(words.at("sealed_as")) : next_sequence_++;
  words["frame_sequence"] = std::to_string(sequence);
  const std::uint64_t named = words.contains("epoch") ? read_number(words.at("epoch")) : epoch;
  const wire::FrameHeader header{
      .type = content.type,
      .session_id = words.contains("session_id") ? read_session_id(words.at("session_id")) : id_,
      .stream_id = content.stream,
      .sequence = Sequence(sequence),
      .selector = Epoch(named)};
  // Of a later epoch than any key reaches it cannot be sealed truly, and need not be.
  const std::uint64_t epoch_of_key = named < Keys::epochs_max ? named : 0;
  crypto::Key key = words.value("direction", "") == "theirs" ? receiving_.of(epoch_of_key)
                                                             : sending_.of(epoch_of_key);
  if (words.value("key", "") == "other") key.mutable_view()[0] ^= std::byte{1};
  const Bytes plain = edit_plaintext(content.payload, words);
  sent_.insert(sequence);
  note_own(content);
  return edit_frame(seal_frame(header, plain, key, nonces_.next()), words);
}

// What we allow by what we send.
void ScriptedSession::note_own(const Content& content) {
  if (content.stream != StreamId{}) opened_.insert(content.stream.value());
  if (content.type == FrameType::control) {
    const auto message = wire::decode_control(content.payload);
    if (!message) return;
    if (const auto* credit = std::get_if<wire::SessionCredit>(&*message)) {
      session_credit_ = std::max(session_credit_, credit->position);
    }
    if (std::holds_alternative<wire::Close>(*message)) over_ = true;
  } else if (content.type == FrameType::stream_control) {
    const auto message = wire::decode_stream_control(content.payload);
    if (!message) return;
    if (const auto* credit = std::get_if<wire::StreamCredit>(&*message)) {
      std::uint64_t& known = credit_[content.stream.value()];
      known = std::max(known, credit->position.value());
    }
  }
}

std::optional<Bytes> ScriptedSession::seal_ack(json words) {
  if (received_.empty()) return std::nullopt;
  const auto except_datagram = words.value("except", std::size_t{0});
  json ranges = json::array();
  std::optional<std::pair<std::uint64_t, std::uint64_t>> range;
  const auto add = [&] {
    if (range && ranges.size() < wire::ack_ranges_max) {
      ranges.push_back({std::to_string(range->first), std::to_string(range->second)});
    }
  };
  for (auto i = received_.rbegin(); i != received_.rend(); ++i) {
    const auto [sequence, datagram] = *i;
    if (datagram == except_datagram) continue;
    if (range && sequence + 1 == range->first) {
      range->first = sequence;
    } else {
      add();
      range = {sequence, sequence};
    }
  }
  add();
  words["ranges"] = std::move(ranges);
  return seal(words);
}

void ScriptedSession::judge_numbers(const wire::FrameView& frame, std::size_t datagram) {
  const std::uint64_t sequence = frame.header.sequence.value();
  const std::uint64_t used = frame.epoch().value();
  hold(received_.empty() || sequence > received_.rbegin()->first,
       "STT-FRAME-028: a sequence does not rise");
  hold(used == their_epoch_ || used == their_epoch_ + 1, "STT-ROTATION-013: an epoch is left out");
  hold(frame.whole.size() <= ours_.max_frame_bytes,
       "STT-FRAME-039: a frame is longer than we take");
  hold(nonces_seen_.emplace(used, to_bytes(frame.nonce)).second,
       "STT-FRAME-033: a nonce comes twice under one key");
  their_epoch_ = used;
  received_.emplace(sequence, datagram);
}

std::optional<json> ScriptedSession::take(const wire::FrameView& frame, std::size_t datagram) {
  if (frame.epoch().value() >= Keys::epochs_max) return std::nullopt;
  auto opened = open_frame(frame, receiving_.of(frame.epoch().value()));
  if (!opened) return std::nullopt;
  judge_numbers(frame, datagram);
  const Content content{frame.header.type, frame.header.stream_id, std::move(*opened)};
  auto words = describe(content);
  if (!words) broken("STT-CONTROL-001: a payload does not decode: " + to_hex(content.payload));
  const bool is_close = words->at("sent") == "close";
  hold(!closed_by_subject_ || is_close, "STT-SESSION-020: something follows its CLOSE");
  if (is_close) closed_by_subject_ = over_ = true;
  if (content.stream != StreamId{}) judge_stream(content);
  if (words->at("sent") == "ack") {
    judge_ack(std::get<wire::Ack>(*wire::decode_control(content.payload)));
  }
  (*words)["frame_sequence"] = std::to_string(frame.header.sequence.value());
  (*words)["epoch"] = std::to_string(frame.epoch().value());
  return words;
}

void ScriptedSession::judge_ack(const wire::Ack& ack) {
  newest_ack_ = ack;
  for (const wire::SequenceRange& range : ack.ranges) {
    for (std::uint64_t i = range.first.value(); i <= range.last.value(); ++i) {
      hold(sent_.contains(i), "STT-CONTROL-009: it acknowledges what was never sent");
      acked_.insert(i);
    }
  }
}

bool ScriptedSession::newest_ack_names(std::uint64_t sequence) const {
  return std::ranges::any_of(newest_ack_.ranges, [&](const wire::SequenceRange& range) {
    return range.first.value() <= sequence && sequence <= range.last.value();
  });
}

void ScriptedSession::judge_stream(const Content& content) {
  const std::uint16_t id = content.stream.value();
  const bool is_ours = (id % 2 == 1) == (role_ == Role::initiator);
  hold(!is_ours || opened_.contains(id),
       "STT-STREAM-020: a frame on a stream that we have not opened");
  if (content.type != FrameType::stream_control) {
    judge_data(content.type, content.stream, *wire::decode_data(content.payload));
    return;
  }
  const auto message = *wire::decode_stream_control(content.payload);
  std::optional<std::string> rule;
  if (const auto* close = std::get_if<wire::StreamClose>(&message)) {
    rule = lines_[id].end_at(close->final_position.value());
  } else if (const auto* reset = std::get_if<wire::StreamReset>(&message)) {
    rule = lines_[id].end_at(reset->final_position.value());
  }
  if (rule) broken(*rule);
}

void ScriptedSession::judge_data(FrameType type, StreamId stream,
                                 const wire::DataMessage& message) {
  Line& line = lines_[stream.value()];
  if (const auto rule = line.take(type, message)) broken(*rule);
  const auto raised = credit_.find(stream.value());
  const std::uint64_t credit =
      std::max(ours_.initial_stream_credit, raised == credit_.end() ? 0 : raised->second);
  hold(line.reach() <= credit, "STT-FLOW-002: it sends beyond the credit of the stream");
  std::uint64_t used = 0;
  for (const auto& [id, each] : lines_) used += each.reach();
  hold(used <= session_credit_, "STT-FLOW-003: it sends beyond the credit of the session");
}

json ScriptedSession::story(std::uint16_t stream) const {
  const auto found = lines_.find(stream);
  return found == lines_.end() ? Line().story() : found->second.story();
}

}  // namespace stt::conform::peers

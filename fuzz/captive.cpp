#include <fuzz/captive.hpp>

#include <algorithm>
#include <tuple>

#include <fuzz/fuzz.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::fuzz {
namespace {

constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";
constexpr std::string_view our_seed = "mallory has a node seed: 32 bytes";
constexpr std::string_view its_seed = "victim has a node seed of 32 bytes";
const Address its_address = Address::ipv4(192, 0, 2, 1, 1001);

constexpr std::uint64_t receive_budget_bytes = 64U << 10;
constexpr std::uint64_t send_buffer_bytes = 8U << 10;
constexpr std::uint64_t streams_max = 8;

// Small, so that a few frames reach the limits.
Config small_config() {
  Config config;
  config.parameters.max_streams = streams_max;
  config.parameters.initial_stream_credit = 2'000;
  config.parameters.max_message_bytes = 8'000;
  config.receive_budget_bytes = receive_budget_bytes;
  config.parameters.initial_session_credit = receive_budget_bytes;
  config.send_buffer_bytes = send_buffer_bytes;
  config.datagram_queue_max = 4;
  config.rotate_after_messages = 20;
  return config;
}

// Ours: so that the node soon has used up all credit, and would like to send longer frames.
handshake::HandshakeConfig our_config() {
  handshake::HandshakeConfig config;
  config.parameters.initial_session_credit = 2'000;
  config.parameters.initial_stream_credit = 1'500;
  config.parameters.max_frame_bytes = 1'300;
  return config;
}

Node make_node(Random& random) {
  auto node = Node::create(small_config(), as_bytes(its_seed), random);
  STT_FUZZ_PROMISE(node.has_value());
  return std::move(*node);
}

}  // namespace

Captive::Captive()
    : identity_(*crypto::Identity::from_seed(as_bytes(our_seed))),
      handshakes_(our_config(), identity_, our_random_, *this),
      node_(make_node(its_random_)),
      allowance_(our_config().parameters, our_address) {
  make_session();
}

void Captive::make_session() {
  const auto hint = handshakes_.add_shared_seed(as_bytes(shared_seed));
  STT_FUZZ_PROMISE(hint && node_.add_shared_seed(as_bytes(shared_seed)) && node_.start(now_));
  STT_FUZZ_PROMISE(handshakes_.start(now_, its_address, *hint).has_value());
  for (int turns = 0; turns < 4; ++turns) {
    while (const auto sent = handshakes_.poll_transmit(now_, buffer_)) {
      Bytes datagram = to_bytes(ByteView(buffer_).first(sent->size));
      node_.handle_datagram(now_, our_address, datagram);
    }
    // The frames of a session that follow FINAL in the same turn are not for a handshake.
    while (const auto sent = node_.poll_transmit(now_, buffer_)) {
      const auto parsed = wire::parse_frame(ByteView(buffer_).first(sent->size));
      const auto& frame = std::get<wire::FrameView>(parsed);
      if (frame.header.type == wire::FrameType::handshake ||
          frame.header.type == wire::FrameType::auth) {
        STT_FUZZ_PROMISE(handshakes_.handle_frame(now_, its_address, frame).has_value());
      }
    }
    while (auto outcome = handshakes_.poll_outcome()) {
      begin(std::move(std::get<handshake::Established>(*outcome)));
    }
  }
  settle();
  STT_FUZZ_PROMISE(active_ && sealing_);
}

void Captive::begin(handshake::Established established) {
  sealing_.emplace(established.session_id, established.chain_i2r);
  opener_.emplace(std::move(established.chain_r2i), session::Reliability::unreliable);
}

Bytes Captive::seal(wire::FrameType type, StreamId stream, Epoch epoch, ByteView payload) {
  const wire::FrameHeader header{type, sealing_->id(), stream, next_, epoch};
  use_up_to(next_);
  return sealing_->seal(header, payload);
}

std::vector<Sequence> Captive::give(ByteView datagram, const Address& from) {
  const std::vector<Sequence> sequences = note_what_is_given(from, datagram);
  Bytes bytes = to_bytes(datagram);
  node_.handle_datagram(now_, from, bytes);
  settle();
  return sequences;
}

void Captive::acknowledge() {
  if (!its_last_) return;
  wire::Ack ack;
  ack.ranges.push_back({*its_first_, *its_last_});
  const wire::ControlMessage message(ack);
  Bytes payload(wire::encoded_size(message));
  wire::Writer writer(payload);
  wire::encode(writer, message);
  give(seal(wire::FrameType::control, StreamId(), Epoch(), payload));
}

std::vector<Sequence> Captive::note_what_is_given(const Address& from, ByteView datagram) {
  std::vector<Sequence> sequences;
  allowance_.on_datagram_given(from, datagram.size());
  while (!datagram.empty()) {
    const auto parsed = wire::parse_frame(datagram);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) break;
    datagram = datagram.subspan(frame->whole.size());
    const auto payload = sealing_->open(*frame);
    if (!payload) continue;
    sequences.push_back(frame->header.sequence);
    // Some are above what was used here.
    use_up_to(sequences.back());
    allowance_.on_frame_given(frame->header, *payload);
  }
  return sequences;
}

void Captive::let_time_pass(Duration most) {
  const auto timer = node_.poll_timeout();
  now_ = timer ? std::min(now_ + most, std::max(now_, *timer)) : now_ + most;
  node_.handle_timeout(now_);
  settle();
  const auto next = node_.poll_timeout();
  STT_FUZZ_PROMISE(!next || *next > now_);
}

void Captive::command(Input& input) {
  const std::size_t what = input.below(12);
  const StreamId stream = streams_.empty() ? StreamId(static_cast<std::uint16_t>(input.below(20)))
                                           : streams_[input.below(streams_.size())];
  const Bytes text(input.below(3'000), std::byte{0x41});
  switch (what) {
    case 0:
      if (const auto opened = node_.open_stream(now_, session_)) streams_.push_back(*opened);
      break;
    case 1:
    case 2: std::ignore = node_.send(now_, session_, stream, text, input.flag()); break;
    case 3: std::ignore = node_.close_stream(now_, session_, stream); break;
    case 4: std::ignore = node_.reset_stream(now_, session_, stream, input.number()); break;
    case 5: std::ignore = node_.stop_stream(now_, session_, stream, input.number()); break;
    case 6: std::ignore = node_.rotate_keys(now_, session_); break;
    case 7: std::ignore = node_.ping(now_, session_); break;
    case 8: {
      const auto type = static_cast<wire::FrameType>(input.byte());
      std::ignore =
          node_.send_datagram(now_, session_, type, ByteView(text).first(text.size() / 3));
      break;
    }
    case 9: std::ignore = node_.receive(now_, session_, stream); break;
    case 10: read_all(stream); break;
    default:
      if (input.below(8) == 7) std::ignore = node_.close(now_, session_, input.number());
      break;
  }
  settle();
}

void Captive::read_all(StreamId stream) {
  ByteArray<512> out{};
  constexpr int reads_max = 200;
  for (int reads = 0; reads < reads_max; ++reads) {
    const auto part = node_.read(now_, session_, stream, out);
    if (!part) return;
    STT_FUZZ_PROMISE(part->bytes > 0 || part->end_of_message);
  }
}

void Captive::settle() {
  // What one step can make a node say is bounded by its window and its streams.
  constexpr int said_max = 2'000;
  int said = 0;
  while (const auto event = node_.poll_event()) {
    STT_FUZZ_PROMISE(++said < said_max);
    take_event(*event);
  }
  while (const auto sent = node_.poll_transmit(now_, buffer_)) {
    STT_FUZZ_PROMISE(++said < said_max);
    STT_FUZZ_PROMISE(sent->size > 0 && sent->size <= buffer_.size());
    take_datagram(sent->to, ByteView(buffer_).first(sent->size));
  }
  while (const auto event = node_.poll_event()) {
    STT_FUZZ_PROMISE(++said < said_max);
    take_event(*event);
  }
  check();
}

void Captive::take_event(const Event& event) {
  ++events_;
  if (const auto* connected = std::get_if<Connected>(&event)) {
    STT_FUZZ_PROMISE(!active_ && connected->peer == NodeId{identity_.node_id()});
    active_ = true;
    session_ = connected->session;
  } else if (const auto* opened = std::get_if<StreamOpened>(&event)) {
    STT_FUZZ_PROMISE(active_ && std::ranges::find(streams_, opened->stream) == streams_.end());
    streams_.push_back(opened->stream);
  } else if (const auto* closed = std::get_if<StreamClosed>(&event)) {
    STT_FUZZ_PROMISE(std::erase(streams_, closed->stream) == 1);
  } else if (std::holds_alternative<Closed>(event)) {
    STT_FUZZ_PROMISE(active_);
    active_ = false;
  }
}

void Captive::take_datagram(const Address& to, ByteView datagram) {
  allowance_.on_datagram_taken(to, datagram.size());
  while (!datagram.empty()) {
    const auto parsed = wire::parse_frame(datagram);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    STT_FUZZ_PROMISE(frame != nullptr);
    Bytes bytes = to_bytes(frame->whole);
    datagram = datagram.subspan(bytes.size());
    if (frame->header.type == wire::FrameType::auth ||
        frame->header.type == wire::FrameType::handshake) {
      continue;
    }
    STT_FUZZ_PROMISE(!its_last_ || frame->header.sequence > *its_last_);
    its_last_ = frame->header.sequence;
    if (!its_first_) its_first_ = its_last_;
    const auto again = wire::parse_frame(bytes);
    const auto& view = std::get<wire::FrameView>(again);
    const auto opened = opener_->open(now_, 1s, bytes, view);
    STT_FUZZ_PROMISE(opened.has_value());
    allowance_.on_frame_taken(bytes.size());
    take_payload(to, view.header, opened->payload);
  }
}

void Captive::take_payload(const Address& to, const wire::FrameHeader& header, ByteView payload) {
  const auto type = header.type;
  if (type == wire::FrameType::control) {
    const auto message = wire::decode_control(payload);
    STT_FUZZ_PROMISE(message.has_value());
    const auto* ack = std::get_if<wire::Ack>(&*message);
    if (ack != nullptr) STT_FUZZ_PROMISE(ack->ranges.front().last <= last_used_);
    const auto* challenge = std::get_if<wire::PathChallenge>(&*message);
    if (challenge != nullptr) allowance_.on_challenge_taken(to, *challenge);
  } else if (type == wire::FrameType::stream_control) {
    STT_FUZZ_PROMISE(wire::decode_stream_control(payload).has_value());
  } else if (wire::is_stream_data(type, header.stream_id)) {
    const auto message = wire::decode_data(payload);
    STT_FUZZ_PROMISE(message.has_value());
    allowance_.on_data_taken(header.stream_id, *message);
  }
}

Yield Captive::yield() const {
  Yield yield;
  yield.events = events_;
  if (const auto statistics = node_.statistics(session_)) {
    yield.frames = statistics->frames_received;
    yield.bytes = statistics->bytes_received;
    yield.messages = statistics->messages_received;
    yield.streams = statistics->streams_open;
  }
  return yield;
}

void Captive::check() const {
  if (const auto statistics = node_.statistics(session_)) {
    // Content comes in chunks; bookkeeping for what is in flight comes on top.
    constexpr std::size_t bookkeeping_bytes = 512U << 10;
    STT_FUZZ_PROMISE(statistics->memory_bytes <= receive_budget_bytes +
                                                     2 * streams_max * send_buffer_bytes +
                                                     bookkeeping_bytes);
    STT_FUZZ_PROMISE(statistics->streams_open <= 2 * streams_max);
  }
  STT_FUZZ_PROMISE(node_.statistics().sessions <= 1);
}

}  // namespace stt::fuzz

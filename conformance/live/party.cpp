#include <conformance/live/party.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <conformance/suite/peers/end_of_case.hpp>
#include <stt/base/hex.hpp>

namespace stt::conform::live {
namespace {

using peers::EndOfCase;

// Small, so that what is waited for is the implementation and not our own buffers.
constexpr std::uint64_t send_buffer_bytes = 16'384;

Config config_for(Duration patience) {
  Config config;
  config.accepts = false;
  config.handshake_deadline = patience;
  config.close_deadline = 2 * patience;  // nobody waits that long: the end is the implementation's
  config.send_buffer_bytes = send_buffer_bytes;
  return config;
}

// Codes below 65,536 are the protocol's, others and 0 the application's.
bool is_of_application(std::uint64_t code) {
  return code == 0 || code > 65'535;
}

}  // namespace

Party::Party(Scene& scene, std::string_view name)
    : scene_(scene), websockets_(scene.loop(), {.session_deadline = scene.options().patience}) {
  const std::string seed = fmt::format("the node seed of {}, a peer of the live group", name);
  auto node = Node::create(config_for(scene.options().patience), as_bytes(seed), scene.random());
  const auto hint = node->add_shared_seed(*from_hex(shared_seed_hex));
  hint_ = *hint;
  node_.emplace(std::move(*node));
  driver_.emplace(scene.loop(), *node_,
                  [this](Instant now, const Event& event) { on_event(now, event); });
  if (scene.is_udp()) {
    if (!driver_->open_udp({})) {
      throw EndOfCase(Verdict::not_exercised, "the system gives no UDP socket");
    }
  } else {
    driver_->use_connections(websockets_);
    websockets_.on_ended([this](const Address& which, const adapters::ConnectionError& error) {
      if (closing_ || connection_ != which) return;
      fault(answers() == 0 ? Verdict::hang : Verdict::fail,
            fmt::format("{} answers, then {}: {}", answers(), stt::name(error.code), error.text));
    });
  }
  (void)node_->start(scene.loop().now());
}

void Party::join() {
  closing_ = closed_ = gave_up_ = false;
  connection_.reset();  // how that of an earlier session ends is nobody's affair
  talks_.clear();
  connect();
  const auto done = [this] { return session_.has_value(); };
  if (scene_.wait([&] { return done() || fault_ || gave_up_; }) && done()) return;
  if (fault_) throw EndOfCase(fault_->first, fault_->second);
  if (answers() == 0) {
    throw EndOfCase(Verdict::hang, "silence: nobody is there, or it has another seed");
  }
  throw EndOfCase(Verdict::fail, fmt::format("{} answers, and no session", answers()));
}

void Party::connect() {
  if (scene_.is_udp()) return connect_to(scene_.udp_address());
  const SceneOptions& options = scene_.options();
  websockets_.connect({*options.target.websocket, {options.target.ca}},
                      [this](const tl::expected<Address, adapters::ConnectionError>& opened) {
                        if (opened) {
                          connection_ = *opened;
                          return connect_to(*opened);
                        }
                        fault(Verdict::fail, fmt::format("{}: {}", stt::name(opened.error().code),
                                                         opened.error().text));
                      });
}

void Party::connect_to(const Address& peer) {
  const auto begun = node_->connect(scene_.loop().now(), {peer, hint_, std::nullopt});
  if (!begun) fault(Verdict::not_exercised, std::string(stt::name(begun.error())));
  driver_->pump();
}

std::size_t Party::answers() const {
  return node_->statistics().datagrams_received;
}

bool Party::send(std::vector<Bytes> messages) {
  const Instant now = scene_.loop().now();
  const auto stream = node_->open_stream(now, *session_);
  if (!stream) return false;
  Talk& talk = talks_[*stream];
  talk.messages = std::move(messages);
  go_on(now, *stream, talk);
  driver_->pump();
  return true;
}

// Null for a stream that the implementation has opened: what it says there is its own affair.
Party::Talk* Party::talk_on(StreamId stream) {
  const auto found = talks_.find(stream);
  return found == talks_.end() ? nullptr : &found->second;
}

void Party::go_on(Instant now, StreamId stream, Talk& talk) {
  while (talk.sent_messages < talk.messages.size()) {
    const ByteView rest = ByteView(talk.messages[talk.sent_messages]).subspan(talk.sent_bytes);
    const auto taken = node_->send(now, *session_, stream, rest);
    if (!taken) return;  // there is no room, or an event tells how it ended
    talk.sent_bytes += *taken;
    if (*taken < rest.size()) return;
    ++talk.sent_messages;
    talk.sent_bytes = 0;
    if (talk.sent_messages == talk.messages.size()) {
      (void)node_->close_stream(now, *session_, stream);
    }
  }
}

void Party::read(Instant now, StreamId stream, Talk& talk) {
  while (const auto part = node_->read(now, *session_, stream, buffer_)) {
    if (part->bytes == 0 && !part->end_of_message) return;
    append(talk.rest, ByteView(buffer_).first(part->bytes));
    if (part->end_of_message) talk.echo.push_back(std::exchange(talk.rest, {}));
  }
}

void Party::finish() {
  const auto all_sent = [this] {
    return std::ranges::all_of(talks_, [](const auto& entry) {
      return entry.second.sent_messages == entry.second.messages.size();
    });
  };
  wait(all_sent, "credit for what is to be sent");
  if (scene_.options().echoes) {
    const auto all_back = [this] {
      return std::ranges::all_of(talks_, [](const auto& entry) { return entry.second.finished; });
    };
    wait(all_back, "the end of its echo");
    for (const auto& [stream, talk] : talks_) {
      if (talk.echo == talk.messages) continue;
      throw EndOfCase(Verdict::fail,
                      fmt::format("STT-STREAM-003: stream {} came back otherwise", stream.value()));
    }
  }
  closing_ = true;
  (void)node_->close(scene_.loop().now(), *session_);
  driver_->pump();
  wait([this] { return closed_; }, "the acknowledgement of all that was sent");
  session_.reset();
}

void Party::wait(const std::function<bool()>& done, const std::string& missing) {
  const bool in_time = scene_.wait([&] { return fault_ || done(); });
  if (fault_) throw EndOfCase(fault_->first, fault_->second);
  if (!in_time) throw EndOfCase(Verdict::fail, "it does not give " + missing);
}

void Party::on_event(Instant now, const Event& event) {
  if (const auto* connected = std::get_if<Connected>(&event)) {
    session_ = connected->session;
  } else if (const auto* failed = std::get_if<ConnectFailed>(&event)) {
    gave_up_ = failed->reason == Errc::handshake_timeout;
    if (!gave_up_) {
      fault(Verdict::fail, fmt::format("no session: {}", stt::name(failed->reason)));
    }
  } else if (const auto* writable = std::get_if<StreamWritable>(&event)) {
    if (Talk* talk = talk_on(writable->stream)) go_on(now, writable->stream, *talk);
  } else if (const auto* readable = std::get_if<StreamReadable>(&event)) {
    if (Talk* talk = talk_on(readable->stream)) read(now, readable->stream, *talk);
  } else if (const auto* finished = std::get_if<StreamFinished>(&event)) {
    if (Talk* talk = talk_on(finished->stream)) talk->finished = true;
  } else if (const auto* over = std::get_if<StreamClosed>(&event)) {
    judge_end(*over);
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    closed_ = true;
    if (closing_ && !closed->by_peer) return;
    fault(Verdict::fail,
          fmt::format("the session ended: {}, code {}", stt::name(closed->reason), closed->code));
  }
}

void Party::judge_end(const StreamClosed& over) {
  if (over.reason == Errc::no_error || closing_) return;
  if (is_of_application(over.code)) {
    fault(Verdict::unsupported,
          fmt::format("its application ends streams early, by code {}", over.code));
  } else {
    fault(Verdict::fail, fmt::format("stream {} ended: {}, code {}", over.stream.value(),
                                     stt::name(over.reason), over.code));
  }
}

void Party::fault(Verdict verdict, const std::string& what) {
  if (!fault_) fault_ = {verdict, what};
}

}  // namespace stt::conform::live

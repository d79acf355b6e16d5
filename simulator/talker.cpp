#include <simulator/talker.hpp>

#include <algorithm>
#include <string>

namespace stt::sim {
namespace {

constexpr std::size_t part_bytes = 64U << 10;

bool is_clean(const Closed& event) {
  return event.reason == Errc::no_error || event.reason == Errc::session_closed;
}

}  // namespace

bool Talker::over() const {
  return std::ranges::all_of(talks_, [](const Talk& talk) { return talk.over; });
}

void Talker::start(Host& host) {
  for (std::size_t i = 0; i < talks_.size(); ++i) host.wake_at(Instant(talks_[i].plan.at), i);
}

void Talker::on_wake(Host& host, std::uint64_t argument) {
  Talk& talk = talks_[argument];
  host.note_command(talk.number);
  const ConnectOptions options{host.network().address_of(talk.plan.to), host.seed_hint(), {}};
  const Result<SessionHandle> session = host.node().connect(host.now(), options);
  if (!session) {
    talk.over = true;
    talk.failure = session.error();
    return;
  }
  talk.session = *session;
}

void Talker::on_event(Host& host, const stt::Event& event) {
  std::visit([&](const auto& each) { on(host, each); }, event);
}

void Talker::on(Host& host, const Connected& event) {
  if (sessions_.contains(event.session)) return violate(host, "connected twice");
  Session session{event.session_id, nullptr};
  for (Talk& talk : talks_) {
    if (talk.session == event.session) session.talk = &talk;
  }
  if ((session.talk != nullptr) != (event.role == Role::initiator)) {
    return violate(host, "connected in the wrong role");
  }
  sessions_[event.session] = session;
  if (session.talk == nullptr) return;
  if (!stage_.first_connected) stage_.first_connected = host.now();
  session.talk->session_id = event.session_id;
  open_streams(host, *session.talk);
}

void Talker::on(Host& host, const ConnectFailed& event) {
  for (Talk& talk : talks_) {
    if (talk.session != event.session) continue;
    talk.over = true;
    talk.failure = event.reason;
    return;
  }
  violate(host, "a connect failed that nobody asked for");
}

void Talker::open_streams(Host& host, Talk& talk) {
  while (talk.streams_opened < talk.plan.streams) {
    const Result<StreamId> stream = host.node().open_stream(host.now(), *talk.session);
    if (!stream) {
      // More come when one of these is closed.
      if (stream.error() == Errc::stream_limit && talk.streams_opened > talk.streams_closed) return;
      return violate(host, "open_stream: " + std::string(name(stream.error())));
    }
    const ScriptBook::Entry entry = script_of(talk, talk.streams_opened++);
    stage_.book.add(talk.session_id, *stream, entry);
    const Key key{*talk.session, *stream};
    Play& play = plays_[key];
    play.entry = entry;
    play.is_opener = true;
    send(host, key, play);
  }
}

ScriptBook::Entry Talker::script_of(const Talk& talk, std::uint32_t stream) const {
  const Conversation& plan = talk.plan;
  ScriptBook::Entry entry{nullptr, plan.echo, plan.whole, plan.file};
  if (plan.file && stage_.file) {
    entry.script = std::make_shared<Script>(*stage_.file);
    return entry;
  }
  const std::uint64_t number = std::uint64_t{talk.number} << 32 | stream;
  Draws draws(seed_, number, "talker.sizes");
  std::vector<std::uint64_t> sizes(plan.messages);
  for (std::uint64_t& size : sizes) size = draws.between(plan.bytes_min, plan.bytes_max);
  entry.script = std::make_shared<Script>(Draws(seed_, number, "talker.content"), std::move(sizes),
                                          stage_.marker);
  return entry;
}

void Talker::send(Host& host, const Key& key, Play& play) {
  if (play.closed || (!play.is_opener && !play.entry.echo)) return;
  const Script& script = *play.entry.script;
  const std::size_t ready = play.is_opener ? script.messages() : play.received_messages;
  while (play.sent_messages < ready) {
    const std::uint64_t left = script.size(play.sent_messages) - play.sent_bytes;
    buffer_.resize(std::min<std::uint64_t>(left, part_bytes));
    script.fill(play.sent_messages, play.sent_bytes, buffer_);
    const bool end = buffer_.size() == left;
    const Result<std::size_t> taken =
        host.node().send(host.now(), key.first, key.second, buffer_, end);
    if (!taken && taken.error() == Errc::would_block) return;
    if (!taken) return violate(host, "send: " + std::string(name(taken.error())));
    play.sent_bytes += *taken;
    if (*taken < buffer_.size()) return;  // StreamWritable follows
    if (!end) continue;
    ++play.sent_messages;
    play.sent_bytes = 0;
  }
  if (play.sent_messages < script.messages()) return;
  play.closed = true;
  const Result<void> closed = host.node().close_stream(host.now(), key.first, key.second);
  if (!closed) violate(host, "close_stream: " + std::string(name(closed.error())));
}

void Talker::on(Host& host, const StreamOpened& event) {
  const auto session = sessions_.find(event.session);
  if (session == sessions_.end()) return violate(host, "a stream opened before its session");
  const ScriptBook::Entry* entry = stage_.book.find(session->second.id, event.stream);
  if (entry == nullptr) return violate(host, "a stream opened that nobody asked for");
  Play& play = plays_[{event.session, event.stream}];
  if (play.entry.script) return violate(host, "a stream opened twice");
  play.entry = *entry;
}

void Talker::on(Host& host, const StreamReadable& event) {
  const Key key{event.session, event.stream};
  if (Play* play = find(host, key)) read(host, key, *play);
}

void Talker::on(Host& host, const StreamWritable& event) {
  const Key key{event.session, event.stream};
  if (Play* play = find(host, key)) send(host, key, *play);
}

void Talker::read(Host& host, const Key& key, Play& play) {
  std::optional<Errc> stopped;
  while (!stopped && !stage_.violations.any()) {
    stopped = play.entry.whole ? read_whole(host, key, play) : read_part(host, key, play);
  }
  if (stopped && *stopped != Errc::would_block && *stopped != Errc::stream_closed) {
    violate(host, "read: " + std::string(name(*stopped)));
  }
  send(host, key, play);  // the echo
}

std::optional<Errc> Talker::read_part(Host& host, const Key& key, Play& play) {
  buffer_.resize(part_bytes);
  const Result<ReadPart> part = host.node().read(host.now(), key.first, key.second, buffer_);
  if (!part) return part.error();
  if (part->type != wire::FrameType::data) violate(host, "a message of another type");
  compare(host, play, ByteView(buffer_).first(part->bytes), part->end_of_message);
  return std::nullopt;
}

std::optional<Errc> Talker::read_whole(Host& host, const Key& key, Play& play) {
  const Result<Message> message = host.node().receive(host.now(), key.first, key.second);
  if (!message) return message.error();
  compare(host, play, message->bytes, true);
  return std::nullopt;
}

// Whole, once and in order: the next byte is the one that the script has there, and a message ends
// where it says.
void Talker::compare(Host& host, Play& play, ByteView bytes, bool end) {
  const Script& script = *play.entry.script;
  if (!expects_bytes(play) || play.received_messages >= script.messages()) {
    return violate(host, "bytes beyond the last message");
  }
  const std::uint64_t size = script.size(play.received_messages);
  if (play.received_bytes + bytes.size() > size) return violate(host, "a message too long");
  expected_.resize(bytes.size());
  script.fill(play.received_messages, play.received_bytes, expected_);
  if (!equal(bytes, expected_)) return violate(host, "a message with other bytes");
  if (play.entry.digest) {
    if (!play.digest) play.digest.emplace();
    play.digest->update(bytes);
  }
  play.received_bytes += bytes.size();
  stage_.bytes_delivered += bytes.size();
  if (!end) return;
  if (play.received_bytes != size) return violate(host, "a message too short");
  end_message(host, play);
}

void Talker::end_message(Host& host, Play& play) {
  stage_.last_delivered = host.now();
  ++stage_.messages_delivered;
  if (play.digest) {
    crypto::Sha3 original;
    const Script& script = *play.entry.script;
    for (std::uint64_t at = 0; at < play.received_bytes; at += expected_.size()) {
      expected_.resize(std::min<std::uint64_t>(part_bytes, play.received_bytes - at));
      script.fill(play.received_messages, at, expected_);
      original.update(expected_);
    }
    stage_.file_digest = play.digest->finish();
    if (*stage_.file_digest != original.finish())
      return violate(host, "a file with another SHA3-256");
    ++stage_.digests_equal;
    play.digest.reset();
  }
  ++play.received_messages;
  play.received_bytes = 0;
}

void Talker::on(Host& host, const StreamFinished& event) {
  const Key key{event.session, event.stream};
  Play* play = find(host, key);
  if (play == nullptr) return;
  if (play->finished) return violate(host, "a stream finished twice");
  play->finished = true;
  const std::size_t expected = expects_bytes(*play) ? play->entry.script->messages() : 0;
  if (play->received_messages != expected || play->received_bytes != 0) {
    return violate(host, "a stream finished before its last message");
  }
  if (play->is_opener || play->closed || play->entry.echo) return send(host, key, *play);
  play->closed = true;
  const Result<void> closed = host.node().close_stream(host.now(), key.first, key.second);
  if (!closed) violate(host, "close_stream: " + std::string(name(closed.error())));
}

void Talker::on(Host& host, const StreamReset& event) {
  violate(host, "the peer reset a stream, code " + std::to_string(event.code));
}

void Talker::on(Host& host, const StreamClosed& event) {
  const Key key{event.session, event.stream};
  Play* play = find(host, key);
  if (play == nullptr) return;
  const bool complete = play->finished && play->closed && event.reason == Errc::no_error;
  const bool is_opener = play->is_opener;
  plays_.erase(key);
  Talk* talk = sessions_[event.session].talk;
  if (!complete) {
    // Its session is dying; Closed says of what.
    if (event.reason == Errc::no_error) violate(host, "a stream closed before it was finished");
    return;
  }
  if (!is_opener || talk == nullptr) return;
  ++talk->streams_closed;
  open_streams(host, *talk);
  if (talk->streams_closed < talk->plan.streams) return;
  if (const auto statistics = host.node().statistics(*talk->session)) {
    closed_sessions_.push_back(*statistics);
  }
  const Result<void> closed = host.node().close(host.now(), *talk->session);
  if (!closed) violate(host, "close: " + std::string(name(closed.error())));
}

void Talker::on(Host& host, const Closed& event) {
  const auto found = sessions_.find(event.session);
  if (found == sessions_.end()) return violate(host, "closed a session that was not there");
  const bool clean = is_clean(event);
  bool complete = true;
  for (auto play = plays_.begin(); play != plays_.end();) {
    if (play->first.first == event.session) {
      const Play& each = play->second;
      complete = complete && each.received_messages ==
                                 (expects_bytes(each) ? each.entry.script->messages() : 0);
      play = plays_.erase(play);
    } else {
      ++play;
    }
  }
  if (Talk* talk = found->second.talk) {
    talk->over = true;
    if (!clean) {
      talk->failure = event.reason;
    } else if (talk->streams_closed < talk->plan.streams) {
      violate(host, "a session closed cleanly before its streams were complete");
    }
  } else if (clean && !complete) {
    violate(host, "a session closed cleanly before its messages were read");
  }
  sessions_.erase(found);
}

void Talker::on(Host& host, const PeerError& event) {
  violate(host, "the peer reported an error: " + event.reason);
}

Talker::Play* Talker::find(Host& host, const Key& key) {
  const auto found = plays_.find(key);
  if (found != plays_.end()) return &found->second;
  violate(host, "an event of a stream that is not there");
  return nullptr;
}

void Talker::violate(Host& host, std::string what) {
  stage_.violations.add(host.now(),
                        "host " + std::to_string(host.index()) + ": " + std::move(what));
}

}  // namespace stt::sim

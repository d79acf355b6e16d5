#include <simulator/hosts/talker.hpp>

#include <algorithm>
#include <string>

namespace stt::sim {
namespace {

constexpr Duration reconnect_after = 1s;
constexpr Duration datagrams_settle = 1s;  // the last ones are still on their way

bool is_clean(const Closed& event) {
  return event.reason == Errc::no_error || event.reason == Errc::session_closed;
}

}  // namespace

bool Talker::Talk::all_complete() const {
  if (plan.datagrams) return datagrams_sent == plan.messages;
  return std::ranges::all_of(complete, [](bool each) { return each; });
}

void Talker::add(const Conversation& plan, std::size_t number) {
  Talk& talk = talks_.emplace_back();
  talk.plan = plan;
  talk.number = number;
  talk.complete.assign(plan.datagrams ? 0 : plan.streams, false);
}

bool Talker::over() const {
  return std::ranges::all_of(talks_, [](const Talk& talk) { return talk.over; });
}

void Talker::start(Host& host) {
  for (std::uint32_t i = 0; i < talks_.size(); ++i) {
    if (talks_[i].over) continue;
    host.wake_at(std::max(Instant(talks_[i].plan.at), host.world_now()), i);
  }
}

void Talker::on_crash(Host&, bool keeps_storage) {
  sessions_.clear();
  plays_.clear();
  wakes_.clear();
  for (Talk& talk : talks_) {
    talk.session.reset();
    if (keeps_storage || talk.over) continue;
    talk.complete.assign(talk.complete.size(), false);
    talk.datagrams_sent = 0;
  }
}

void Talker::on_wake(Host& host, std::uint32_t argument) {
  if (argument < talks_.size()) {
    Talk& talk = talks_[argument];
    if (talk.over) return;
    if (!talk.session) return connect(host, talk);
    if (talk.plan.datagrams) send_datagram(host, talk);
    return;
  }
  const auto node = wakes_.extract(argument);
  if (node.empty()) return;
  const Wake wake = node.mapped();
  const auto play = plays_.find(wake.key);
  if (play == plays_.end()) return;
  if (wake.reads) {
    play->second.read_waits = false;
    read_slowly(host, wake.key, play->second);
  } else {
    play->second.send_waits = false;
    send(host, wake.key, play->second);
  }
}

void Talker::wake_at(Host& host, Instant at, const Wake& wake) {
  wakes_.emplace(next_wake_, wake);
  host.wake_at(at, next_wake_++);
}

void Talker::connect(Host& host, Talk& talk) {
  host.note_command(talk.number);
  const Result<SessionHandle> session =
      host.peer().connect(host.now(), host.network().address_of(talk.plan.to));
  if (!session) return fail(host, talk, session.error());
  talk.session = *session;
  talk.next_stream = talk.streams_open = 0;
}

void Talker::fail(Host& host, Talk& talk, Errc reason) {
  talk.session.reset();
  if (talk.plan.retry) {
    ++stage_.tally.reconnects;
    const auto index = static_cast<std::uint32_t>(&talk - talks_.data());
    return host.wake_at(host.world_now() + reconnect_after, index);
  }
  talk.over = true;
  talk.failure = reason;
}

void Talker::on_event(Host& host, const stt::Event& event) {
  std::visit([&](const auto& each) { on(host, each); }, event);
}

void Talker::on(Host& host, const Connected& event) {
  if (sessions_.contains(event.session)) return violate(host, "connected twice");
  Session session{event.session_id, nullptr, {}};
  for (Talk& talk : talks_) {
    if (talk.session == event.session) session.talk = &talk;
  }
  if ((session.talk != nullptr) != (event.role == Role::initiator)) {
    return violate(host, "connected in the wrong role");
  }
  Talk* talk = session.talk;
  sessions_[event.session] = std::move(session);
  if (talk == nullptr) return;
  if (!stage_.tally.first_connected) stage_.tally.first_connected = host.world_now();
  talk->session_id = event.session_id;
  if (!talk->plan.datagrams) return open_streams(host, *talk);
  stage_.book.add(talk->session_id, StreamId{}, part_of(*talk, 0));
  send_datagram(host, *talk);
}

void Talker::on(Host& host, const ConnectFailed& event) {
  for (Talk& talk : talks_) {
    if (talk.session == event.session) return fail(host, talk, event.reason);
  }
  violate(host, "a connect failed that nobody asked for");
}

void Talker::open_streams(Host& host, Talk& talk) {
  for (; talk.next_stream < talk.plan.streams; ++talk.next_stream) {
    if (talk.complete[talk.next_stream]) continue;
    const Result<StreamId> stream = host.peer().open_stream(host.now(), *talk.session);
    if (!stream) {
      // More come when one of these is closed.
      if (stream.error() == Errc::stream_limit && talk.streams_open > 0) return;
      return violate(host, "open_stream: " + std::string(name(stream.error())));
    }
    Part part = part_of(talk, talk.next_stream);
    part.began = host.world_now();
    stage_.book.add(talk.session_id, *stream, part);
    const Key key{*talk.session, *stream};
    Play& play = plays_[key];
    play.part = part;
    play.number = talk.next_stream;
    play.heard = Playback(part, !part.echo);
    ++talk.streams_open;
    send(host, key, play);
  }
  if (talk.streams_open == 0 && talk.all_complete()) finish(host, talk);
}

void Talker::finish(Host& host, Talk& talk) {
  if (Node* const node = host.peer().node()) {
    if (const auto statistics = node->statistics(*talk.session)) {
      retransmissions_ += statistics->retransmissions;
    }
  }
  const Result<void> closed = host.peer().close(host.now(), *talk.session);
  if (!closed) violate(host, "close: " + std::string(name(closed.error())));
}

void Talker::send_datagram(Host& host, Talk& talk) {
  const auto index = static_cast<std::uint32_t>(&talk - talks_.data());
  if (talk.all_complete()) return finish(host, talk);
  const Part* part = stage_.book.find(talk.session_id, StreamId{});
  if (part == nullptr) return;  // not connected yet
  const Bytes payload = DatagramPlayback::encode(*part->script, talk.datagrams_sent++);
  const Result<void> sent =
      host.peer().send_datagram(host.now(), *talk.session, part->type, payload);
  if (sent) ++stage_.tally.datagrams_sent;
  if (!sent && sent.error() != Errc::queue_full && sent.error() != Errc::session_closed) {
    return violate(host, "send_datagram: " + std::string(name(sent.error())));
  }
  const Duration pause = talk.all_complete() ? datagrams_settle : part->every;
  host.wake_at(host.world_now() + pause, index);
}

Part Talker::part_of(const Talk& talk, std::uint32_t stream) const {
  const Conversation& plan = talk.plan;
  Part part;
  part.type = plan.type;
  part.echo = plan.echo;
  part.whole = plan.whole;
  part.digest = plan.file;
  part.every = plan.every;
  part.read_rate = plan.read_rate;
  if (plan.file && stage_.file) {
    part.script = std::make_shared<Script>(*stage_.file);
    return part;
  }
  const std::uint64_t number = std::uint64_t{talk.number} << 32 | stream;
  Draws draws(seed_, number, "talker.sizes");
  std::vector<std::uint64_t> sizes(plan.messages);
  for (std::uint64_t& size : sizes) size = draws.between(plan.bytes_min, plan.bytes_max);
  part.script = std::make_shared<Script>(Draws(seed_, number, "talker.content"), std::move(sizes),
                                         stage_.marker);
  return part;
}

void Talker::on(Host& host, const StreamOpened& event) {
  const auto session = sessions_.find(event.session);
  if (session == sessions_.end()) return violate(host, "a stream opened before its session");
  const Part* part = stage_.book.find(session->second.id, event.stream);
  if (part == nullptr) return violate(host, "a stream opened that nobody asked for");
  Play& play = plays_[{event.session, event.stream}];
  if (play.part.script) return violate(host, "a stream opened twice");
  play.part = *part;
  play.heard = Playback(*part, false);
}

void Talker::on(Host& host, const StreamReadable& event) {
  const Key key{event.session, event.stream};
  Play* play = find(host, key);
  if (play == nullptr) return;
  if (play->part.read_rate == 0 || play->is_opener()) return read(host, key, *play);
  if (!play->read_waits) read_slowly(host, key, *play);
}

void Talker::on(Host& host, const StreamWritable& event) {
  const Key key{event.session, event.stream};
  if (Play* play = find(host, key)) send(host, key, *play);
}

void Talker::on(Host& host, const StreamFinished& event) {
  const Key key{event.session, event.stream};
  Play* play = find(host, key);
  if (play == nullptr) return;
  play->finished = true;
  if (const Complaint complaint = play->heard.finish()) return violate(host, *complaint);
  if (play->is_opener() || play->closed || play->part.echo) return send(host, key, *play);
  close_stream(host, key, *play);
}

void Talker::on(Host& host, const StreamReset& event) {
  violate(host, "the peer reset a stream, code " + std::to_string(event.code));
}

void Talker::on(Host& host, const StreamClosed& event) {
  const Key key{event.session, event.stream};
  Play* play = find(host, key);
  if (play == nullptr) return;
  const bool complete = play->finished && play->closed && event.reason == Errc::no_error;
  const std::optional<std::uint32_t> number = play->number;
  plays_.erase(key);
  Talk* talk = sessions_[event.session].talk;
  if (!complete) {
    // Its session is dying; Closed says of what.
    if (event.reason == Errc::no_error) violate(host, "a stream closed before it was finished");
    return;
  }
  if (!number || talk == nullptr) return;
  talk->complete[*number] = true;
  --talk->streams_open;
  open_streams(host, *talk);
}

void Talker::on(Host& host, const Closed& event) {
  const auto found = sessions_.find(event.session);
  if (found == sessions_.end()) return violate(host, "closed a session that was not there");
  const bool clean = is_clean(event);
  bool complete = true;
  for (auto play = plays_.begin(); play != plays_.end();) {
    if (play->first.first == event.session) {
      complete = complete && play->second.heard.complete();
      play = plays_.erase(play);
    } else {
      ++play;
    }
  }
  Talk* talk = found->second.talk;
  sessions_.erase(found);
  if (talk == nullptr) {
    if (clean && !complete) violate(host, "a session closed cleanly before its messages were read");
    return;
  }
  if (!clean && !(talk->plan.retry && talk->all_complete())) {
    return fail(host, *talk, event.reason);
  }
  talk->over = true;
  if (!talk->all_complete()) {
    violate(host, "a session closed cleanly before its streams were complete");
  }
}

void Talker::on(Host& host, const DatagramReceived& event) {
  const auto session = sessions_.find(event.session);
  if (session == sessions_.end()) return violate(host, "a datagram before its session");
  const Part* part = stage_.book.find(session->second.id, StreamId{});
  if (part == nullptr) return violate(host, "a datagram that nobody sent");
  const Complaint complaint = session->second.datagrams.take(*part, event.payload, event.type);
  if (complaint) return violate(host, *complaint);
  ++stage_.tally.datagrams_delivered;
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
  stage_.violations.add(host.world_now(),
                        "host " + std::to_string(host.index()) + ": " + std::move(what));
}

}  // namespace stt::sim

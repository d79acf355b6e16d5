// How a talker sends and reads on its streams.
#include <algorithm>
#include <string>

#include <simulator/hosts/talker.hpp>

namespace stt::sim {
namespace {

constexpr std::size_t part_bytes = 64U << 10;
constexpr std::size_t slow_part_bytes = 4U << 10;

}  // namespace

std::size_t Talker::ready_messages(Host& host, const Key& key, Play& play) {
  if (!play.is_opener()) return play.heard.messages();  // the echo
  const std::size_t all = play.part.script->messages();
  if (play.part.every == Duration{}) return all;
  std::size_t ready = play.sent_messages;
  while (ready < all && play.part.due(ready) <= host.world_now()) ++ready;
  if (ready < all && !play.send_waits) {
    play.send_waits = true;
    wake_at(host, play.part.due(ready), {key, false});
  }
  return ready;
}

void Talker::send(Host& host, const Key& key, Play& play) {
  if (play.closed || (!play.is_opener() && !play.part.echo)) return;
  const Script& script = *play.part.script;
  const std::size_t ready = ready_messages(host, key, play);
  while (play.sent_messages < ready) {
    const std::uint64_t left = script.size(play.sent_messages) - play.sent_bytes;
    const ByteView bytes = play.window.look(script, play.sent_messages, play.sent_bytes);
    const bool end = bytes.size() == left;
    const Result<std::size_t> taken =
        host.peer().send(host.now(), key.first, key.second, {bytes, end, play.part.type});
    if (!taken && taken.error() == Errc::would_block) return;
    if (!taken && taken.error() == Errc::session_closed) return;  // Closed follows
    if (!taken) return violate(host, "send: " + std::string(name(taken.error())));
    play.sent_bytes += *taken;
    if (*taken < bytes.size()) return;  // StreamWritable follows
    if (!end) continue;
    ++play.sent_messages;
    play.sent_bytes = 0;
  }
  if (play.sent_messages == script.messages()) close_stream(host, key, play);
}

void Talker::close_stream(Host& host, const Key& key, Play& play) {
  play.closed = true;
  const Result<void> closed = host.peer().close_stream(host.now(), key.first, key.second);
  // A session that has just died says so with Closed.
  if (!closed && closed.error() != Errc::session_closed) {
    violate(host, "close_stream: " + std::string(name(closed.error())));
  }
}

void Talker::read(Host& host, const Key& key, Play& play) {
  std::optional<Errc> stopped;
  while (!stopped && !stage_.violations.any()) {
    stopped =
        play.part.whole ? read_whole(host, key, play) : read_part(host, key, play, part_bytes);
  }
  if (stopped && *stopped != Errc::would_block && *stopped != Errc::stream_closed) {
    violate(host, "read: " + std::string(name(*stopped)));
  }
  send(host, key, play);  // the echo
}

void Talker::read_slowly(Host& host, const Key& key, Play& play) {
  const std::optional<Errc> stopped = read_part(host, key, play, slow_part_bytes);
  send(host, key, play);  // the echo
  if (stopped) return;    // StreamReadable or StreamFinished follows
  constexpr std::uint64_t ns = 1'000'000'000;
  const Duration pause(static_cast<Duration::rep>(slow_part_bytes * ns / play.part.read_rate));
  play.read_waits = true;
  wake_at(host, host.world_now() + pause, {key, true});
}

std::optional<Errc> Talker::read_part(Host& host, const Key& key, Play& play,
                                      std::size_t bytes_max) {
  buffer_.resize(bytes_max);
  const Result<ReadPart> part = host.peer().read(host.now(), key.first, key.second, buffer_);
  if (!part) return part.error();
  hear(host, play, ByteView(buffer_).first(part->bytes), part->end_of_message, part->type);
  return std::nullopt;
}

std::optional<Errc> Talker::read_whole(Host& host, const Key& key, Play& play) {
  const Result<Message> message = host.peer().receive(host.now(), key.first, key.second);
  if (!message) return message.error();
  hear(host, play, message->bytes, true, message->type);
  return std::nullopt;
}

void Talker::hear(Host& host, Play& play, ByteView bytes, bool end, wire::FrameType type) {
  const std::size_t message = play.heard.messages();
  if (const Complaint complaint = play.heard.take(bytes, end, type)) {
    return violate(host, *complaint);
  }
  Tally& tally = stage_.tally;
  tally.bytes_delivered += bytes.size();
  if (!end) return;
  tally.last_delivered = host.world_now();
  ++tally.messages_delivered;
  if (play.heard.digest()) {
    tally.file_digest = play.heard.digest();
    ++tally.digests_equal;
  }
  if (play.part.every == Duration{} || play.is_opener()) return;
  const auto late = (host.world_now() - play.part.due(message)) / 1us;
  tally.latencies_us.push_back(static_cast<std::uint32_t>(late));
}

}  // namespace stt::sim

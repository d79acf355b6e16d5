// For tests: the streams of a session as two applications see them once the network has come to
// rest. There are no frames, no losses and no credit here, only lines of messages that end.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <stt/stream/events.hpp>

namespace stt::stream::testing {

// What both the model and the real streams answer.
inline std::string in_words(const Part& part, std::string_view bytes) {
  return "type " + std::to_string(static_cast<int>(part.type)) + " '" + std::string(bytes) + "'" +
         (part.end_of_message ? " end" : "");
}
inline std::string in_words(std::size_t side, const StreamEvent& event) {
  constexpr std::array<std::string_view, 6> kinds{"opened",   "readable", "writable",
                                                  "finished", "reset",    "closed"};
  std::string words = "; " + std::to_string(side) + ": stream " +
                      std::to_string(event.stream.value()) + " " +
                      std::string(kinds[static_cast<std::size_t>(event.kind)]);
  if (event.reason == Errc::no_error) return words;
  return words + " (" + std::string(name(event.reason)) + ", " + std::to_string(event.code) + ")";
}

class TwoApplications {
 public:
  explicit TwoApplications(std::size_t streams_max) : streams_max_(streams_max) {}

  std::string open(std::size_t side);
  std::string send(std::size_t side, StreamId id, std::string_view bytes, bool end_of_message,
                   wire::FrameType type);
  std::string read(std::size_t side, StreamId id, std::size_t bytes_max);
  std::string receive(std::size_t side, StreamId id);
  std::string close(std::size_t side, StreamId id);
  std::string reset(std::size_t side, StreamId id, std::uint64_t code);
  std::string stop(std::size_t side, StreamId id, std::uint64_t code);

  std::size_t open_count(std::size_t side) const;
  bool has_unread(std::size_t side) const;
  bool is_complete(std::size_t side, StreamId id) const;
  // Ids that name a stream, or did.
  std::vector<StreamId> ids() const;

 private:
  struct Message {
    wire::FrameType type{};
    std::string bytes;
    bool complete = false;
  };
  // What one side writes and the other reads.
  struct Line {
    bool writable = true;
    bool within_message = false;
    bool closed = false;  // by who writes
    bool over = false;    // for who reads
    Errc failure = Errc::no_error;
    std::deque<Message> unread;

    bool has_news() const {
      return !unread.empty() && (!unread.front().bytes.empty() || unread.front().complete);
    }
  };
  // How one side sees a stream.
  struct View {
    bool exists = false;
    Errc reason = Errc::no_error;
    std::uint64_t code = 0;

    void fail(Errc why, std::uint64_t why_code) {
      if (reason != Errc::no_error) return;
      reason = why;
      code = why_code;
    }
  };
  struct Both {
    StreamId id;
    std::array<Line, 2> written_by;
    std::array<View, 2> seen_by;
  };

  // Why a call is refused, or nothing.
  std::string refusal(std::size_t side, StreamId id) const;
  static std::string nothing_to_read(const Line& line);
  // After something was read of `line`, or its end is known.
  void drain(std::size_t reader, Both& stream);
  // What happened, with the events that followed on both sides.
  std::string told(std::string answer, Both& stream);
  void tell(std::size_t side, StreamEvent::Kind kind, const Both& stream,
            Errc reason = Errc::no_error, std::uint64_t code = 0);

  std::size_t streams_max_;
  std::map<StreamId, Both> streams_;
  std::array<std::uint16_t, 2> next_id_{1, 2};
  std::array<std::string, 2> events_;
};

inline std::string refused(Errc error) {
  return std::string(name(error));
}

inline std::string TwoApplications::refusal(std::size_t side, StreamId id) const {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return refused(Errc::stream_unknown);
  if (found->second.seen_by[side].exists) return {};
  const bool was_reset = found->second.written_by[1 - side].failure == Errc::stream_reset;
  return refused(was_reset ? Errc::stream_reset : Errc::stream_closed);
}

inline void TwoApplications::tell(std::size_t side, StreamEvent::Kind kind, const Both& stream,
                                  Errc reason, std::uint64_t code) {
  events_[side] += in_words(side, {kind, stream.id, reason, code});
}

inline std::string TwoApplications::told(std::string answer, Both& stream) {
  for (std::size_t side = 0; side < 2; ++side) {
    View& view = stream.seen_by[side];
    if (view.exists && !stream.written_by[side].writable && stream.written_by[1 - side].over) {
      view.exists = false;
      tell(side, StreamEvent::Kind::closed, stream, view.reason, view.code);
    }
  }
  for (std::string& events : events_) answer += std::exchange(events, {});
  return answer;
}

inline std::string TwoApplications::open(std::size_t side) {
  if (open_count(side) >= streams_max_) return refused(Errc::stream_limit);
  Both stream{.id = StreamId(next_id_[side]), .written_by = {}, .seen_by = {}};
  next_id_[side] = static_cast<std::uint16_t>(next_id_[side] + 2);
  const std::size_t peer = 1 - side;
  const bool room = open_count(peer) < streams_max_;
  stream.seen_by[side].exists = true;
  stream.seen_by[peer].exists = room;
  if (room) {
    tell(peer, StreamEvent::Kind::opened, stream);
  } else {
    const auto code = static_cast<std::uint64_t>(Errc::stream_refused);
    stream.seen_by[side].fail(Errc::stream_refused, code);
    tell(side, StreamEvent::Kind::reset, stream, Errc::stream_reset, code);
    stream.written_by[peer].failure = Errc::stream_reset;
    for (Line& line : stream.written_by) {
      line.writable = false;
      line.over = true;
    }
  }
  Both& kept = streams_.emplace(stream.id, stream).first->second;
  return told("stream " + std::to_string(kept.id.value()), kept);
}

inline std::string TwoApplications::send(std::size_t side, StreamId id, std::string_view bytes,
                                         bool end_of_message, wire::FrameType type) {
  if (auto no = refusal(side, id); !no.empty()) return no;
  Line& line = streams_.at(id).written_by[side];
  if (!line.writable) return refused(Errc::stream_closed);
  if (line.within_message && line.unread.back().type != type) {
    return refused(Errc::message_type_changed);
  }
  if (!bytes.empty() || end_of_message) {
    if (!line.within_message) line.unread.push_back({type, {}, false});
    line.unread.back().bytes += bytes;
    line.unread.back().complete = end_of_message;
    line.within_message = !end_of_message;
  }
  return std::to_string(bytes.size()) + " taken";
}

inline std::string TwoApplications::nothing_to_read(const Line& line) {
  if (line.failure != Errc::no_error) return refused(line.failure);
  return refused(line.over ? Errc::stream_closed : Errc::would_block);
}

inline void TwoApplications::drain(std::size_t reader, Both& stream) {
  Line& line = stream.written_by[1 - reader];
  if (line.over || !line.closed || line.has_news()) return;
  line.over = true;
  if (line.within_message) {
    line.failure = Errc::message_incomplete;
    stream.seen_by[reader].fail(line.failure, 0);
  } else {
    tell(reader, StreamEvent::Kind::finished, stream);
  }
}

inline std::string TwoApplications::read(std::size_t side, StreamId id, std::size_t bytes_max) {
  if (auto no = refusal(side, id); !no.empty()) return no;
  Both& stream = streams_.at(id);
  Line& line = stream.written_by[1 - side];
  if (!line.has_news()) return nothing_to_read(line);
  Message& message = line.unread.front();
  const std::string bytes = message.bytes.substr(0, bytes_max);
  message.bytes.erase(0, bytes.size());
  const Part part{bytes.size(), message.complete && message.bytes.empty(), message.type};
  if (part.end_of_message) line.unread.pop_front();
  drain(side, stream);
  return told(in_words(part, bytes), stream);
}

inline std::string TwoApplications::receive(std::size_t side, StreamId id) {
  if (auto no = refusal(side, id); !no.empty()) return no;
  Both& stream = streams_.at(id);
  Line& line = stream.written_by[1 - side];
  if (!line.has_news()) return nothing_to_read(line);
  if (!line.unread.front().complete) {
    if (!line.closed) return refused(Errc::would_block);
    line.unread.front().bytes.clear();
    drain(side, stream);
    return told(nothing_to_read(line), stream);
  }
  const Message message = line.unread.front();
  line.unread.pop_front();
  drain(side, stream);
  return told(in_words({message.bytes.size(), true, message.type}, message.bytes), stream);
}

inline std::string TwoApplications::close(std::size_t side, StreamId id) {
  if (auto no = refusal(side, id); !no.empty()) return no;
  Both& stream = streams_.at(id);
  Line& line = stream.written_by[side];
  if (line.writable) {
    line.writable = false;
    line.closed = true;
    drain(1 - side, stream);
  }
  return told("done", stream);
}

inline std::string TwoApplications::reset(std::size_t side, StreamId id, std::uint64_t code) {
  if (auto no = refusal(side, id); !no.empty()) return no;
  Both& stream = streams_.at(id);
  Line& line = stream.written_by[side];
  if (line.writable) {
    stream.seen_by[side].fail(Errc::stream_cancelled, 0);
    line.writable = false;
    line.over = true;
    line.unread.clear();
    line.failure = Errc::stream_reset;
    stream.seen_by[1 - side].fail(Errc::stream_reset, code);
    tell(1 - side, StreamEvent::Kind::reset, stream, Errc::stream_reset, code);
  }
  return told("done", stream);
}

inline std::string TwoApplications::stop(std::size_t side, StreamId id, std::uint64_t code) {
  if (auto no = refusal(side, id); !no.empty()) return no;
  Both& stream = streams_.at(id);
  Line& line = stream.written_by[1 - side];
  if (!line.over) {
    stream.seen_by[side].fail(Errc::stream_cancelled, 0);
    line.over = true;
    line.unread.clear();
    line.failure = Errc::stream_cancelled;
    if (line.writable) stream.seen_by[1 - side].fail(Errc::stream_stopped, code);
    line.writable = false;
  }
  return told("done", stream);
}

inline std::size_t TwoApplications::open_count(std::size_t side) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      streams_, [side](const auto& entry) { return entry.second.seen_by[side].exists; }));
}

inline bool TwoApplications::has_unread(std::size_t side) const {
  return std::ranges::any_of(streams_, [side](const auto& entry) {
    return entry.second.seen_by[side].exists && entry.second.written_by[1 - side].has_news();
  });
}

inline bool TwoApplications::is_complete(std::size_t side, StreamId id) const {
  const auto found = streams_.find(id);
  if (found == streams_.end() || !found->second.seen_by[side].exists) return false;
  const Line& line = found->second.written_by[1 - side];
  return line.closed && !line.within_message && line.failure == Errc::no_error;
}

inline std::vector<StreamId> TwoApplications::ids() const {
  std::vector<StreamId> all;
  for (const auto& [id, stream] : streams_) all.push_back(id);
  return all;
}

}  // namespace stt::stream::testing

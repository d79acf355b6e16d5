// What the two sides of a session say to each other, once their frames are open: nobody uses credit
// that was not given, acknowledges what was not sent, writes beyond an end, rotates before the
// rotation before it was noticed, or goes on after CLOSE.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <simulator/checkers/violations.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/frame.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::sim {

class Conduct {
 public:
  // What a side has declared in its AUTH frame.
  void declare(Role side, const wire::Parameters& parameters);

  // A session frame of `side`, in the order of sending.
  Complaint take(Role side, const wire::FrameHeader& header, ByteView payload);

  bool has_closed(Role side) const { return of(side).closed; }

 private:
  struct Stream {
    std::uint64_t sent_end = 0;  // of this side
    std::uint64_t granted = 0;   // by this side, to the other
    std::optional<std::uint64_t> final_position;
  };
  struct Side {
    wire::Parameters parameters;
    bool declared = false;
    std::optional<Sequence> last_sent;
    Epoch epoch;
    Sequence epoch_began;
    std::optional<Sequence> largest_acked;  // of this side's frames, by the other
    std::uint64_t session_granted = 0;      // to the other
    std::uint64_t session_sent = 0;
    std::map<StreamId, Stream> streams;
    bool closed = false;
  };

  Side& of(Role side) { return sides_[static_cast<std::size_t>(side)]; }
  const Side& of(Role side) const { return sides_[static_cast<std::size_t>(side)]; }
  Stream& stream_of(Side& side, StreamId id);
  Complaint take_control(Role side, ByteView payload);
  Complaint take_data(Role side, StreamId id, ByteView payload);
  Complaint take_stream_control(Role side, StreamId id, ByteView payload);
  Complaint end_at(Stream& stream, std::uint64_t position);

  std::array<Side, 2> sides_;
};

}  // namespace stt::sim

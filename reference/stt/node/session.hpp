// One session of a Node: keys, recovery and streams put together. The Node routes frames to it and
// drives it; only the Node knows that there are others.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <stt/base/random.hpp>
#include <stt/handshake/outcome.hpp>
#include <stt/node/config.hpp>
#include <stt/node/event_queue.hpp>
#include <stt/node/node.hpp>
#include <stt/node/timer_queue.hpp>
#include <stt/recovery/ack_tracker.hpp>
#include <stt/recovery/recovery.hpp>
#include <stt/session/close_timer.hpp>
#include <stt/session/idle_timer.hpp>
#include <stt/session/opener.hpp>
#include <stt/session/owed_replies.hpp>
#include <stt/session/path_mtu.hpp>
#include <stt/session/path_validation.hpp>
#include <stt/session/sealer.hpp>
#include <stt/session/state.hpp>
#include <stt/stream/streams.hpp>

namespace stt::node {

// What the sessions of a node share; it outlives them.
struct Surroundings {
  const Config& config;
  Random& random;
  EventQueue& events;
};

class Session {
 public:
  // base.random_failed.
  static Result<std::unique_ptr<Session>> begin(Instant now, SessionHandle handle,
                                                handshake::Established established,
                                                const Surroundings& node);

  SessionHandle handle() const { return handle_; }
  const SessionId& id() const { return facts_.session_id; }
  const NodeId& peer() const { return facts_.peer; }
  Role role() const { return facts_.role; }
  const Address& address() const { return path_.current(); }
  bool is_active() const { return state_ == session::State::active; }
  // Nothing is left to send, to wait for or to read.
  bool finished() const;
  Connected connected() const;
  SessionStatistics statistics() const;

  // Commands; the Node calls work() after each.
  Result<void> close(Instant now, std::uint64_t code, std::string_view reason);
  // We end the session for `reason`, at once.
  void end(Instant now, Errc reason);
  Result<void> rotate_keys(Instant now);
  Result<void> ping();
  Result<void> send_error(std::uint64_t code, std::string_view reason);
  Result<StreamId> open_stream();
  Result<std::size_t> send(StreamId stream, ByteView bytes, bool end_of_message,
                           wire::FrameType type);
  Result<ReadPart> read(StreamId stream, MutableByteView out);
  Result<Message> receive(StreamId stream);
  bool is_complete(StreamId stream) const { return streams_.is_complete(stream); }
  Result<void> set_priority(StreamId stream, std::uint8_t priority);
  Result<void> close_stream(StreamId stream);
  Result<void> reset_stream(StreamId stream, std::uint64_t code);
  Result<void> stop_stream(StreamId stream, std::uint64_t code);
  Result<void> send_datagram(wire::FrameType type, ByteView payload);
  // The application has taken a DatagramReceived.
  void on_datagram_taken() { --datagrams_queued_; }

  // A frame of this session, in `bytes`. Whether it opened.
  bool handle_frame(Instant now, const Address& from, const wire::FrameView& frame,
                    MutableByteView bytes);
  void handle_timeout(Instant now);
  void handle_connection_lost(Instant now);
  // What follows from any of the above: events, and the next step of closing.
  void work(Instant now);

  std::optional<Transmit> poll_transmit(Instant now, MutableByteView buffer);
  std::optional<Instant> poll_timeout() const;

  // For the Node's queues.
  TimerSlot& timer_slot() { return timer_slot_; }
  // These return whether this changed anything.
  bool set_ready(bool ready) { return std::exchange(ready_, ready) != ready; }
  bool set_timer_changed(bool changed) { return std::exchange(timer_changed_, changed) != changed; }

 private:
  // What the handshake has established, without the keys.
  struct Facts {
    SessionId session_id;
    NodeId peer;
    SeedHint hint;
    Role role{};
    wire::Parameters peer_parameters;
  };
  struct DatagramOut {
    wire::FrameType type{};
    Bytes payload;
  };
  struct Reason {
    std::uint64_t code = 0;
    std::string text;
  };
  // An ERROR until it is acknowledged.
  struct ErrorOut {
    std::uint64_t number = 0;
    Reason reason;
    bool sent = false;
  };
  // A frame on its way into a datagram.
  struct Draft {
    wire::FrameType type{};
    StreamId stream{};
    wire::Carried carried{};
    bool ack_eliciting = true;
    bool is_mtu_probe = false;
    bool off_path = false;
  };
  // One datagram being filled.
  struct Packing {
    Instant now;
    wire::Writer writer;
    bool started = false;                 // holds a frame
    std::optional<Sequence> eliciting{};  // the last one that elicits an ACK
  };

  struct Protection {
    session::Sealer sealer;
    session::Opener opener;
  };

  Session(Instant now, SessionHandle handle, const handshake::Established& established,
          Protection protection, const Surroundings& node);

  bool is_reliable() const { return reliability_ == session::Reliability::reliable; }
  bool move(session::Input input);
  // The probe time-out that other timers count in.
  Duration pto() const;
  // Keeps the session a while for the reads of what has arrived.
  void linger(Instant now);
  // Whether the streams made the frame that carried this.
  static bool is_of_streams(const wire::Carried& carried);

  // Inputs (session.cpp)
  void handle_payload(Instant now, const Address& from, const wire::FrameView& frame,
                      ByteView payload);
  Result<stream::Taken> take_payload(Instant now, const Address& from, const wire::FrameView& frame,
                                     ByteView payload, bool& ack_eliciting);
  Result<void> take_control(Instant now, const Address& from, Sequence sequence,
                            const wire::ControlMessage& message);
  void follow(Instant now, const std::optional<session::PathChanged>& changed);
  Result<void> take_ack(Instant now, const wire::Ack& ack);
  void take_datagram(wire::FrameType type, ByteView payload);
  void take_outcome(Instant now);
  void on_carried_acked(const wire::Carried& carried);
  void on_carried_lost(const wire::Carried& carried);
  void on_peer_close(Instant now, const wire::Close& close);
  bool conclude(Instant now, session::Input input, Closed report);
  void push_stream_events();

  // Outputs (session_transmit.cpp)
  std::optional<Transmit> transmit_close(Instant now, MutableByteView buffer);
  std::optional<Transmit> transmit_path_message(Instant now, MutableByteView buffer);
  std::optional<Transmit> transmit_mtu_probe(Instant now, MutableByteView buffer);
  std::optional<Transmit> transmit_frames(Instant now, MutableByteView buffer);
  std::optional<Transmit> transmit_data(Instant now, MutableByteView buffer);
  void pack_ack(Packing& packing);
  void pack_control(Packing& packing);
  void pack_streams(Packing& packing);
  void pack_datagrams(Packing& packing);
  bool add_control(Packing& packing, const wire::ControlMessage& message, const Draft& how);
  template <class Write>
  bool add_frame(Packing& packing, const Draft& draft, std::size_t payload_bytes, Write write);
  std::optional<std::size_t> payload_room(const Packing& packing, wire::FrameType type,
                                          StreamId stream) const;
  bool wants_to_send() const;
  void maybe_skip_sequence();

  const SessionHandle handle_;
  const Facts facts_;
  const Config& config_;
  Random& random_;
  EventQueue& events_;
  const session::Reliability reliability_;

  session::State state_ = session::State::active;
  session::Sealer sealer_;
  session::Opener opener_;
  session::PathValidation path_;
  session::PathMtu mtu_;
  session::IdleTimer idle_;
  session::OwedReplies owed_;
  std::optional<session::CloseTimer> close_timer_;
  recovery::AckTracker acks_;
  recovery::Recovery recovery_;
  recovery::Outcome outcome_;
  stream::Streams streams_;

  bool ping_owed_ = false;
  bool close_owed_ = false;
  std::optional<Instant> flush_deadline_;
  std::optional<Instant> linger_deadline_;  // of data that arrived whole and is not read yet
  Reason close_reason_;
  // Of a responder: no frame of the peer has opened yet.
  std::optional<Instant> first_frame_deadline_;
  std::deque<ErrorOut> errors_out_;
  std::uint64_t errors_made_ = 0;
  std::deque<DatagramOut> datagrams_out_;
  std::size_t datagrams_queued_ = 0;
  std::uint32_t datagrams_until_skip_ = 256;

  SessionStatistics counters_;  // what is counted here; statistics() adds the rest
  TimerSlot timer_slot_;
  bool ready_ = false;
  bool timer_changed_ = false;
};

}  // namespace stt::node

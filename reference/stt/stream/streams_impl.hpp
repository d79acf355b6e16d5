// The inside of Streams: which streams there are, what they share, and what follows when one of
// them has changed.
#pragma once

#include <memory>
#include <optional>

#include <boost/container/flat_map.hpp>

#include <stt/stream/id_set.hpp>
#include <stt/stream/receive_half.hpp>
#include <stt/stream/send_half.hpp>
#include <stt/stream/streams.hpp>

namespace stt::stream {

struct Stream {
  Stream(StreamId stream_id, ChunkPool& pool, const Streams::Config& config)
      : id(stream_id),
        send(pool, config.theirs.initial_stream_credit, config.send_buffer_bytes),
        receive(pool, config.ours.max_message_bytes) {
    credit.granted = config.ours.initial_stream_credit;
  }

  StreamId id;
  StreamState state = StreamState::created;
  SendHalf send;
  ReceiveHalf receive;
  CreditAccount credit;
  std::uint8_t priority = 0;
  bool refused = false;  // beyond max_streams: counted as no open stream, told to nobody
  // Messages that are to be sent.
  bool open_pending = false;
  bool credit_pending = false;
  bool stop_pending = false;
  std::uint64_t stop_code = 0;
  bool known_to_peer = false;  // it sent something, or acknowledged something
  // Whether the queues below name it.
  bool in_urgent = false;
  bool in_ready = false;
  bool finished_told = false;
  // How much of the receive half the session's totals contain.
  std::uint64_t used_counted = 0;
  std::uint64_t given_back_counted = 0;
  // Why it closes: the first reason stays.
  Errc reason = Errc::no_error;
  std::uint64_t code = 0;

  void fail(Errc why, std::uint64_t peer_code = 0) {
    if (reason != Errc::no_error) return;
    reason = why;
    code = peer_code;
  }
};

class Streams::Impl {
 public:
  explicit Impl(const Config& config);

  // From the application (streams_application.cpp).
  Result<StreamId> open();
  Result<std::size_t> send(StreamId id, ByteView bytes, bool end_of_message, wire::FrameType type);
  Result<Part> read(StreamId id, MutableByteView out);
  Result<MessageOut> receive(StreamId id);
  Result<void> close(StreamId id);
  Result<void> reset(StreamId id, std::uint64_t code);
  Result<void> stop(StreamId id, std::uint64_t code);
  Result<void> set_priority(StreamId id, std::uint8_t priority);
  void close_all();
  void end_all();

  // From the peer (streams_peer.cpp).
  Result<Taken> handle_data(wire::FrameType type, StreamId id, const wire::DataMessage& message);
  Result<Taken> handle_stream_control(StreamId id, const wire::StreamControlMessage& message);
  void handle_session_credit(std::uint64_t position);
  void on_acked(const wire::Carried& carried);
  void on_lost(const wire::Carried& carried);

  // To the peer (streams_output.cpp).
  bool wants_to_send() const;
  std::optional<Outgoing> poll_frame(std::size_t payload_room);
  void write_payload(const Outgoing& frame, wire::Writer& writer) const;
  bool flushed() const;
  bool has_unread() const;
  bool is_complete(StreamId id) const;

  std::optional<StreamEvent> poll_event();
  std::size_t open_count() const { return streams_.size() - refused_count_; }
  const Counters& counters() const { return counters_; }
  std::size_t memory_bytes() const;
  void check_invariants() const;

 private:
  // The stream, for a call of the application. stream.unknown, stream.closed, stream.reset.
  Result<Stream*> lookup(StreamId id);
  Stream* find(StreamId id);
  const Stream* find(StreamId id) const;
  bool is_ours(StreamId id) const;
  Stream& create(StreamId id);
  // Whether the peer may not open another stream. Streams that wait for nothing but the
  // acknowledgement of our CLOSE or RESET do not count: to the peer they may be Closed already. A
  // peer that never acknowledges is stopped at twice the limit.
  bool is_full() const;
  // The stream that a frame of the peer names, opened by it if need be; nothing if it is Closed.
  // stream.not_opened.
  struct Named {
    Stream* stream = nullptr;
    bool drop = false;  // too many refused streams
  };
  Result<Named> name_by_peer(StreamId id);
  void refuse(StreamId id);

  Result<void> check_credit(const Stream& stream, std::uint64_t end) const;
  Result<void> handle_final(Stream& stream, std::uint64_t final_position);
  void handle_reset(Stream& stream, const wire::StreamReset& message);
  void stop_stream(Stream& stream, std::uint64_t code, Errc reason);

  // Everything that follows from a change of the stream; the stream may be gone afterwards.
  void settle(Stream& stream);
  void step(Stream& stream, StreamInput input);
  void count_for_session(Stream& stream);
  void update_credit(Stream& stream);
  void update_session_credit();
  void tell(Stream& stream);
  void enqueue(Stream& stream);
  void finish(Stream& stream);
  void push_event(StreamEvent::Kind kind, const Stream& stream);

  std::uint64_t session_room() const { return session_limit_ - session_sent_; }
  bool wants_urgent(const Stream& stream) const;
  bool wants_ready(const Stream& stream) const;
  Outgoing take_urgent(Stream& stream);
  Outgoing take_ready(Stream& stream, std::size_t payload_room);
  Outgoing take_session_credit();
  void on_control_acked(Stream& stream, const wire::Carried& carried);
  void on_control_lost(Stream& stream, const wire::Carried& carried);

  Config config_;
  ChunkPool pool_;
  Lender lender_;
  boost::container::flat_map<StreamId, std::unique_ptr<Stream>> streams_;
  std::size_t refused_count_ = 0;
  IdSet closed_ids_;
  IdSet reset_ids_;  // those of them that the peer reset
  std::uint32_t next_id_;
  bool ended_ = false;

  // Credit of the session, in positions over all streams.
  std::uint64_t session_limit_;         // how many we may send
  std::uint64_t session_sent_ = 0;      // how many we sent, not counting again
  std::uint64_t session_granted_;       // how many the peer may send
  std::uint64_t session_told_;          // what of that has left in a SESSION_CREDIT
  std::uint64_t session_used_ = 0;      // how many it has used
  std::uint64_t session_returned_ = 0;  // how many of these hold no memory any more
  bool session_credit_pending_ = false;

  Ring<StreamId> urgent_;  // credit, RESET, STOP, OPEN: small, and others wait for them
  // Data, and CLOSE behind it: in turn within a priority, the highest priority first.
  boost::container::flat_map<std::uint8_t, Ring<StreamId>, std::greater<>> ready_;
  Ring<StreamEvent> events_;
  Counters counters_;
};

}  // namespace stt::stream

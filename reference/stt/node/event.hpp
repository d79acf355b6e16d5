// What a Node tells its application, in order, by poll_event().
#pragma once

#include <string>
#include <variant>

#include <stt/base/address.hpp>
#include <stt/base/result.hpp>
#include <stt/base/strong.hpp>
#include <stt/wire/frame.hpp>

namespace stt {

// Names a session of one Node from connect() or Connected until Closed; never used twice.
using SessionHandle = Strong<struct SessionHandleTag, std::uint64_t>;

struct Connected {
  SessionHandle session;
  SessionId session_id;
  NodeId peer;    // proven
  SeedHint hint;  // of the shared seed that the session stands on
  Role role{};    // ours
  Address address;
};
struct ConnectFailed {
  SessionHandle session;
  Errc reason{};  // handshake.timeout, handshake.identity_refused, ...
};
struct StreamOpened {  // by the peer
  SessionHandle session;
  StreamId stream;
};
struct StreamReadable {  // read() or receive() has something that it had not before
  SessionHandle session;
  StreamId stream;
};
struct StreamWritable {  // send() has refused bytes before and would take some now
  SessionHandle session;
  StreamId stream;
};
struct StreamFinished {  // the peer closed its direction, and everything before that was read
  SessionHandle session;
  StreamId stream;
};
struct StreamReset {  // the peer dropped what it had not delivered of its direction
  SessionHandle session;
  StreamId stream;
  std::uint64_t code = 0;  // the peer's
};
struct StreamClosed {  // both directions are over; after a reset `reason` says whose and why
  SessionHandle session;
  StreamId stream;
  Errc reason = Errc::no_error;
  std::uint64_t code = 0;  // the peer's, of a RESET or STOP
};
struct DatagramReceived {  // a custom frame on stream 0
  SessionHandle session;
  wire::FrameType type{};
  Bytes payload;
};
struct PeerAddressChanged {  // validated
  SessionHandle session;
  Address address;
};
struct PeerError {  // an ERROR message, for the log
  SessionHandle session;
  std::uint64_t code = 0;
  std::string reason;
};
struct Closed {
  SessionHandle session;
  Errc reason = Errc::no_error;  // ours, or session.closed if the peer sent CLOSE
  bool by_peer = false;
  std::uint64_t code = 0;  // the peer's
  std::string text;
};
struct Stopped {};

using Event = std::variant<Connected, ConnectFailed, StreamOpened, StreamReadable, StreamWritable,
                           StreamFinished, StreamReset, StreamClosed, DatagramReceived,
                           PeerAddressChanged, PeerError, Closed, Stopped>;

}  // namespace stt

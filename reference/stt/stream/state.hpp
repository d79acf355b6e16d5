// docs/spec/streams.md, "States": the three tables, and nothing else decides what may follow what.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <stt/base/transitions.hpp>

namespace stt::stream {

enum class SendState : std::uint8_t {
  ready,
  sending,
  flushing,     // close() was called; something has not been sent once
  closed_sent,  // everything was sent, and CLOSE
  reset_sent,
  done,
};
enum class SendInput : std::uint8_t {
  send,       // the application gave something
  close,      // the application closes
  sent_all,   // CLOSE leaves, everything before it has left
  all_acked,  // everything and CLOSE arrived
  cut,        // reset(), STOP received, RESET(refused) received
  cut_acked,  // RESET arrived
};

enum class ReceiveState : std::uint8_t { receiving, size_known, stopped, done };
enum class ReceiveInput : std::uint8_t {
  data,
  close,    // CLOSE arrived
  drained,  // all positions are there, and read or dropped
  reset,    // RESET arrived
  stop,     // we read no more
};

enum class StreamState : std::uint8_t { created, open, closing, closed };
enum class StreamInput : std::uint8_t {
  frame,      // the first one, sent or received
  shut,       // a direction was closed or reset, by either side
  both_done,  // nothing is owed in either direction
  session_ends,
};

using SendTransition = Transition<SendState, SendInput>;
inline constexpr std::array send_transitions{
    SendTransition{SendState::ready, SendInput::send, SendState::sending},
    SendTransition{SendState::ready, SendInput::close, SendState::flushing},
    SendTransition{SendState::ready, SendInput::cut, SendState::reset_sent},
    SendTransition{SendState::sending, SendInput::send, SendState::sending},
    SendTransition{SendState::sending, SendInput::close, SendState::flushing},
    SendTransition{SendState::sending, SendInput::cut, SendState::reset_sent},
    SendTransition{SendState::flushing, SendInput::sent_all, SendState::closed_sent},
    SendTransition{SendState::flushing, SendInput::cut, SendState::reset_sent},
    SendTransition{SendState::closed_sent, SendInput::all_acked, SendState::done},
    SendTransition{SendState::closed_sent, SendInput::cut, SendState::reset_sent},
    SendTransition{SendState::reset_sent, SendInput::cut_acked, SendState::done},
};
static_assert(is_sound(send_transitions, SendState::done, SendState::done));

using ReceiveTransition = Transition<ReceiveState, ReceiveInput>;
inline constexpr std::array receive_transitions{
    ReceiveTransition{ReceiveState::receiving, ReceiveInput::data, ReceiveState::receiving},
    ReceiveTransition{ReceiveState::receiving, ReceiveInput::close, ReceiveState::size_known},
    ReceiveTransition{ReceiveState::receiving, ReceiveInput::reset, ReceiveState::done},
    ReceiveTransition{ReceiveState::receiving, ReceiveInput::stop, ReceiveState::stopped},
    ReceiveTransition{ReceiveState::size_known, ReceiveInput::data, ReceiveState::size_known},
    ReceiveTransition{ReceiveState::size_known, ReceiveInput::drained, ReceiveState::done},
    ReceiveTransition{ReceiveState::size_known, ReceiveInput::reset, ReceiveState::done},
    ReceiveTransition{ReceiveState::size_known, ReceiveInput::stop, ReceiveState::stopped},
    ReceiveTransition{ReceiveState::stopped, ReceiveInput::data, ReceiveState::stopped},
    ReceiveTransition{ReceiveState::stopped, ReceiveInput::close, ReceiveState::stopped},
    ReceiveTransition{ReceiveState::stopped, ReceiveInput::drained, ReceiveState::done},
    ReceiveTransition{ReceiveState::stopped, ReceiveInput::reset, ReceiveState::done},
};
static_assert(is_sound(receive_transitions, ReceiveState::done, ReceiveState::done));

using StreamTransition = Transition<StreamState, StreamInput>;
//= STT-STREAM-040
inline constexpr std::array stream_transitions{
    StreamTransition{StreamState::created, StreamInput::frame, StreamState::open},
    StreamTransition{StreamState::created, StreamInput::shut, StreamState::closing},
    StreamTransition{StreamState::created, StreamInput::session_ends, StreamState::closed},
    StreamTransition{StreamState::open, StreamInput::shut, StreamState::closing},
    StreamTransition{StreamState::open, StreamInput::session_ends, StreamState::closed},
    StreamTransition{StreamState::closing, StreamInput::both_done, StreamState::closed},
    StreamTransition{StreamState::closing, StreamInput::session_ends, StreamState::closed},
};
static_assert(is_sound(stream_transitions, StreamState::closed, StreamState::closed));

// The state after `input`, or nothing if the table refuses it.
constexpr std::optional<SendState> next(SendState from, SendInput input) {
  return find_next(send_transitions, from, input);
}
constexpr std::optional<ReceiveState> next(ReceiveState from, ReceiveInput input) {
  return find_next(receive_transitions, from, input);
}
constexpr std::optional<StreamState> next(StreamState from, StreamInput input) {
  return find_next(stream_transitions, from, input);
}

}  // namespace stt::stream

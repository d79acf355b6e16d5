// What a node may send us, by what we have said and sent: frames as long as we take them, stream
// data within the credit that we gave, and to an address that has not shown who is there at most
// three times what came from it. Whoever breaks it breaks a promise of the fuzz target.
#pragma once

#include <map>
#include <set>

#include <stt/base/address.hpp>
#include <stt/wire/control_message.hpp>
#include <stt/wire/frame.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::fuzz {

class Allowance {
 public:
  // `ours` is what we declared in the handshake, made from `first`.
  Allowance(const wire::Parameters& ours, const Address& first) : ours_(ours), proven_{first} {
    session_credit_ = ours.initial_session_credit;
  }

  // To the node: a datagram, and a frame that is sealed with our key. It may drop both.
  void on_datagram_given(const Address& from, std::size_t bytes);
  void on_frame_given(const wire::FrameHeader& header, ByteView payload);
  // From the node: a datagram, a frame in it, and what that carries.
  void on_datagram_taken(const Address& to, std::size_t bytes);
  void on_frame_taken(std::size_t bytes) const;
  void on_challenge_taken(const Address& to, const wire::PathChallenge& challenge);
  void on_data_taken(StreamId id, const wire::DataMessage& message);

 private:
  struct Traffic {
    std::uint64_t given = 0;
    std::uint64_t taken = 0;
  };
  struct Stream {
    std::uint64_t credit = 0;
    std::uint64_t sent = 0;
  };
  Stream& stream(StreamId id) {
    return streams_.try_emplace(id, Stream{ours_.initial_stream_credit, 0}).first->second;
  }

  wire::Parameters ours_;
  std::map<Address, Traffic> traffic_;  // in bytes
  std::set<Address> proven_;
  std::map<ByteArray<8>, Address> challenges_;  // that the node sent, and where to
  std::map<StreamId, Stream> streams_;
  std::uint64_t session_credit_ = 0;
  std::uint64_t session_sent_ = 0;
};

}  // namespace stt::fuzz

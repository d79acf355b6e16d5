// Messages whole, once and in order: what arrives on one direction of a stream, or as datagrams,
// held against the script.
#pragma once

#include <optional>
#include <string>

#include <simulator/hosts/stage.hpp>
#include <stt/crypto/sha3.hpp>

namespace stt::sim {

class Playback {
 public:
  Playback() = default;
  // `expects_nothing`: this direction carries no messages at all.
  Playback(const Part& part, bool expects_nothing);

  // The next byte is the one that the script has there, and a message ends where it says.
  Complaint take(ByteView bytes, bool end_of_message, wire::FrameType type);
  // The peer has closed its direction.
  Complaint finish();

  std::size_t messages() const { return messages_; }  // complete ones
  bool complete() const { return messages_ == expected_messages() && bytes_ == 0; }
  // Of the last complete message, if digests are asked for and it was the right one.
  const std::optional<ByteArray<32>>& digest() const { return digest_; }

 private:
  std::size_t expected_messages() const { return part_.script ? part_.script->messages() : 0; }
  Complaint end_message();

  Part part_;
  std::size_t messages_ = 0;
  std::uint64_t bytes_ = 0;  // of the message under way
  bool finished_ = false;
  std::optional<crypto::Sha3> hash_;
  std::optional<ByteArray<32>> digest_;
  Bytes expected_;
};

// Datagrams arrive at most once, in any order, or not at all.
//
//   field    bytes
//   index    4      of the message in the script
//   message  ...
class DatagramPlayback {
 public:
  static Bytes encode(const Script& script, std::size_t message);

  Complaint take(const Part& part, ByteView payload, wire::FrameType type);

 private:
  std::vector<bool> seen_;
};

}  // namespace stt::sim

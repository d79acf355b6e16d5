#include <simulator/hosts/playback.hpp>

#include <algorithm>

namespace stt::sim {
namespace {

constexpr std::size_t part_bytes = 64U << 10;
constexpr std::size_t index_bytes = 4;

}  // namespace

Playback::Playback(const Part& part, bool expects_nothing) : part_(part) {
  if (expects_nothing) part_.script.reset();
}

Complaint Playback::take(ByteView bytes, bool end_of_message, wire::FrameType type) {
  if (finished_) return "bytes after the end";
  if (messages_ >= expected_messages()) return "bytes beyond the last message";
  if (type != part_.type) return "a message of another type";
  const Script& script = *part_.script;
  const std::uint64_t size = script.size(messages_);
  if (bytes_ + bytes.size() > size) return "a message too long";
  expected_.resize(bytes.size());
  script.fill(messages_, bytes_, expected_);
  if (!equal(bytes, expected_)) return "a message with other bytes";
  if (part_.digest) {
    if (!hash_) hash_.emplace();
    hash_->update(bytes);
  }
  bytes_ += bytes.size();
  if (!end_of_message) return std::nullopt;
  if (bytes_ != size) return "a message too short";
  return end_message();
}

Complaint Playback::end_message() {
  if (hash_) {
    crypto::Sha3 original;
    for (std::uint64_t at = 0; at < bytes_; at += expected_.size()) {
      expected_.resize(std::min<std::uint64_t>(part_bytes, bytes_ - at));
      part_.script->fill(messages_, at, expected_);
      original.update(expected_);
    }
    digest_ = hash_->finish();
    hash_.reset();
    if (*digest_ != original.finish()) return "a file with another SHA3-256";
  }
  ++messages_;
  bytes_ = 0;
  return std::nullopt;
}

Complaint Playback::finish() {
  if (finished_) return "a stream finished twice";
  finished_ = true;
  if (!complete()) return "a stream finished before its last message";
  return std::nullopt;
}

Bytes DatagramPlayback::encode(const Script& script, std::size_t message) {
  Bytes payload(index_bytes + script.size(message));
  for (std::size_t i = 0; i < index_bytes; ++i) {
    payload[i] = static_cast<std::byte>(message >> (8 * (index_bytes - 1 - i)));
  }
  script.fill(message, 0, MutableByteView(payload).subspan(index_bytes));
  return payload;
}

Complaint DatagramPlayback::take(const Part& part, ByteView payload, wire::FrameType type) {
  if (type != part.type) return "a datagram of another type";
  if (payload.size() < index_bytes) return "a datagram too short";
  std::size_t message = 0;
  for (std::size_t i = 0; i < index_bytes; ++i) {
    message = message << 8 | std::to_integer<std::size_t>(payload[i]);
  }
  if (message >= part.script->messages()) return "a datagram that nobody sent";
  if (!equal(payload, encode(*part.script, message))) return "a datagram with other bytes";
  seen_.resize(part.script->messages());
  if (seen_[message]) return "a datagram twice";
  seen_[message] = true;
  return std::nullopt;
}

}  // namespace stt::sim

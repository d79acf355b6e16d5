// The peer's direction of a stream: what has arrived and was not read, and how the direction ended.
#pragma once

#include <optional>

#include <stt/stream/assembly.hpp>
#include <stt/stream/events.hpp>
#include <stt/stream/lender.hpp>
#include <stt/stream/state.hpp>

namespace stt::stream {

class ReceiveHalf {
 public:
  ReceiveHalf(ChunkPool& pool, std::uint64_t message_bytes_max)
      : assembly_(pool), message_bytes_max_(message_bytes_max) {}

  ReceiveState state() const { return state_; }
  const Assembly& assembly() const { return assembly_; }
  // The positions that count against the session's credit: all below the highest that arrived, or
  // below the final one.
  std::uint64_t used() const { return final_ ? *final_ : assembly_.highest(); }
  // Of those, the ones that hold no memory any more.
  std::uint64_t given_back() const;
  std::optional<Errc> failure() const { return failure_; }
  bool is_complete() const;
  // Something that has arrived can be read: bytes, or an END_OF_MESSAGE.
  bool has_unread() const { return assembly_.contiguous() > assembly_.consumed(); }
  CreditDemand demand() const;

  // --- From the peer. The position must be within the credit. stream.final_position,
  // --- stream.message_type_changed, stream.too_many_gaps; nothing has changed then.
  Result<void> check_end(std::uint64_t end) const;    // of data
  Result<void> check_final(std::uint64_t end) const;  // of CLOSE and RESET
  Result<Assembly::Stored> handle_data(wire::FrameType type, const wire::DataMessage& message);
  void handle_close(std::uint64_t final_position);
  // False if it changes nothing: the direction is over, or everything has arrived anyhow.
  bool handle_reset(std::uint64_t final_position);

  // --- From the application. Errors as Streams::read and Streams::receive.
  Result<Part> read(MutableByteView out);
  Result<MessageOut> receive();
  // Reads no more. False if it was not reading anyhow.
  bool stop(Errc reason);

  // Whether the application would learn something, that has not been told since it last asked.
  bool take_readable();
  // A message is awaited whole, and is larger than allowed.
  bool is_too_large() const;
  bool awaits_whole() const { return reading_ == Reading::whole; }

 private:
  enum class Reading : std::uint8_t { unknown, parts, whole };

  void settle();
  bool advance(ReceiveInput input);
  Errc refusal() const;

  ReceiveState state_ = ReceiveState::receiving;
  Assembly assembly_;
  std::uint64_t message_bytes_max_;
  std::optional<std::uint64_t> final_;
  std::optional<Errc> failure_;  // what reads are refused with, once nothing is left
  Reading reading_ = Reading::unknown;
  bool told_ = false;  // the application was told to read, and has not done so
  std::uint64_t told_contiguous_ = 0;
  bool failure_told_ = false;
};

}  // namespace stt::stream

// The numbers of the protocol, each a type of its own.
#pragma once

#include <stt/base/bytes.hpp>
#include <stt/base/strong.hpp>

namespace stt {

using StreamId = Strong<struct StreamIdTag, std::uint16_t>;  // 0 is control
using Sequence =
    Strong<struct SequenceTag, std::uint64_t>;         // of a frame, per session and direction
using Epoch = Strong<struct EpochTag, std::uint64_t>;  // key generation
using Position = Strong<struct PositionTag, std::uint64_t>;  // in one stream direction

struct SessionId {
  ByteArray<8> bytes{};
  friend auto operator<=>(const SessionId&, const SessionId&) = default;
  bool is_zero() const { return *this == SessionId{}; }
};

// An Ed25519 public key: names a node and lets it be proven (STT-IDENTITY).
struct NodeId {
  ByteArray<32> bytes{};
  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

struct SeedHint {
  ByteArray<8> bytes{};
  friend auto operator<=>(const SeedHint&, const SeedHint&) = default;
};

// Who sent the HELLO of a session. The only asymmetry between peers.
enum class Role : std::uint8_t { initiator, responder };

constexpr Role opposite(Role role) {
  return role == Role::initiator ? Role::responder : Role::initiator;
}

}  // namespace stt

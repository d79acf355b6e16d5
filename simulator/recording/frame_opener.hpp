// Opens what hosts send, for those who show it: the keys come from outside the nodes, as the
// eavesdropper's do (checkers/key_ring.hpp).
#pragma once

#include <map>
#include <set>
#include <string>

#include <simulator/checkers/key_ring.hpp>
#include <simulator/scenario/scenario.hpp>

namespace stt::sim {

struct OpenedFrame {
  wire::FrameView frame;      // borrowed from the datagram
  std::optional<Bytes> text;  // the payload in the clear; nothing if no key opens it
};

// A key that a host has begun to use.
struct UsedKey {
  std::string_view label;  // HELLO, RESPONSE, AUTH_I2R, AUTH_R2I, I2R, R2I
  Bytes id;                // seed hint, nonce of the RESPONSE frame, session id
  std::optional<Epoch> epoch;
  crypto::Key key;
};

class FrameOpener {
 public:
  explicit FrameOpener(std::uint64_t world_seed) : ring_(world_seed) {}

  // Every host before it sends, and again each new life of it.
  void add_host(const Host& host);
  void add_life(EntityId host) { ring_.add_life(host); }

  // The frames of a datagram that a host sends, up to one that is malformed. Datagrams come in the
  // order of sending.
  std::vector<OpenedFrame> open(EntityId sender, ByteView datagram);
  // Those first used since the last call, each once.
  std::vector<UsedKey> take_used_keys() { return std::exchange(used_, {}); }

 private:
  // One direction of a session, as its sender has gone through its keys.
  struct Generations {
    session::KeyChain chain;
    std::optional<Epoch> newest;
  };

  std::optional<Bytes> text_of(EntityId sender, const wire::FrameView& frame);
  std::optional<Bytes> open_handshake(EntityId sender, const wire::FrameView& frame);
  std::optional<Bytes> open_auth(bool is_initiator, const KeyedSession& session,
                                 const wire::FrameView& frame);
  void note(std::string_view label, ByteView id, const crypto::Key& key);
  void note_epoch(bool is_initiator, const KeyedSession& session, Epoch epoch);

  KeyRing ring_;
  std::map<std::pair<SessionId, bool>, Generations> generations_;
  std::set<std::pair<std::string_view, Bytes>> noted_;
  std::vector<UsedKey> used_;
};

}  // namespace stt::sim

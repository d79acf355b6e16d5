// The keys of every session in a world, found out from outside: the world drew the seeds and the
// randomness of its nodes, so it can do what no attacker can, and open what they send. Nodes know
// nothing of this. If a frame does not open here, its sender has other keys than the handshake on
// the wire gives, and its peer cannot open it either.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <simulator/hosts/host.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/handshake/transcript.hpp>
#include <stt/session/key_chain.hpp>

namespace stt::sim {

// One direction of a session, as its sender goes through its keys.
class KeyedDirection {
 public:
  explicit KeyedDirection(crypto::Key chain_0);

  // The plaintext of a session frame, borrowed until the next call; nothing if it does not open.
  std::optional<ByteView> open(const wire::FrameView& frame);

 private:
  session::KeyChain chain_;
  crypto::Aead aead_;
  Epoch epoch_;
  Bytes buffer_;
};

struct KeyedSession {
  SessionId id;
  NodeId initiator_id;
  NodeId responder_id;
  EntityId initiator;
  EntityId responder;
  handshake::HandshakeKeys keys;  // of the beginning: each chain at epoch 0
  KeyedDirection from_initiator;
  KeyedDirection from_responder;
};

// A host whose randomness is known.
struct KeyHolder {
  EntityId host;
  HostIndex index = 0;
  std::string seed_name;    // of its shared seed
  bool is_foreign = false;  // then it draws as docs/adapter-protocol.md says
};

class KeyRing {
 public:
  explicit KeyRing(std::uint64_t world_seed) : seed_(world_seed) {}

  // Asked for hosts before anything is sent, and again with each new life of theirs.
  void add_host(const KeyHolder& host);
  void add_life(EntityId host);
  // What a host sends in a HANDSHAKE frame. False if it is none that its randomness can have made.
  bool handle_handshake(EntityId sender, const wire::FrameView& frame);
  // The key that opens a handshake frame which was handled; null if nobody has one.
  const crypto::Key* key_of(const wire::FrameView& frame) const;
  // Null before a RESPONSE has made it.
  KeyedSession* find(const SessionId& id);
  // Bytes that must stay secret, found since the last call.
  std::vector<Bytes> take_secrets() { return std::exchange(secrets_, {}); }

 private:
  struct Ephemerals {
    std::string label;
    std::unique_ptr<Random> random;
    std::map<ByteArray<32>, Secret<32>> known;  // by public key
  };
  struct Owner {
    HostIndex index = 0;
    bool is_foreign = false;
    std::uint32_t lives = 0;
    const handshake::PairKeys* pair = nullptr;
    std::vector<Ephemerals> ephemerals;
  };
  struct Greeting {  // a HELLO
    EntityId sender;
    const handshake::PairKeys* pair = nullptr;
    crypto::Digest h1{};
    ByteArray<32> nonce{};
    NodeId node_id;
    ByteArray<32> ephemeral{};
  };

  // The key that has opened it.
  std::optional<crypto::Key> take_hello(EntityId sender, const Owner& owner,
                                        const wire::FrameView& frame);
  std::optional<crypto::Key> take_response(EntityId sender, const wire::FrameView& frame);
  const Secret<32>* scalar_of(Owner& owner, const ByteArray<32>& public_key);

  std::uint64_t seed_;
  std::map<std::string, std::unique_ptr<handshake::PairKeys>> pairs_;  // by the seed's name
  std::map<EntityId, Owner> owners_;
  std::vector<Greeting> greetings_;
  // Of the handshake frames seen, which are sent again as they were: what opens them.
  std::map<crypto::Digest, std::optional<crypto::Key>> seen_;
  std::map<SessionId, std::unique_ptr<KeyedSession>> sessions_;
  std::vector<Bytes> secrets_;
};

}  // namespace stt::sim

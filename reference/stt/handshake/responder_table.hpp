// The handshakes that peers started: found by HELLO and by session id, and bounded while nobody
// has proven who they are.
#pragma once

#include <map>
#include <set>

#include <stt/handshake/responder.hpp>

namespace stt::handshake {

class ResponderTable {
 public:
  struct Limits {
    Duration age_max;
    std::size_t total_max;
    std::size_t per_seed_max;
  };

  explicit ResponderTable(const Limits& limits) : limits_(limits) {}

  // Borrowed until the table changes; null if there is none.
  Responder* find(HandshakeHandle handle);
  std::optional<HandshakeHandle> find_hello(const crypto::Digest& h1) const;
  std::optional<HandshakeHandle> find_session(const SessionId& id) const;

  // Adds a half-open handshake; handles rise. Its h1 and session id are new. A full table gives up
  // one first: the oldest of its seed if that seed is full, else the oldest of the seed that holds
  // most (of several, the one with the greatest hint).
  void add(HandshakeHandle handle, Responder responder);
  // It is half-open no longer, but proven.
  void confirm(HandshakeHandle handle);
  void erase(HandshakeHandle handle);

  // The handshake has something to send. Each is noted once and leaves with the handshake, so what
  // waits for the driver is as bounded as the handshakes are.
  void owe_reply(HandshakeHandle handle);
  // The next frame to send; borrowed until the table changes.
  std::optional<Responder::Reply> take_reply();

  // Gives up what is too old.
  void expire(Instant now);
  std::optional<Instant> next_expiry() const;
  // Forgets what lives on that connection.
  void drop_connection(const Address& connection);

  std::size_t size() const { return all_.size(); }
  std::size_t half_open() const { return half_open_.size(); }
  std::uint64_t expired() const { return expired_; }
  std::uint64_t evicted() const { return evicted_; }
  void check_invariants() const;

 private:
  using Handles = std::set<HandshakeHandle>;

  void make_room(const SeedHint& hint);
  void give_up(HandshakeHandle handle);
  void remove_half_open(HandshakeHandle handle, const SeedHint& hint);
  void set_load(const SeedHint& hint, std::size_t before, std::size_t after);

  Limits limits_;
  std::map<HandshakeHandle, Responder> all_;
  std::map<crypto::Digest, HandshakeHandle> by_hello_;
  std::map<SessionId, HandshakeHandle> by_session_;
  // Handles rise with time, so the first of a set is the oldest.
  Handles half_open_;
  std::map<SeedHint, Handles> half_open_of_;
  std::set<std::pair<std::size_t, SeedHint>> load_;  // how many half-open each seed holds
  Handles owing_;
  std::uint64_t expired_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace stt::handshake

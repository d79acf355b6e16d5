#include <stt/handshake/responder_table.hpp>

#include <vector>

#include <stt/base/assert.hpp>

namespace stt::handshake {

Responder* ResponderTable::find(HandshakeHandle handle) {
  const auto found = all_.find(handle);
  return found == all_.end() ? nullptr : &found->second;
}

std::optional<HandshakeHandle> ResponderTable::find_hello(const crypto::Digest& h1) const {
  const auto found = by_hello_.find(h1);
  if (found == by_hello_.end()) return std::nullopt;
  return found->second;
}

std::optional<HandshakeHandle> ResponderTable::find_session(const SessionId& id) const {
  const auto found = by_session_.find(id);
  if (found == by_session_.end()) return std::nullopt;
  return found->second;
}

void ResponderTable::set_load(const SeedHint& hint, std::size_t before, std::size_t after) {
  if (before > 0) load_.erase({before, hint});
  if (after > 0) load_.insert({after, hint});
}

//= STT-HANDSHAKE-070
//= STT-HANDSHAKE-072
//= STT-SECURITY-007
void ResponderTable::make_room(const SeedHint& hint) {
  const auto same_seed = half_open_of_.find(hint);
  if (same_seed != half_open_of_.end() && same_seed->second.size() >= limits_.per_seed_max) {
    give_up(*same_seed->second.begin());
    ++evicted_;
  } else if (half_open_.size() >= limits_.total_max) {
    const SeedHint heaviest = load_.rbegin()->second;
    give_up(*half_open_of_.at(heaviest).begin());
    ++evicted_;
  }
}

void ResponderTable::add(HandshakeHandle handle, Responder responder) {
  STT_ASSERT(responder.state() == responder::State::response_sent);
  const SeedHint hint = responder.hint();
  make_room(hint);
  //= STT-HANDSHAKE-071
  STT_ASSERT(by_hello_.emplace(responder.h1(), handle).second);
  STT_ASSERT(by_session_.emplace(responder.session_id(), handle).second);
  all_.emplace(handle, std::move(responder));
  half_open_.insert(handle);
  Handles& of_seed = half_open_of_[hint];
  of_seed.insert(handle);
  set_load(hint, of_seed.size() - 1, of_seed.size());
}

void ResponderTable::remove_half_open(HandshakeHandle handle, const SeedHint& hint) {
  if (half_open_.erase(handle) == 0) return;
  const auto of_seed = half_open_of_.find(hint);
  STT_ASSERT(of_seed != half_open_of_.end() && of_seed->second.erase(handle) == 1);
  const std::size_t left = of_seed->second.size();
  set_load(hint, left + 1, left);
  if (left == 0) half_open_of_.erase(of_seed);
}

void ResponderTable::confirm(HandshakeHandle handle) {
  const Responder* responder = find(handle);
  STT_ASSERT(responder != nullptr && responder->state() == responder::State::final_sent);
  remove_half_open(handle, responder->hint());
}

void ResponderTable::erase(HandshakeHandle handle) {
  const auto found = all_.find(handle);
  STT_ASSERT(found != all_.end());
  remove_half_open(handle, found->second.hint());
  owing_.erase(handle);
  by_hello_.erase(found->second.h1());
  by_session_.erase(found->second.session_id());
  all_.erase(found);
}

void ResponderTable::give_up(HandshakeHandle handle) {
  find(handle)->give_up();
  erase(handle);
}

void ResponderTable::owe_reply(HandshakeHandle handle) {
  STT_ASSERT(all_.contains(handle));
  owing_.insert(handle);
}

std::optional<Responder::Reply> ResponderTable::take_reply() {
  while (!owing_.empty()) {
    if (const auto reply = find(*owing_.begin())->take_reply()) return reply;
    owing_.erase(owing_.begin());
  }
  return std::nullopt;
}

//= STT-HANDSHAKE-069
void ResponderTable::expire(Instant now) {
  while (const auto expiry = next_expiry()) {
    if (*expiry > now) return;
    give_up(*half_open_.begin());
    ++expired_;
  }
}

std::optional<Instant> ResponderTable::next_expiry() const {
  if (half_open_.empty()) return std::nullopt;
  return all_.at(*half_open_.begin()).created() + limits_.age_max;
}

void ResponderTable::drop_connection(const Address& connection) {
  std::vector<HandshakeHandle> lost;
  for (auto& [handle, responder] : all_) {
    if (responder.peer() != connection) continue;
    if (responder.state() == responder::State::response_sent) {
      responder.give_up();
    } else {
      responder.end();
    }
    lost.push_back(handle);
  }
  for (const HandshakeHandle handle : lost) erase(handle);
}

void ResponderTable::check_invariants() const {
  STT_ASSERT(by_hello_.size() == all_.size());
  STT_ASSERT(by_session_.size() == all_.size());
  STT_ASSERT(half_open_.size() <= all_.size());
  STT_ASSERT(owing_.size() <= all_.size());
  STT_ASSERT(half_open_.size() <= limits_.total_max);
  STT_ASSERT(load_.size() == half_open_of_.size());
  STT_ASSERT(load_.empty() || load_.rbegin()->first <= limits_.per_seed_max);
}

}  // namespace stt::handshake

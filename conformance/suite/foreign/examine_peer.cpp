#include <conformance/suite/foreign/examine_peer.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

constexpr std::uint64_t begin_us = 1'000'000;
// More than any node needs to find that it has nothing to do.
constexpr int ticks_max = 64;

std::string repeated(char digit) {
  return std::string(64, digit);
}

json peer_outcome(const json& reply) {
  return reply.value("outcome", json());
}

}  // namespace

void PeerExaminer::found(std::string name, std::string what, std::string todo) {
  findings_.push_back({std::move(name), std::move(what), std::move(todo)});
}

json PeerExaminer::ask(const char* op, const json& members) {
  json request = members;
  request["op"] = op;
  request["peer"] = "examined";
  return adapter_.request(request);
}

json PeerExaminer::make_peer(const json& config) {
  return ask("peer.new", {{"now", begin_us},
                          {"node_seed", repeated('1')},
                          {"shared_seeds", {repeated('2')}},
                          {"entropy", repeated('3')},
                          {"config", config}});
}

// A new peer that connects: what it says.
json PeerExaminer::begin() {
  adapter_.request({{"op", "reset"}});
  json said = json::array({make_peer(json::object())});
  said.push_back(ask("peer.app",
                     {{"now", begin_us}, {"do", "connect"}, {"to", "10.0.0.2:4000"}, {"seed", 0}}));
  return said;
}

void PeerExaminer::examine() {
  if (!hello_.value("peer", false)) {
    if (peer_outcome(make_peer(json::object())) != "unsupported") {
      found("underclaim", "answers peer.new, and hello says \"peer\":false",
            "say \"peer\":true, or answer \"unsupported\"");
    }
    return;
  }
  const json made = make_peer(json::object());
  if (peer_outcome(made) != "accept") {
    return found("overclaim", "claims peers and answers peer.new with " + peer_outcome(made).dump(),
                 "say \"peer\":false until it is there");
  }
  check_timer(made, begin_us);
  check_what_is_unknown();
  check_time();
  check_reset();
}

void PeerExaminer::check_timer(const json& reply, std::uint64_t now) {
  if (!reply.value("effects", json()).is_array()) {
    found("peer", "a reply without the list of effects", "add \"effects\":[], empty if need be");
  }
  const json timer = reply.value("timer", json("missing"));
  const bool is_time = timer.is_number_integer() && timer >= now;
  if (!timer.is_null() && !is_time) {
    found("peer", "a timer that is " + timer.dump() + " at " + std::to_string(now),
          "say null, or a time that is not before now, in microseconds");
  }
}

void PeerExaminer::check_what_is_unknown() {
  if (peer_outcome(ask("peer.app", {{"now", begin_us}, {"do", "dance"}})) != "unsupported") {
    found("overclaim", "answers the command dance, which does not exist",
          "answer commands that you do not know with \"unsupported\"");
  }
  adapter_.request({{"op", "reset"}});
  if (peer_outcome(make_peer({{"dance", 1}})) != "unsupported") {
    found("overclaim", "honours the setting dance, which does not exist",
          "answer peer.new with \"unsupported\" if you cannot honour a member of config");
  }
}

// Ticked whenever it wants, a peer lets time go on.
void PeerExaminer::check_time() {
  json last = begin()[1];
  std::uint64_t now = begin_us;
  for (int i = 0; i < ticks_max; ++i) {
    check_timer(last, now);
    const json timer = last.value("timer", json());
    if (!timer.is_number_integer()) return;
    now = timer.get<std::uint64_t>();
    last = ask("peer.tick", {{"now", now}});
    if (last.value("timer", json()) == now) {
      return found("livelock", "wants to be called again at the very time at which it was called",
                   "do what is due at once, and say when the next thing will be");
    }
  }
}

void PeerExaminer::check_reset() {
  const json first = begin();
  const json second = begin();
  if (hello_.value("entropy", json()) == "injected" && first != second) {
    found(
        "nondeterministic", "a new peer with the same entropy says something else",
        "draw every random byte from `entropy`, by its label, and count draws from 0 in each peer");
  }
  adapter_.request({{"op", "reset"}});
  if (peer_outcome(ask("peer.query", {{"now", begin_us}})) == "accept") {
    found("leak", "a peer is still there after a reset", "make reset forget everything");
  }
}

}  // namespace stt::conform

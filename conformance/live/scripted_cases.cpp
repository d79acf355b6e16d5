// What no honest peer sends, over real sockets, and what only a script can look at.
#include <conformance/live/cases.hpp>

#include <conformance/live/scripted_party.hpp>
#include <conformance/suite/peers/edits.hpp>
#include <conformance/suite/peers/end_of_case.hpp>

namespace stt::conform::live {
namespace {

using nlohmann::json;
using peers::EndOfCase;

void ping(Scene& scene) {
  ScriptedParty mallory(scene);
  mallory.join();
  for (int times = 0; times < 3; ++times) mallory.ping();
}

void rotation(Scene& scene) {
  ScriptedParty mallory(scene);
  mallory.join();
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    mallory.use_epoch(epoch);
    mallory.ping();
  }
}

// What was said before a handshake is met with silence, on the same link: an answer to it would
// come before the RESPONSE, or after it, and open for nobody.
void join_after(Scene& scene, const std::vector<Bytes>& noise) {
  ScriptedParty mallory(scene);
  for (const Bytes& one : noise) mallory.link().send(one);
  mallory.join();
}

void wrong_seed(Scene& scene) {
  const Bytes hello = ScriptedParty(scene).hello({{"seed", "other"}});
  join_after(scene, {hello});
}

// On a WebSocket each of these costs its connection; nothing is said on it before.
void end_connections(Scene& scene, const std::vector<Bytes>& noise) {
  for (const Bytes& one : noise) {
    const auto link = open_link(scene);
    link->send(one);
    if (!scene.wait([&] { return link->has_ended(); })) {
      throw EndOfCase(Verdict::fail, "STT-WS-002: it keeps a connection with what are no frames");
    }
    if (!link->receive().empty()) {
      throw EndOfCase(Verdict::fail, "STT-HANDSHAKE-030: it answers what is no frame");
    }
  }
}

void shrug_off(Scene& scene, const std::vector<Bytes>& noise) {
  ScriptedParty witness(scene);
  witness.join();
  if (scene.is_udp()) {
    join_after(scene, noise);
  } else {
    constexpr std::size_t connections_max = 6;
    end_connections(scene, {noise.begin(), noise.begin() + connections_max});
  }
  witness.ping();
}

void garbage(Scene& scene) {
  constexpr std::size_t count = 100;
  constexpr std::uint64_t size_max = 1'200;
  sim::Draws draws(scene.options().seed, 0, "live.garbage");
  std::vector<Bytes> noise;
  for (std::size_t i = 0; i < count; ++i) {
    noise.emplace_back(draws.between(1, size_max));
    draws.fill(noise.back());
  }
  shrug_off(scene, noise);
}

void hello_truncated(Scene& scene) {
  const Bytes hello = ScriptedParty(scene).hello();
  std::vector<Bytes> noise;
  for (std::size_t size = 1; size < hello.size(); size = size * 3 / 2 + 1) {
    noise.push_back(to_bytes(ByteView(hello).first(size)));
  }
  noise.push_back(to_bytes(ByteView(hello).first(hello.size() - 1)));
  shrug_off(scene, noise);
}

void hello_altered(Scene& scene) {
  const Bytes hello = ScriptedParty(scene).hello();
  std::vector<Bytes> noise;
  for (const char* field : {"payload", "nonce", "tag", "hint"}) {
    noise.push_back(peers::edit_frame(hello, {{"flip", field}}));
  }
  join_after(scene, noise);
}

void hello_replayed(Scene& scene) {
  constexpr int copies = 3;
  ScriptedParty mallory(scene);
  const Bytes hello = mallory.hello();
  mallory.join();
  const auto elsewhere = open_link(scene);
  for (int i = 0; i < copies; ++i) {
    mallory.link().send(hello);
    elsewhere->send(hello);
  }
  mallory.ping();
  ScriptedParty(scene).join();
  std::size_t answered = 0;
  for (const Bytes& answer : elsewhere->receive()) answered += answer.size();
  if (answered > copies * hello.size()) {
    throw EndOfCase(Verdict::fail, "STT-HANDSHAKE-024: it answers with more than it was asked");
  }
}

void frames_altered(Scene& scene) {
  ScriptedParty mallory(scene);
  mallory.join();
  std::vector<json> edits{{{"flip", "payload"}},    {{"flip", "nonce"}}, {{"flip", "tag"}},
                          {{"flip", "session_id"}}, {{"key", "other"}},  {{"epoch", 7}},
                          {{"direction", "theirs"}}};
  // On a WebSocket these are no frames, which ends the connection.
  if (scene.is_udp()) {
    for (const char* field : {"magic", "version", "length", "epoch"}) {
      edits.push_back({{"flip", field}});
    }
    edits.push_back({{"cut", 1}});
  }
  for (json& edit : edits) {
    edit["frame"] = "ping";
    mallory.link().send(mallory.seal(edit));
  }
  mallory.ping();
}

void frames_replayed(Scene& scene) {
  constexpr int copies = 5;
  ScriptedParty mallory(scene);
  mallory.join();
  json words{{"frame", "ping"}};
  const Bytes frame = mallory.seal(words);
  for (int i = 0; i < copies; ++i) mallory.link().send(frame);
  mallory.ping();
  for (int i = 0; i < copies; ++i) mallory.link().send(frame);
  mallory.ping();
  if (mallory.pongs_of(peers::read_number(words.at("frame_sequence"))) > 1) {
    throw EndOfCase(Verdict::fail, "STT-REPLAY-002: it answers a copy of a frame");
  }
}

void close_is_the_end(Scene& scene) {
  ScriptedParty mallory(scene);
  mallory.join();
  json words{{"frame", "ping"}};
  const Bytes late = mallory.seal(words);
  mallory.close();
  if (!scene.is_udp()) {
    if (!scene.wait([&] { return mallory.link().has_ended(); })) {
      throw EndOfCase(Verdict::fail, "STT-WS-016: it keeps the connection after CLOSE");
    }
    ScriptedParty(scene).join();
    return;
  }
  // What still comes was under way; once it has answered another handshake, it has seen CLOSE.
  mallory.join();
  const std::size_t before = mallory.frames_after_close();
  mallory.link().send(late);
  mallory.ping();
  if (mallory.frames_after_close() > before) {
    throw EndOfCase(Verdict::fail, "STT-SESSION-023: it speaks in a session that was closed");
  }
}

}  // namespace

std::vector<LiveCase> scripted_cases() {
  return {
      {"live/close-is-the-end",
       "After CLOSE nothing is said in the session any more.",
       {"STT-SESSION-023"},
       Over::both,
       close_is_the_end},
      {"live/frames-altered",
       "A frame that does not open changes nothing.",
       {"STT-SESSION-011"},
       Over::both,
       frames_altered},
      {"live/frames-replayed",
       "A copy of a frame is not taken a second time.",
       {"STT-REPLAY-002"},
       Over::both,
       frames_replayed},
      {"live/garbage",
       "Bytes of any kind meet silence, and a session goes on.",
       {"STT-HANDSHAKE-030", "STT-SESSION-011"},
       Over::both,
       garbage},
      {"live/hello-altered",
       "A HELLO of which a bit has changed meets silence.",
       {"STT-HANDSHAKE-031", "STT-HANDSHAKE-035"},
       Over::both,
       hello_altered},
      {"live/hello-replayed",
       "A copy of its HELLO, from anywhere, does not touch a session.",
       {"STT-HANDSHAKE-052", "STT-HANDSHAKE-024"},
       Over::both,
       hello_replayed},
      {"live/hello-truncated",
       "A piece of a HELLO meets silence, and a session goes on.",
       {"STT-HANDSHAKE-035", "STT-SESSION-011"},
       Over::both,
       hello_truncated},
      {"live/ping", "A PING is answered by its PONG.", {"STT-CONTROL-012"}, Over::both, ping},
      {"live/rotation",
       "The peer's key is followed from epoch to epoch.",
       {"STT-ROTATION-014"},
       Over::both,
       rotation},
      {"live/wrong-seed",
       "Whoever does not hold the seed meets silence.",
       {"STT-HANDSHAKE-031"},
       Over::both,
       wrong_seed},
  };
}

}  // namespace stt::conform::live

// What honest peers ask of an implementation, over a good network and a bad one.
#include <conformance/live/cases.hpp>

#include <algorithm>

#include <conformance/live/party.hpp>
#include <conformance/suite/authoring/vector_files.hpp>
#include <conformance/suite/peers/end_of_case.hpp>
#include <conformance/suite/peers/messages.hpp>

namespace stt::conform::live {
namespace {

using peers::EndOfCase;

std::vector<Bytes> messages(std::size_t count, std::size_t bytes) {
  std::vector<Bytes> all;
  for (std::size_t i = 0; i < count; ++i) {
    // Other bytes in each, so that none can stand for another.
    Bytes message = peers::read_bytes({{"pattern", bytes + i}});
    message.erase(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(i));
    all.push_back(std::move(message));
  }
  return all;
}

void handshake(Scene& scene) {
  Party(scene, "alice").join();
}

// More than the credit that a stream begins with by default: there has to be some more.
void data(Scene& scene) {
  Party alice(scene, "alice");
  alice.join();
  alice.send(messages(12, 16'384));
  alice.finish();
}

void many_streams(Scene& scene) {
  constexpr std::size_t streams_max = 8;
  Party alice(scene, "alice");
  alice.join();
  std::size_t streams = 0;
  while (streams < streams_max && alice.send(messages(4, 1'000 * (streams + 1)))) ++streams;
  if (streams == 0) throw EndOfCase(Verdict::fail, "STT-STREAM-001: it takes no stream");
  alice.finish();
}

void echo(Scene& scene) {
  if (!scene.options().echoes) {
    throw EndOfCase(Verdict::unsupported, "nobody said that it echoes (--echo)");
  }
  Party alice(scene, "alice");
  alice.join();
  alice.send({Bytes(1), Bytes(), Bytes(1'200)});
  alice.send(messages(3, 20'000));
  alice.finish();
}

void two_sessions(Scene& scene) {
  Party alice(scene, "alice");
  Party carol(scene, "carol");
  alice.join();
  carol.join();
  alice.send(messages(4, 4'096));
  carol.send(messages(4, 4'096));
  alice.finish();
  carol.finish();
}

void session_again(Scene& scene) {
  Party alice(scene, "alice");
  for (int times = 0; times < 2; ++times) {
    alice.join();
    alice.send(messages(1, 100));
    alice.finish();
  }
}

// A session that begins, works and ends in a network like this.
void through(Scene& scene, const Impairment& impairment) {
  scene.impair(impairment);
  Party alice(scene, "alice");
  alice.join();
  alice.send(messages(4, 8'192));
  alice.send(messages(16, 512));
  alice.finish();
}

void lossy(Scene& scene) {
  through(scene, {.loss = 150'000});
}
void duplicated(Scene& scene) {
  through(scene, {.duplication = 400'000});
}
void reordered(Scene& scene) {
  through(scene, {.reordering = 300'000});
}
void delayed(Scene& scene) {
  through(scene, {.delay = 80ms});
}
void everything(Scene& scene) {
  through(scene, {.loss = 50'000, .duplication = 100'000, .reordering = 200'000, .delay = 10ms});
}

std::vector<LiveCase> honest_cases() {
  return {
      {handshake_case,
       "Whoever holds the seed gets a session.",
       {"STT-HANDSHAKE-021", "STT-HANDSHAKE-049"},
       Over::both,
       handshake},
      {"live/data",
       "What is sent is taken, beyond the credit that a stream begins with.",
       {"STT-STREAM-003", "STT-FLOW-016"},
       Over::both,
       data},
      {"live/echo",
       "What is sent comes back as it was, and in order.",
       {"STT-STREAM-003"},
       Over::both,
       echo},
      {"live/many-streams",
       "Streams are used side by side.",
       {"STT-STREAM-001"},
       Over::both,
       many_streams},
      {"live/session-again",
       "A session ends in order, and the same node gets another one.",
       {"STT-SESSION-026"},
       Over::both,
       session_again},
      {"live/two-sessions",
       "Two nodes have sessions at the same time.",
       {"STT-HANDSHAKE-052"},
       Over::both,
       two_sessions},
      {"live/through-delay",
       "A round trip of 160 ms is no reason to fail.",
       {"STT-RECOVERY-001"},
       Over::udp,
       delayed},
      {"live/through-duplication",
       "40 % of the datagrams come twice, and nothing is done twice.",
       {"STT-REPLAY-002"},
       Over::udp,
       duplicated},
      {"live/through-everything",
       "Loss, duplication, reordering and delay at once.",
       {"STT-STREAM-003", "STT-STREAM-010"},
       Over::udp,
       everything},
      {"live/through-loss",
       "15 % of the datagrams are lost, and all the data arrives.",
       {"STT-STREAM-003", "STT-HANDSHAKE-060"},
       Over::udp,
       lossy},
      {"live/through-reordering",
       "30 % of the datagrams are overtaken by later ones.",
       {"STT-STREAM-003", "STT-REPLAY-001"},
       Over::udp,
       reordered},
  };
}

}  // namespace

std::span<const LiveCase> live_cases() {
  static const std::vector<LiveCase> all = [] {
    std::vector<LiveCase> cases = honest_cases();
    std::ranges::move(scripted_cases(), std::back_inserter(cases));
    std::ranges::sort(cases, {}, [](const LiveCase& one) { return std::string_view(one.id); });
    return cases;
  }();
  return all;
}

Suite live_suite(bool over_udp) {
  Suite suite;
  suite.version = suite_version;
  for (const LiveCase& one : live_cases()) {
    if (one.over == Over::udp && !over_udp) continue;
    suite.cases.push_back({.id = one.id,
                           .since = suite_version,
                           .level = "must",
                           .requirements = one.requirements,
                           .kind = "live",
                           .why = one.why,
                           .in = nlohmann::json::object(),
                           .expect = {{"accept", nlohmann::json::object()}},
                           .base = one.id == std::string_view(handshake_case) ? "" : handshake_case,
                           .edit = {}});
  }
  suite.promised = suite.cases.size();
  return suite;
}

}  // namespace stt::conform::live

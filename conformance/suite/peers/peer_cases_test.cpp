// The cases of vectors/peer.*: the reference passes them all, they fit their schema, and an
// implementation that misbehaves is told so by the verdict that its fault deserves.
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include <conformance/suite/files.hpp>
#include <conformance/suite/peers/end_of_case.hpp>
#include <conformance/suite/peers/judge.hpp>
#include <conformance/suite/peers/scripted_session.hpp>
#include <conformance/suite/runner.hpp>
#include <conformance/suite/shipped_vectors.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

std::vector<const Case*> peer_cases() {
  std::vector<const Case*> cases;
  for (const Case& one : shipped().cases) {
    if (one.kind.starts_with("peer.")) cases.push_back(&one);
  }
  return cases;
}

std::string text_of(const Answer& answer) {
  std::string text = answer.note + "\n";
  for (const auto& line : answer.actual.at("ladder")) text += line.get<std::string>() + "\n";
  return text;
}

TEST(PeerCases, TheReferencePassesThemAll) {
  const auto reference = make_reference_adapter();
  const auto cases = peer_cases();
  for (const Case* one : cases) {
    const Answer answer = judge_peer_case(*one, *reference);
    EXPECT_TRUE(answer.verdict == Verdict::pass || answer.verdict == Verdict::choice)
        << one->id << " at step " << answer.actual.at("step") << ": " << text_of(answer);
  }
  EXPECT_GE(cases.size(), 150U);
}

TEST(PeerCases, FitTheirSchema) {
  const char* const schema = "peer_cases.schema.json";
  json broken;
  for (const auto& folder : std::filesystem::directory_iterator(vectors_folder())) {
    if (!folder.path().filename().string().starts_with("peer.")) continue;
    const json document = json::parse(read_file(folder.path() / "cases.json"));
    EXPECT_TRUE(fits_schema(document, schema)) << folder.path();
    broken = document;
  }
  json other = broken;
  other["cases"][0]["in"]["steps"][0]["whatever"] = 1;
  EXPECT_FALSE(fits_schema(other, schema));
  other = broken;
  other["cases"][0]["in"]["steps"].push_back({{"send", {{{"frame", "no such frame"}}}}});
  EXPECT_FALSE(fits_schema(other, schema));
}

TEST(PeerCases, ANegativeIsOneEditAwayFromAPositive) {
  for (const Case* one : peer_cases()) {
    if (!one->expect.contains("reject")) continue;
    EXPECT_TRUE(shipped_case(one->base).expect.contains("accept")) << one->id;
  }
}

// --- the verdicts

// The reference, with something done to what is asked of it or to what it answers.
class Bent final : public Adapter {
 public:
  using Bend = std::function<void(const json& request, json& reply)>;
  explicit Bent(Bend bend) : reference_(make_reference_adapter()), bend_(std::move(bend)) {}

  json request(const json& message) override {
    json reply = reference_->request(message);
    bend_(message, reply);
    return reply;
  }

 private:
  std::unique_ptr<Adapter> reference_;
  Bend bend_;
};

Answer judged(const std::string& id, Bent::Bend bend) {
  Bent bent(std::move(bend));
  return judge_peer_case(shipped_case(id), bent);
}

std::string verdict(const std::string& id, Bent::Bend bend) {
  return std::string(name(judged(id, std::move(bend)).verdict));
}

void remove_sent(json& reply) {
  json left = json::array();
  for (const json& effect : reply.at("effects")) {
    if (effect.at("effect") != "transmit") left.push_back(effect);
  }
  reply["effects"] = left;
}

// Says nothing at once, once the session stands; only its timers speak.
Bent::Bend slow_of_speech() {
  return [connected = false](const json& request, json& reply) mutable {
    if (!reply.contains("effects")) return;
    if (connected && request.at("op") == "peer.receive") remove_sent(reply);
    connected |= reply.dump().find("connected") != std::string::npos;
  };
}

const std::string ping = "peer.session/ping-is-answered";

TEST(PeerVerdicts, WhatDoesNotComeIsAFailure) {
  const Answer answer = judged(ping, slow_of_speech());
  EXPECT_EQ(answer.verdict, Verdict::fail);
  EXPECT_NE(answer.note.find("pong"), std::string::npos) << answer.note;
  EXPECT_EQ(answer.actual.at("step"), 2);
  EXPECT_FALSE(answer.actual.at("ladder").empty());
}

TEST(PeerVerdicts, AShouldThatIsNotFollowedIsADeviation) {
  EXPECT_EQ(verdict("peer.recovery/every-second-at-once", slow_of_speech()), "deviation");
}

TEST(PeerVerdicts, AnotherReasonIsAWrongReason) {
  const auto renamed = [](const json&, json& reply) {
    if (!reply.contains("effects")) return;
    for (json& effect : reply["effects"]) {
      if (effect.at("effect") == "drop") effect["reason"] = "session.too_old";
    }
  };
  EXPECT_EQ(verdict("peer.session/replayed", renamed), "wrong-reason");
  EXPECT_EQ(verdict("peer.session/below-the-window", renamed), "pass");
}

TEST(PeerVerdicts, WithoutASessionNothingIsExercised) {
  const auto mute = [](const json&, json& reply) {
    if (reply.contains("effects")) remove_sent(reply);
  };
  EXPECT_EQ(verdict(ping, mute), "not-exercised");
  EXPECT_EQ(verdict("peer.stream/message-leaves-an-initiator", mute), "not-exercised");
}

TEST(PeerVerdicts, ATimerThatStandsStillIsALivelock) {
  EXPECT_EQ(verdict(ping,
                    [](const json& request, json& reply) {
                      if (reply.contains("timer")) reply["timer"] = request.at("now");
                    }),
            "livelock");
}

TEST(PeerVerdicts, WhatItDoesNotDoIsUnsupported) {
  const auto refuse = [](const std::string& operation) {
    return [operation](const json& request, json& reply) {
      if (request.at("op") == operation) reply = {{"outcome", "unsupported"}};
    };
  };
  EXPECT_EQ(verdict(ping, refuse("peer.new")), "unsupported");
  EXPECT_EQ(verdict("peer.stream/message-leaves", refuse("peer.app")), "unsupported");
  EXPECT_EQ(verdict(ping, refuse("hello")), "unsupported");
  EXPECT_EQ(verdict("peer.rotation/by-command",
                    [](const json&, json& reply) { reply.erase("features"); }),
            "unsupported");
  EXPECT_EQ(verdict("peer.session/keep-alive",
                    [](const json&, json& reply) {
                      if (reply.contains("kinds")) reply["unsupported_config"] = {"parameters"};
                    }),
            "unsupported");
}

TEST(PeerVerdicts, WhatIsNoReplyIsThrown) {
  const auto with_effects = [](json effects) {
    return [effects](const json&, json& reply) {
      if (reply.contains("effects")) reply["effects"] = effects;
    };
  };
  EXPECT_THROW(judged(ping, with_effects("none")), AdapterError);
  EXPECT_THROW(judged(ping, with_effects({1})), AdapterError);
  EXPECT_THROW(judged(ping, with_effects({{{"effect", "transmit"}}})), AdapterError);
  EXPECT_THROW(
      judged(ping,
             with_effects({{{"effect", "transmit"}, {"to", "10.0.0.2:4000"}, {"bytes", "x"}}})),
      AdapterError);
  EXPECT_THROW(judged(ping, [](const json&, json& reply) { reply.erase("timer"); }), AdapterError);
  EXPECT_THROW(judged(ping, [](const json&, json& reply) { reply["outcome"] = "perhaps"; }),
               AdapterError);
}

// --- steps

// Steps of our own, played with the reference.
std::string played(json steps) {
  Case one = shipped_case(ping);
  one.in["steps"] = std::move(steps);
  const auto reference = make_reference_adapter();
  const Answer answer = judge_peer_case(one, *reference);
  return answer.verdict == Verdict::pass ? "pass" : answer.note;
}

TEST(PeerSteps, RepeatPlaysItsStepsAgainInOrder) {
  json steps = json::parse(R"([
    {"repeat": 3, "steps": [
      {"send": [{"frame": "ping", "as": "p"}]},
      {"expect": {"sent": "pong", "sequence": "$p.frame_sequence"}}
    ]},
    {"count": {"sent": "pong"}, "for": 0, "since": "begin", "at_least": 3, "at_most": 3}
  ])");
  EXPECT_EQ(played(steps), "pass");
  steps[0]["repeat"] = 4;
  EXPECT_NE(played(steps).find("4 times"), std::string::npos);
  // A step that fails ends the case, also within.
  steps[0]["steps"][1]["expect"]["sequence"] = "0";
  EXPECT_NE(played(steps).find("did not come"), std::string::npos);
}

TEST(PeerSteps, ReportedIsWhatTheNewestAckNames) {
  const json two_gaps = json::parse(R"([
    {"repeat": 3, "steps": [
      {"send": [{"frame": "ping", "skip": 1, "as": "p"}, {"frame": "ping", "skip": 1, "as": "q"}]},
      {"expect": {"acked": "q"}},
      {"expect": {"reported": "p"}, "within": 0},
      {"wait": 200000}
    ]},
    {"send": [{"frame": "ping", "flip": "tag", "as": "forged"}, {"frame": "ping", "as": "r"}]},
    {"expect": {"acked": "r"}},
    {"none": {"reported": "forged"}, "for": 0},
    {"expect": {"acked": "p"}, "within": 0}
  ])");
  EXPECT_EQ(played(two_gaps), "pass");
  // An ACK that named it was acknowledged, so that the newest leaves it out.
  json expected = two_gaps;
  expected.push_back({{"expect", {{"reported", "p"}}}, {"within", 0}});
  EXPECT_NE(played(expected).find("reported"), std::string::npos);
}

TEST(PeerSteps, AnAckOfAllTakesTheEditsOfAFrame) {
  EXPECT_EQ(played(json::parse(R"([
    {"do": "ping"},
    {"send": [{"frame": "ack", "all": true, "delay_us": 300000}]},
    {"none": {"event": "closed"}, "for": 100000},
    {"send": [{"frame": "ack", "all": true, "plain_append": "00"}]},
    {"expect": {"event": "closed", "reason": "wire.trailing_bytes"}}
  ])")),
            "pass");
}

TEST(PeerSteps, SumAddsUpWhatWasCounted) {
  json steps = json::parse(R"([
    {"send": [{"frame": "ping"}, {"frame": "ping"}]},
    {"count": {"sent": "pong"}, "sum": "frame_bytes", "for": 100000, "at_least": 1, "at_most": 200},
    {"count": {"sent": "close"}, "sum": "frame_bytes", "for": 0, "at_most": 0}
  ])");
  EXPECT_EQ(played(steps), "pass");
  steps[1]["at_most"] = 20;
  EXPECT_NE(played(steps).find("frame_bytes"), std::string::npos);
}

// --- choices

// Of the cases of one choice point: id -> verdict and what was noted.
std::map<std::string, std::string> choices(const std::string& point, const Bent::Bend& bend) {
  std::vector<const Case*> cases;
  for (const Case& one : shipped().cases) {
    if (one.expect.contains("choice") && one.expect["choice"].at("point") == point) {
      cases.push_back(&one);
    }
  }
  std::map<std::string, std::string> out;
  const auto factory = [&] { return std::make_unique<Bent>(bend); };
  for (const auto& [one, answer] : run(shipped(), cases, {}, factory).judgements) {
    out[one->id] = std::string(name(answer.verdict)) + ": " + answer.note;
  }
  return out;
}

using Choices = std::map<std::string, std::string>;

TEST(ChoicePoints, EitherOptionOfAVectorPasses) {
  const auto as_it_is = [](const json&, json&) {};
  EXPECT_EQ(choices("replay.window", as_it_is),
            (Choices{{"replay.window/width", "choice: chooses wider"},
                     {"replay.window/width-far-up", "choice: chooses wider"}}));
  const json too_old{{"outcome", "reject"}, {"stage", "replay"}, {"reason", "session.too_old"}};
  const auto narrow = [too_old](const json& request, json& reply) {
    if (request.value("kind", "") == "replay.window") reply = too_old;
  };
  EXPECT_EQ(choices("replay.window", narrow),
            (Choices{{"replay.window/width", "choice: chooses 1,024"},
                     {"replay.window/width-far-up", "choice: chooses 1,024"}}));
  const auto mixed = [too_old](const json& request, json& reply) {
    if (request.dump().find("1099511627776") != std::string::npos) reply = too_old;
  };
  EXPECT_EQ(choices("replay.window", mixed),
            (Choices{{"replay.window/width", "choice: chooses wider"},
                     {"replay.window/width-far-up",
                      "fail: chooses 1,024, and replay.window/width showed wider"}}));
}

TEST(ChoicePoints, EitherOptionOfAPeerPasses) {
  const std::string first = "peer.choice/ack-frequency";
  const std::string second = "peer.choice/ack-frequency-of-an-initiator";
  const auto as_it_is = [](const json&, json&) {};
  EXPECT_EQ(
      choices("ack.frequency", as_it_is),
      (Choices{{first, "choice: chooses every second"}, {second, "choice: chooses every second"}}));
  EXPECT_EQ(choices("ack.frequency", slow_of_speech()),
            (Choices{{first, "choice: chooses by max_ack_delay"},
                     {second, "choice: chooses by max_ack_delay"}}));
  // As a responder it is slow, as an initiator it is not.
  const auto mixed = [slow = slow_of_speech(), connects = false](const json& request,
                                                                 json& reply) mutable {
    connects = (connects || request.value("do", "") == "connect") && request.at("op") != "reset";
    if (!connects) slow(request, reply);
  };
  EXPECT_EQ(
      choices("ack.frequency", mixed),
      (Choices{{first, "choice: chooses by max_ack_delay"},
               {second, "fail: chooses every second, and " + first + " showed by max_ack_delay"}}));
}

TEST(ChoicePoints, WhatIsNoOptionFails) {
  const auto sends_close_always = [](const json&, json& reply) { reply.erase("timer"); };
  EXPECT_THROW(judged("peer.choice/idle-notice", sends_close_always), AdapterError);
  // No PONG at all.
  EXPECT_EQ(verdict("peer.choice/older-pings", slow_of_speech()), "fail");
}

// What no case has to ask for.
TEST(PeerVerdicts, RulesThatNoCaseMayBreakAreHeldInEachOfThem) {
  const auto sends_twice = [](const json&, json& reply) {
    if (!reply.contains("effects")) return;
    json effects = json::array();
    for (const json& effect : reply.at("effects")) {
      effects.push_back(effect);
      if (effect.at("effect") == "transmit") effects.push_back(effect);
    }
    reply["effects"] = effects;
  };
  EXPECT_NE(judged(ping, sends_twice).note.find("STT-FRAME-028"), std::string::npos);
  const auto sends = [](const std::string& bytes, const std::string& to) {
    return [=](const json& request, json& reply) {
      if (request.at("op") != "peer.receive") return;
      reply["effects"].push_back({{"effect", "transmit"}, {"to", to}, {"bytes", bytes}});
    };
  };
  EXPECT_NE(judged(ping, sends("00", "10.0.0.2:4000")).note.find("STT-FRAME-001"),
            std::string::npos);
  EXPECT_NE(judged(ping, sends("00", "10.0.0.9:9")).note.find("STT-PATH-009"), std::string::npos);
}

TEST(PeerVerdicts, ANonceThatComesTwiceUnderOneKeyIsSeen) {
  SessionId id;
  id.bytes[0] = std::byte{1};
  const peers::SessionKeys keys{id, crypto::Key(), crypto::Key()};
  peers::Nonces ours;
  peers::ScriptedSession taker(keys, Role::responder, {}, ours);
  // Each by a session of its own, whose nonces begin anew.
  const auto take = [&](json words) {
    peers::Nonces first_again;
    peers::ScriptedSession sender(keys, Role::initiator, {}, first_again);
    const Bytes bytes = sender.seal(words);
    return taker.take(std::get<wire::FrameView>(wire::parse_frame(bytes)), 1).has_value();
  };
  EXPECT_TRUE(take({{"frame", "ping"}, {"sealed_as", "0"}}));
  try {
    take({{"frame", "ping"}, {"sealed_as", "1"}});
    FAIL() << "it was taken";
  } catch (const peers::EndOfCase& end) {
    EXPECT_NE(std::string(end.what()).find("STT-FRAME-033"), std::string::npos) << end.what();
  }
  // Under the key of another epoch it is another nonce.
  EXPECT_TRUE(take({{"frame", "ping"}, {"sealed_as", "2"}, {"epoch", "1"}}));
}

// An implementation that draws its own randomness is judged by the same cases.
TEST(PeerVerdicts, NothingDependsOnTheBytesThatAreDrawn) {
  class OtherEntropy final : public Adapter {
   public:
    json request(const json& message) override {
      json other = message;
      if (other.contains("entropy")) other["entropy"] = std::string(64, 'e');
      return reference_->request(other);
    }

   private:
    std::unique_ptr<Adapter> reference_ = make_reference_adapter();
  } other;
  for (const Case* one : peer_cases()) {
    if (one->kind != "peer.handshake" && one->kind != "peer.path") continue;
    EXPECT_EQ(judge_peer_case(*one, other).verdict, Verdict::pass) << one->id;
  }
}

}  // namespace
}  // namespace stt::conform

#include <conformance/suite/peers/script.hpp>

#include <algorithm>
#include <array>

#include <conformance/suite/peers/edits.hpp>
#include <conformance/suite/peers/end_of_case.hpp>
#include <conformance/suite/peers/judge.hpp>

namespace stt::conform::peers {

using nlohmann::json;

namespace {

constexpr std::int64_t within_us = 1'000'000;
constexpr std::array states{"delivered", "received", "acked", "reported", "query"};

const char* state_of(const json& pattern) {
  const auto found =
      std::ranges::find_if(states, [&](const char* state) { return pattern.contains(state); });
  return found == states.end() ? nullptr : *found;
}

// Whether a "count" step allows this many.
bool is_within(const json& step, std::size_t count) {
  return count >= step.value("at_least", std::size_t{0}) &&
         (!step.contains("at_most") || count <= step.at("at_most").get<std::size_t>());
}

}  // namespace

json Script::resolved(const json& pattern) const {
  if (const char* state = state_of(pattern)) {
    const json& wanted = pattern.at(state);
    return {{state, wanted.is_object() ? duel_.resolve_all(wanted) : wanted}};
  }
  return duel_.resolve_all(pattern);
}

bool Script::query_holds(const json& wanted) {
  const json reply = duel_.subject().query(duel_.now());
  if (wanted.contains("half_open") && reply.at("half_open") != wanted.at("half_open")) return false;
  if (wanted.contains("sessions") && reply.at("sessions").size() != wanted.at("sessions")) {
    return false;
  }
  return !wanted.contains("session") ||
         std::ranges::any_of(reply.at("sessions"), [&](const json& session) {
           return fits(wanted.at("session"), session);
         });
}

bool Script::state_holds(const std::string& state, const json& wanted) {
  if (state == "query") return query_holds(wanted);
  if (state == "acked" || state == "reported") {
    const std::uint64_t sequence =
        read_number(duel_.resolve("", "$" + wanted.get<std::string>() + ".frame_sequence"));
    const ScriptedSession& session = duel_.session(duel_.current);
    return state == "acked" ? session.has_acked(sequence) : session.newest_ack_names(sequence);
  }
  json pattern = wanted;
  const auto stream = pattern.at("stream").get<std::uint16_t>();
  pattern.erase("stream");
  const json story =
      state == "delivered" ? duel_.delivered(stream) : duel_.session(duel_.current).story(stream);
  // Lists are compared as they are, not as "one of".
  return std::ranges::all_of(pattern.items(), [&](const auto& member) {
    return story.contains(member.key()) && story.at(member.key()) == member.value();
  });
}

bool Script::holds(const json& pattern) {
  if (const char* state = state_of(pattern)) return state_holds(state, pattern.at(state));
  return duel_.journal().find(pattern).has_value();
}

void Script::missed(const json& pattern, Verdict otherwise) {
  // A refusal of the same kind, but for another reason.
  std::optional<std::size_t> other;
  json like = pattern;
  if (pattern.contains("drop")) {
    other = duel_.journal().find_member("drop");
  } else if (pattern.contains("refused")) {
    other = duel_.journal().find_member("refused");
  } else if (like.erase("reason") + like.erase("code") > 0 && state_of(pattern) == nullptr) {
    other = duel_.journal().find(like);
  }
  if (other && otherwise == Verdict::fail) {
    throw EndOfCase(Verdict::wrong_reason,
                    "instead of " + pattern.dump() + ": " + duel_.journal().what(*other).dump());
  }
  throw EndOfCase(otherwise, "this did not come: " + pattern.dump());
}

void Script::expect(const json& step, Verdict otherwise) {
  if (step.value("since", "") == "begin") duel_.journal().rewind();
  const json pattern = resolved(step.at(otherwise == Verdict::fail ? "expect" : "require"));
  const std::int64_t deadline = duel_.now() + step.value("within", within_us);
  if (!duel_.run(deadline, [&] { return holds(pattern); })) missed(pattern, otherwise);
  if (state_of(pattern) != nullptr) return;
  const std::size_t entry = *duel_.journal().find(pattern);
  duel_.journal().take(entry);
  if (step.contains("as")) {
    duel_.keep(step.at("as"), duel_.journal().what(entry), duel_.journal().raw(entry));
  }
}

void Script::refuse_happening(const json& step) {
  const json pattern = resolved(step.at("none"));
  if (duel_.run(duel_.now() + step.value("for", within_us), [&] { return holds(pattern); })) {
    throw EndOfCase(Verdict::fail, "this came, and should not: " + pattern.dump());
  }
}

std::size_t Script::counted(const json& step) {
  if (step.value("since", "") == "begin") duel_.journal().rewind();
  const json pattern = resolved(step.at("count"));
  if (step.contains("sum")) return duel_.journal().sum(pattern, step.at("sum"));
  return duel_.journal().count(pattern);
}

void Script::count(const json& step) {
  duel_.run(duel_.now() + step.value("for", within_us), [] { return false; });
  const std::size_t count = counted(step);
  if (!is_within(step, count)) {
    const std::string of = step.contains("sum") ? step.at("sum").get<std::string>() : "times";
    throw EndOfCase(Verdict::fail, "this came " + std::to_string(count) + " " + of + ": " +
                                       resolved(step.at("count")).dump());
  }
}

void Script::find_option() {
  const json& choice = case_.expect.at("choice");
  for (const auto& [name, sign] : choice.at("options").items()) {
    if (is_within(sign, counted(sign))) option_ = name;
  }
  if (option_.empty()) {
    throw EndOfCase(Verdict::fail,
                    "none of the options of " + choice.at("point").get<std::string>());
  }
}

void Script::set_manners(const json& manners) {
  Manners& now = duel_.manners();
  now.acks = manners.value("acks", now.acks);
  now.pongs = manners.value("pongs", now.pongs);
  now.paths = manners.value("paths", now.paths);
  if (manners.contains("epoch")) {
    duel_.session(duel_.current).epoch = read_number(manners.at("epoch"));
  }
  if (manners.contains("home")) duel_.home = address_of(manners.at("home"));
  if (manners.contains("session")) duel_.current = manners.at("session");
}

void Script::play_step(const json& step) {
  if (step.contains("expect")) return expect(step, Verdict::fail);
  if (step.contains("require")) return expect(step, Verdict::not_exercised);
  if (step.contains("none")) return refuse_happening(step);
  if (step.contains("count")) return count(step);
  if (step.contains("manners")) return set_manners(step.at("manners"));
  if (step.contains("wait")) {
    duel_.run(duel_.now() + step.at("wait").get<std::int64_t>(), [] { return false; });
    return;
  }
  if (step.contains("build")) return duel_.build(step.at("build"));
  if (step.contains("repeat")) {
    for (std::size_t i = 0; i < step.at("repeat").get<std::size_t>(); ++i) {
      for (const json& each : step.at("steps")) play_step(each);
    }
    return;
  }
  act(step);
}

void Script::act(const json& step) {
  duel_.journal().begin_scope();
  if (step.contains("establish")) return duel_.establish();
  for (std::size_t i = 0; i < step.value("times", std::size_t{1}); ++i) {
    if (step.contains("send")) {
      duel_.send(step.at("send"), step.value("from", "a"));
      continue;
    }
    json members = step;
    members.erase("refused");
    members.erase("times");
    duel_.command(std::move(members));
  }
  if (step.contains("refused")) {
    const json pattern{{"refused", step.at("refused")}};
    if (!holds(pattern)) missed(pattern, Verdict::fail);
  } else if (step.contains("do") && !case_.expect.contains("reject")) {
    const auto refused = duel_.journal().find_member("refused");
    if (refused) {
      throw EndOfCase(Verdict::fail,
                      "the command was refused: " + duel_.journal().what(*refused).dump());
    }
  }
}

void Script::play() {
  const auto refused = duel_.journal().find_member("refused");
  if (refused && !case_.expect.contains("reject")) {
    throw EndOfCase(Verdict::fail, "peer.new: " + duel_.journal().what(*refused).dump());
  }
  if (case_.in.value("establish", true)) duel_.establish();
  for (const json& step : case_.in.at("steps")) {
    ++step_;
    play_step(step);
  }
  if (case_.expect.contains("reject")) judge_refusal();
  if (case_.expect.contains("choice")) find_option();
}

// What the case as a whole is refused with, whenever it happened.
void Script::judge_refusal() {
  const json& refusal = case_.expect.at("reject");
  const std::string stage = refusal.at("stage");
  const json& reasons = refusal.at("reason");
  const bool connects = case_.in.value("role", "responder") == "initiator";
  json pattern;
  if (stage == "close") {
    pattern = {{"event", "closed"}, {"reason", reasons}};
  } else if (stage == "stream") {
    json codes = json::array();
    for (const json& reason : reasons) codes.push_back(std::to_string(read_code(reason)));
    pattern = {{"sent", {"stream_reset", "stream_stop"}}, {"code", codes}};
  } else if (stage == "handshake" && connects) {
    pattern = {{"event", "connect_failed"}, {"reason", reasons}};
  } else {
    pattern = {{stage == "drop" || stage == "handshake" ? "drop" : "refused", reasons}};
  }
  if (stage == "seed" || stage == "config") pattern["stage"] = stage;
  duel_.journal().rewind();
  const auto came = [&](const json& what) { return duel_.journal().count(what) > 0; };
  if (!duel_.run(duel_.now() + within_us, [&] { return came(pattern); })) {
    missed(pattern, Verdict::fail);
  }
  if (stage == "close") {
    json codes = json::array();
    for (const json& reason : reasons) codes.push_back(std::to_string(read_code(reason)));
    const json close{{"sent", "close"}, {"code", codes}};
    if (!came(close)) missed(close, Verdict::fail);
  }
  if (stage == "handshake" && duel_.journal().find({{"event", "connected"}})) {
    throw EndOfCase(Verdict::fail, "there is a session all the same");
  }
  if ((stage == "drop" || stage == "stream" || stage == "command") &&
      case_.in.value("establish", true) && case_.in.value("stays_alive", true)) {
    stays_alive();
  }
}

// What was refused has changed nothing else: the session answers.
void Script::stays_alive() {
  if (duel_.journal().find({{"event", "closed"}})) {
    throw EndOfCase(Verdict::fail, "the session has closed for it");
  }
  duel_.journal().begin_scope();
  duel_.send({{{"frame", "ping"}, {"as", "last ping"}}}, case_.in.value("stays_alive_from", "a"));
  const json pattern = resolved({{"sent", "pong"}, {"sequence", "$last ping.frame_sequence"}});
  if (!duel_.run(duel_.now() + within_us, [&] { return holds(pattern); })) {
    throw EndOfCase(Verdict::fail, "the session no longer answers: " + pattern.dump());
  }
}

}  // namespace stt::conform::peers

namespace stt::conform {

Answer judge_peer_case(const Case& one, Adapter& adapter) {
  using nlohmann::json;
  using peers::EndOfCase;
  Answer answer{Verdict::pass, json::object(), {}};
  std::optional<peers::Duel> duel;
  std::optional<peers::Script> script;
  try {
    duel.emplace(one.in, adapter);
    script.emplace(one, *duel);
    script->play();
    if (!script->option().empty()) {
      answer.verdict = Verdict::choice;
      answer.actual["option"] = script->option();
    }
  } catch (const EndOfCase& end) {
    answer.verdict = end.verdict();
    answer.note = end.what();
  } catch (const json::exception& error) {
    throw AdapterError(std::string("a reply, or the case itself, has not the right form: ") +
                       error.what());
  }
  const bool broken = answer.verdict == Verdict::fail || answer.verdict == Verdict::wrong_reason;
  if (broken && one.level == "should") answer.verdict = Verdict::deviation;
  answer.actual["step"] = script ? script->step() : 0;
  if (duel) answer.actual["ladder"] = duel->journal().ladder();
  return answer;
}

}  // namespace stt::conform

// Time, and what the subject says. What is said to it is in duel_frames.cpp.
#include <conformance/suite/peers/duel.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <conformance/suite/peers/edits.hpp>
#include <conformance/suite/peers/end_of_case.hpp>
#include <stt/base/hex.hpp>
#include <stt/wire/limits.hpp>

namespace stt::conform::peers {

using nlohmann::json;

namespace {

constexpr std::int64_t answer_us = 10'000;     // until we acknowledge
constexpr std::int64_t settling_us = 100'000;  // after a handshake
constexpr std::size_t ticks_at_once_max = 50;
constexpr std::size_t ticks_max = 50'000;

const std::string subject_seed = "the subject of a case has a node seed";
const std::string own_seed = "the scripted peer has a seed of its own";
const std::string other_seed = "a third node, which is never met in a case";
const std::string shared_seed_text = "a shared seed of the subject and the peer";
// Most subjects do not hold it.
const std::string other_shared_seed_text = "a shared seed that the subject has not got";

std::unique_ptr<Identities> make_identities() {
  return std::make_unique<Identities>(
      Identities{.ours = *crypto::Identity::from_seed(as_bytes(own_seed)),
                 .other = *crypto::Identity::from_seed(as_bytes(other_seed)),
                 .theirs = NodeId{crypto::Identity::from_seed(as_bytes(subject_seed))->node_id()},
                 .shared = shared_seed(as_bytes(shared_seed_text)),
                 .other_shared = shared_seed(as_bytes(other_shared_seed_text))});
}

wire::Parameters parameters_of(const json& declared) {
  wire::Parameters out;
  const auto take = [&](const char* name, std::uint64_t& place) {
    if (declared.contains(name)) place = read_number(declared.at(name));
  };
  take("initial_session_credit", out.initial_session_credit);
  take("initial_stream_credit", out.initial_stream_credit);
  take("max_streams", out.max_streams);
  take("max_frame_bytes", out.max_frame_bytes);
  take("max_message_bytes", out.max_message_bytes);
  take("idle_timeout_ms", out.idle_timeout_ms);
  take("max_ack_delay_ms", out.max_ack_delay_ms);
  take("keep_alive_ms", out.keep_alive_ms);
  return out;
}

}  // namespace

std::string address_of(const std::string& name) {
  static const std::map<std::string, std::string> known{
      {"a", "10.0.0.2:4000"}, {"a2", "10.0.0.2:4001"},      {"b", "10.0.0.3:5000"},
      {"c", "10.0.0.4:5000"}, {"d", "10.0.0.5:5000"},       {"e", "10.0.0.6:5000"},
      {"f", "10.0.0.7:5000"}, {"subject", "10.0.0.1:4000"}, {"v6", "[fd00::2]:4000"}};
  const auto found = known.find(name);
  if (found == known.end()) throw SuiteError("address: \"" + name + "\" is not known");
  return found->second;
}

Duel::Duel(const json& in, Adapter& adapter)
    : home(address_of("a")),
      subject_(adapter),
      identities_(make_identities()),
      parameters_(parameters_of(in.value("parameters", json::object()))),
      subject_connects_(in.value("role", "responder") == "initiator") {
  validated_.insert(home);
  begin(in);
}

void Duel::begin(const json& in) {
  json config = in.value("config", json::object());
  if (!config.contains("datagram_bytes_max") && subject_.knows_config("datagram_bytes_max")) {
    config["datagram_bytes_max"] = wire::datagram_bytes_min;
  }
  for (const auto& [name, value] : config.items()) {
    if (!subject_.knows_config(name)) {
      throw EndOfCase(Verdict::unsupported, "the adapter does not know config." + name);
    }
  }
  if (config.contains("refuse_peers")) {
    config["refuse_peers"] = {to_hex(identities_->ours.node_id())};
  }
  json seeds = json::array();
  const auto seed_named = [](const std::string& name) {
    return to_hex(as_bytes(name == "node"    ? subject_seed
                           : name == "other" ? other_shared_seed_text
                                             : shared_seed_text));
  };
  for (const json& name : in.value("seeds", json({"shared"}))) {
    seeds.push_back(name == "short" ? json("00ff") : json(seed_named(name)));
  }
  const json reply = subject_.begin(
      now_, {{"node_seed",
              in.value("node_seed", "") == "short" ? "00ff" : to_hex(as_bytes(subject_seed))},
             {"shared_seeds", seeds},
             {"entropy", std::string(64, '5')},
             {"config", config}});
  process(reply);
  journal_.settle();
  if (reply.at("outcome") == "reject") {
    journal_.happened(now_, {{"refused", reply.at("reason")}, {"stage", reply.value("stage", "")}});
  }
}

void Duel::establish() {
  const auto fail_unless = [&](bool reached, const char* what) {
    if (!reached) throw EndOfCase(Verdict::not_exercised, std::string("no session: ") + what);
  };
  const auto awaits = [&](const char* message) {
    fail_unless(
        run(now_ + 2'000'000, [&] { return journal_.find({{"sent", message}}).has_value(); }),
        message);
  };
  journal_.begin_scope();
  if (subject_connects_) {
    command({{"do", "connect"}, {"to", "a"}, {"seed", 0}});
    awaits("hello");
    send({{{"frame", "response"}}}, "a");
    awaits("auth_proof");
    send({{{"frame", "final"}}}, "a");
  } else {
    send({{{"frame", "hello"}}}, "a");
    awaits("response");
    send({{{"frame", "auth_proof"}}}, "a");
    awaits("final");
  }
  fail_unless(journal_.find({{"event", "connected"}}).has_value(), "connected");
  if (!subject_connects_) send({{{"frame", "ping"}}}, "a");
  run(now_ + settling_us, [] { return false; });
  journal_.settle();
}

ScriptedSession& Duel::session(std::size_t number) {
  if (number >= sessions_.size()) {
    throw EndOfCase(Verdict::not_exercised, "there is no session yet");
  }
  return *sessions_[number];
}

bool Duel::run(std::int64_t deadline, const std::function<bool()>& done) {
  while (!done()) {
    const auto timer = subject_.timer();
    const bool planned = !agenda_.empty() && (!timer || agenda_.begin()->first <= *timer);
    if (!planned && !timer) break;
    const std::int64_t next = planned ? agenda_.begin()->first : *timer;
    if (next > deadline) break;
    now_ = std::max(now_, next);
    if (planned) {
      const auto entry = agenda_.extract(agenda_.begin());
      entry.mapped()();
    } else {
      tick();
    }
  }
  if (done()) return true;
  now_ = std::max(now_, deadline);
  return false;
}

void Duel::tick() {
  ticks_at_once_ = now_ == ticked_at_ ? ticks_at_once_ + 1 : 0;
  ticked_at_ = now_;
  if (ticks_at_once_ > ticks_at_once_max || ++ticks_ > ticks_max) {
    throw EndOfCase(Verdict::livelock, "its timer never lets time pass");
  }
  process(subject_.tick(now_));
}

void Duel::process(const json& reply) {
  if (!reply.contains("effects")) return;
  for (const json& effect : reply.at("effects")) {
    if (!effect.is_object() || !effect.contains("effect")) {
      throw AdapterError("an effect is " + effect.dump());
    }
    if (effect.at("effect") == "transmit") {
      take_datagram(effect);
    } else {
      take_effect(effect);
    }
  }
}

void Duel::take_datagram(const json& effect) {
  const std::string to = effect.at("to");
  const auto bytes = from_hex(effect.at("bytes").get<std::string>());
  if (!bytes) throw AdapterError("transmit: the bytes are not hexadecimal");
  const Bytes& datagram = *bytes;
  ++datagrams_;
  judge_amplification(to, datagram.size());
  const json common{{"to", to}, {"datagram", datagrams_}, {"datagram_bytes", datagram.size()}};
  ByteView left = datagram;
  while (!left.empty()) {
    const auto parsed = wire::parse_frame(left);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) {
      throw EndOfCase(Verdict::fail, "STT-FRAME-001: it sends what is no frame: " + to_hex(left));
    }
    if (!take_frame(*frame, common)) {
      throw EndOfCase(Verdict::fail, "STT-FRAME-026: it sends a frame that does not open: " +
                                         to_hex(frame->whole));
    }
    left = left.subspan(frame->whole.size());
  }
}

void Duel::judge_amplification(const std::string& to, std::size_t bytes) {
  std::size_t& sent = sent_to_[to];
  sent += bytes;
  if (!validated_.contains(to) && sent > 3 * given_from_[to]) {
    throw EndOfCase(Verdict::fail, fmt::format("STT-PATH-009: {} bytes to {}, which is not "
                                               "validated and has given {}",
                                               sent, to, given_from_[to]));
  }
}

bool Duel::take_frame(const wire::FrameView& frame, const json& common) {
  std::optional<json> words;
  ScriptedSession* of = nullptr;
  if (frame.header.type == wire::FrameType::handshake ||
      frame.header.type == wire::FrameType::auth) {
    words = take_handshake(frame);
  } else {
    const auto found = std::ranges::find_if(
        sessions_, [&](const auto& session) { return session->id() == frame.header.session_id; });
    if (found == sessions_.end()) return false;
    of = found->get();
    words = of->take(frame, datagrams_);
  }
  if (!words) return false;
  words->update(common);
  (*words)["frame_bytes"] = frame.whole.size();
  judge_size(*words);
  journal_.happened(now_, *words, to_bytes(frame.whole));
  if (of != nullptr) answer(*of, *words);
  return true;
}

void Duel::judge_size(const json& words) {
  const std::size_t bytes = words.at("datagram_bytes");
  if (bytes <= wire::datagram_bytes_min) return;
  if (words.at("sent") == "ping") {
    probe_bytes_ = std::max(probe_bytes_, bytes);
  } else if (bytes > path_bytes_) {
    throw EndOfCase(Verdict::fail, "STT-DATAGRAM-006: a datagram above what the path is known for");
  }
}

std::optional<json> Duel::take_handshake(const wire::FrameView& frame) {
  const bool is_auth = frame.header.type == wire::FrameType::auth;
  for (const auto& script : as_initiator_) {
    auto words = is_auth ? script->take_final(frame) : script->take_response(frame);
    if (words && !is_auth) add_session(*script, Role::initiator);
    if (words) return words;
  }
  if (is_auth) {
    for (const auto& script : as_responder_) {
      if (auto words = script->take_auth_proof(frame)) return words;
    }
    return std::nullopt;
  }
  const Bytes whole = to_bytes(frame.whole);
  if (const auto again = hellos_.find(whole); again != hellos_.end()) {
    return again->second->take_hello(frame);
  }
  auto script = make_script();
  auto words = script->take_hello(frame);
  if (!words) return std::nullopt;
  hellos_.emplace(whole, script.get());
  as_responder_.push_back(std::move(script));
  return words;
}

void Duel::add_session(const HandshakeScript& script, Role ours) {
  const SessionId id = script.session()->id;
  for (const auto& session : sessions_) {
    if (session->id() == id) return;
  }
  sessions_.push_back(
      std::make_unique<ScriptedSession>(*script.session(), ours, parameters_, nonces_));
  if (current == std::string::npos) current = 0;
}

void Duel::take_effect(const json& effect) {
  const std::string kind = effect.at("effect");
  json happening = effect;
  happening.erase("effect");
  if (kind == "drop") {
    journal_.happened(now_, {{"drop", effect.at("reason")}});
    return;
  }
  happening["event"] = kind;
  if (kind == "connected") {
    subject_session_ = effect.at("session").get<std::uint64_t>();
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      if (to_hex(sessions_[i]->id().bytes) != effect.at("session_id").get<std::string>()) continue;
      current = i;
      sessions_[i]->subject_session = subject_session_;
    }
  } else if (kind == "data") {
    Delivered& line = delivered_[effect.at("stream").get<std::uint16_t>()];
    line.rest += effect.at("bytes").get<std::string>();
    if (effect.at("end") == true) {
      line.messages.push_back(std::exchange(line.rest, {}));
      line.types.push_back(effect.at("type"));
    }
  } else if (kind == "writable") {
    agenda_.emplace(now_, [this] { offer_rest(); });
  }
  journal_.happened(now_, std::move(happening));
}

json Duel::delivered(std::uint16_t stream) const {
  const auto found = delivered_.find(stream);
  const Delivered line = found == delivered_.end() ? Delivered{} : found->second;
  return {{"messages", line.messages}, {"types", line.types}, {"rest", line.rest}};
}

void Duel::answer(ScriptedSession& session, const json& words) {
  const std::string& sent = words.at("sent").get_ref<const std::string&>();
  if (session.is_over() || sent == "ack" || sent == "close") return;
  const auto later = [&](std::function<void()> act) {
    agenda_.emplace(now_ + answer_us, [&session, act = std::move(act)] {
      if (!session.is_over()) act();
    });
  };
  if (manners_.acks && ack_planned_.insert(&session).second) {
    later([this, &session] {
      ack_planned_.erase(&session);
      path_bytes_ = probe_bytes_;
      if (auto ack = session.seal_ack({{"frame", "ack"}})) deliver(*ack, home);
    });
  }
  const auto say = [&](json frame, const std::string& from) {
    later([this, &session, frame = std::move(frame), from]() mutable {
      deliver(session.seal(frame), from);
    });
  };
  if (manners_.pongs && sent == "ping") {
    say({{"frame", "pong"}, {"sequence", words.at("frame_sequence")}}, home);
  }
  if (manners_.paths && sent == "path_challenge") {
    const std::string to = words.at("to");
    validated_.insert(to);
    say({{"frame", "path_response"}, {"data", words.at("data")}}, to);
  }
}

}  // namespace stt::conform::peers

// What is said to the subject: frames and commands in the words of a case.
#include <conformance/suite/peers/duel.hpp>

#include <conformance/suite/peers/edits.hpp>
#include <conformance/suite/peers/end_of_case.hpp>
#include <stt/base/errc.hpp>
#include <stt/base/hex.hpp>

namespace stt::conform::peers {

using nlohmann::json;

std::unique_ptr<HandshakeScript> Duel::make_script() {
  auto script = std::make_unique<HandshakeScript>(
      *identities_, nonces_, as_initiator_.size() + 1000 * as_responder_.size());
  script->parameters = parameters_;
  return script;
}

HandshakeScript& Duel::chosen(const std::vector<std::unique_ptr<HandshakeScript>>& scripts,
                              const json& words) {
  const std::size_t number = words.value("handshake", scripts.size() - 1);
  if (number >= scripts.size()) {
    throw EndOfCase(Verdict::not_exercised, "there is no such handshake yet");
  }
  return *scripts[number];
}

std::uint16_t Duel::stream_of(const json& name) const {
  if (name.is_number()) return name.get<std::uint16_t>();
  const auto& text = name.get_ref<const std::string&>();
  const bool we_initiate = !subject_connects_;
  const auto nth = [&](bool odd) {
    const unsigned number =
        static_cast<unsigned>(read_number(json(text.substr(text.find(':') + 1))));
    return static_cast<std::uint16_t>(odd ? 2 * number - 1 : 2 * number);
  };
  if (text.starts_with("mine:")) return nth(we_initiate);
  if (text.starts_with("theirs:")) return nth(!we_initiate);
  const auto known = streams_.find(text);
  if (known == streams_.end()) throw SuiteError("stream: \"" + text + "\" is not known");
  return known->second;
}

json Duel::resolve(const std::string& member, const json& value) const {
  if (member == "stream") return stream_of(value);
  if (member == "code" && value.is_string()) return std::to_string(read_code(value));
  if ((member == "to" || member == "address") && value.is_string()) return address_of(value);
  if (member == "bytes" || member == "rest") return to_hex(read_bytes(value));
  if (member == "messages") {
    json list = json::array();
    for (const json& message : value) list.push_back(to_hex(read_bytes(message)));
    return list;
  }
  if (member == "ranges") {
    json list = value;
    for (json& range : list) {
      for (json& end : range) end = resolve("", end);
    }
    return list;
  }
  if (!value.is_string() || !value.get_ref<const std::string&>().starts_with('$')) return value;
  const auto& text = value.get_ref<const std::string&>();
  const std::size_t dot = text.find('.');
  const auto kept = kept_.find(text.substr(1, dot - 1));
  if (dot == std::string::npos || kept == kept_.end() ||
      !kept->second.words.contains(text.substr(dot + 1))) {
    throw SuiteError("\"" + text + "\": there is nothing of that name");
  }
  return kept->second.words.at(text.substr(dot + 1));
}

json Duel::resolve_all(const json& members) const {
  json out = json::object();
  for (const auto& [name, value] : members.items()) out[name] = resolve(name, value);
  return out;
}

void Duel::keep(const std::string& name, const json& words, Bytes bytes) {
  kept_[name] = {words, std::move(bytes)};
}

std::optional<Bytes> Duel::handshake_frame(const std::string& frame, const json& words) {
  if (frame == "hello") {
    as_initiator_.push_back(make_script());
    return as_initiator_.back()->hello(words);
  }
  if (frame == "auth_proof") return chosen(as_initiator_, words).auth_proof(words);
  if (frame == "final") return chosen(as_responder_, words).final(words);
  if (frame != "response") return std::nullopt;
  HandshakeScript& script = chosen(as_responder_, words);
  Bytes bytes = script.response(words);
  add_session(script, Role::responder);
  return bytes;
}

Bytes Duel::frame_of(json words) {
  const std::string frame = words.at("frame");
  Bytes bytes;
  if (frame == "raw") {
    bytes = read_hex(words.at("bytes"));
  } else if (frame == "kept") {
    const auto known = kept_.find(words.at("name"));
    if (known == kept_.end()) throw SuiteError("kept: \"" + words.dump() + "\" is not known");
    bytes = edit_frame(known->second.bytes, words);
  } else if (words.value("session_id", json()) == "of_session") {
    // The keys of one session and the id of another.
    words["session_id"] = to_hex(session(words.at("of")).id().bytes);
    bytes = session(current).seal(words);
  } else if (auto made = handshake_frame(frame, words)) {
    bytes = edit_frame(std::move(*made), words);
  } else {
    const std::size_t number = words.value("session", current);
    if (words.value("all", false)) {
      bytes = session(number).seal_ack(words).value_or(Bytes{});
    } else {
      bytes = session(number).seal(words);
    }
  }
  if (words.contains("as")) keep(words.at("as"), words, bytes);
  return bytes;
}

Bytes Duel::datagram_of(const json& frames) {
  Bytes datagram;
  for (const json& frame : frames) append(datagram, frame_of(resolve_all(frame)));
  return datagram;
}

void Duel::send(const json& frames, const std::string& from) {
  const std::string address = address_of(from);
  for (const json& frame : frames) {
    if (frame.at("frame") == "path_response") validated_.insert(address);
  }
  journal_.did(now_, frames.dump() + (from == "a" ? "" : " from " + from));
  deliver(datagram_of(frames), address);
}

void Duel::deliver(const Bytes& datagram, const std::string& from) {
  given_from_[from] += datagram.size();
  process(subject_.receive(now_, from, to_hex(datagram)));
}

void Duel::command(json members) {
  json request = resolve_all(members);
  const std::string what = request.at("do");
  static const std::map<std::string, std::string> needs{{"datagram", "datagrams"},
                                                        {"rotate", "rotation"},
                                                        {"priority", "priority"},
                                                        {"ping", "ping"}};
  if (const auto needed = needs.find(what);
      needed != needs.end() && !subject_.has_feature(needed->second)) {
    throw EndOfCase(Verdict::unsupported, "the adapter has no feature " + needed->second);
  }
  journal_.did(now_, "app " + members.dump());
  if (request.contains("expected")) {
    const bool right = request.at("expected") == "right";
    request["expected"] =
        to_hex(right ? identities_->ours.node_id() : identities_->other.node_id());
  }
  if (what != "connect" && what != "stop") {
    if (request.contains("session")) {
      request["session"] = session(request.at("session")).subject_session.value_or(0);
    } else {
      request["session"] = subject_session_.value_or(0);
    }
  }
  request.erase("as");
  const json reply = subject_.app(now_, request);
  if (reply.at("outcome") == "reject") {
    journal_.happened(now_, {{"refused", reply.at("reason")}});
  } else if (what == "connect") {
    if (!subject_session_) subject_session_ = reply.at("session").get<std::uint64_t>();
  } else if (what == "open_stream") {
    streams_[members.at("as")] = reply.at("stream").get<std::uint16_t>();
  } else if (what == "send") {
    const std::size_t taken = reply.at("taken");
    const std::string bytes = request.at("bytes");
    if (2 * taken < bytes.size()) {
      const auto stream = request.at("stream").get<std::uint16_t>();
      request["bytes"] = bytes.substr(2 * taken);
      to_offer_[stream] = std::move(request);
    }
  }
  process(reply);
}

void Duel::offer_rest() {
  const auto waiting = std::exchange(to_offer_, {});
  for (const auto& [stream, request] : waiting) {
    const json reply = subject_.app(now_, request);
    const std::size_t taken = reply.value("taken", std::size_t{0});
    const std::string bytes = request.at("bytes");
    if (2 * taken < bytes.size()) {
      json rest = request;
      rest["bytes"] = bytes.substr(2 * taken);
      to_offer_[stream] = std::move(rest);
    }
    process(reply);
  }
}

}  // namespace stt::conform::peers

#include <conformance/suite/peers/subject.hpp>

#include <algorithm>

#include <conformance/suite/peers/end_of_case.hpp>

namespace stt::conform::peers {

using nlohmann::json;

namespace {

bool lists(const json& object, const char* list, const std::string& name) {
  const auto found = object.find(list);
  return found != object.end() && found->is_array() &&
         std::ranges::find(*found, json(name)) != found->end();
}

}  // namespace

Subject::Subject(Adapter& adapter) : adapter_(adapter) {
  hello_ = adapter_.request({{"op", "hello"}, {"protocol", 1}});
  if (!hello_.is_object() || hello_.value("peer", json()) != json(true)) {
    throw EndOfCase(Verdict::unsupported, "the adapter says that it has no peer");
  }
  adapter_.request({{"op", "reset"}});
}

bool Subject::has_feature(const std::string& name) const {
  return lists(hello_, "features", name);
}

bool Subject::knows_config(const std::string& name) const {
  return !lists(hello_, "unsupported_config", name);
}

json Subject::ask(const char* operation, std::int64_t now, json members) {
  members["op"] = operation;
  members["peer"] = "subject";
  members["now"] = now;
  json reply = adapter_.request(members);
  const json outcome = reply.is_object() ? reply.value("outcome", json()) : json();
  if (outcome == "unsupported") {
    throw EndOfCase(Verdict::unsupported, std::string(operation) + ": " + members.dump());
  }
  const bool refused = outcome == "reject" && reply.value("reason", json()).is_string();
  if (outcome != "accept" && !refused) {
    throw AdapterError(std::string(operation) + ": is answered by " + reply.dump());
  }
  if (!reply.contains("effects")) return reply;
  const auto timer = reply.find("timer");
  const bool is_time = timer != reply.end() && timer->is_number_integer();
  if (!reply.at("effects").is_array() ||
      (!is_time && (timer == reply.end() || !timer->is_null()))) {
    throw AdapterError(std::string(operation) + ": effects and timer are missing or malformed");
  }
  timer_ = is_time ? std::optional(timer->get<std::int64_t>()) : std::nullopt;
  return reply;
}

json Subject::begin(std::int64_t now, json members) {
  return ask("peer.new", now, std::move(members));
}
json Subject::receive(std::int64_t now, const std::string& from, const std::string& bytes) {
  return ask("peer.receive", now, {{"from", from}, {"bytes", bytes}});
}
json Subject::tick(std::int64_t now) {
  return ask("peer.tick", now, json::object());
}
json Subject::app(std::int64_t now, json members) {
  return ask("peer.app", now, std::move(members));
}
json Subject::query(std::int64_t now) {
  return ask("peer.query", now, json::object());
}

}  // namespace stt::conform::peers

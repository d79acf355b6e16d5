#include <simulator/scenario/scenario_writer.hpp>

#include <nlohmann/json.hpp>
#include <simulator/scenario/scenario_words.hpp>
#include <simulator/scenario/units.hpp>

namespace stt::sim {
namespace {

using Json = nlohmann::ordered_json;

// Fields of an object; one that is as in a default-made struct is not written.
class ObjectWriter {
 public:
  template <class T>
  void put(const char* name, const T& value, const T& plain = {}) {
    if (value != plain) json_[name] = text(value);
  }
  void always(const char* name, Json value) { json_[name] = std::move(value); }
  void if_any(const char* name, Json value) {
    if (!value.empty()) json_[name] = std::move(value);
  }
  Json take() { return std::move(json_); }

 private:
  static Json text(Duration value) { return duration_text(value); }
  template <class T>
  static Json text(const T& value) {
    return value;
  }

  Json json_ = Json::object();
};

template <class T>
std::string word_of(const T& value, const json::Choices<T>& choices) {
  for (const auto& [word, meaning] : choices) {
    if (meaning == value) return word;
  }
  STT_ASSERT(false);
  return {};
}

template <class List, class Write>
Json write_list(const List& list, Write write) {
  Json written = Json::array();
  for (const auto& each : list) written.push_back(write(each));
  return written;
}

// One overload for each type of the table of conditions.
struct ConditionWriter {
  const LinkConditions& from;

  Json operator()(std::uint64_t LinkConditions::* member) const {
    if (member == &LinkConditions::rate_bits_per_second) return rate_text(from.*member);
    return from.*member;
  }
  Json operator()(Duration LinkConditions::* member) const { return duration_text(from.*member); }
  Json operator()(Ppm LinkConditions::* member) const { return share_text(from.*member); }
  Json operator()(bool LinkConditions::* member) const { return from.*member; }
  Json operator()(JitterKind LinkConditions::* member) const {
    return word_of(from.*member, json::jitter_kinds);
  }
  Json operator()(QueueKind LinkConditions::* member) const {
    return word_of(from.*member, json::queue_kinds);
  }
  Json operator()(TimeTracePtr LinkConditions::* member) const {
    return from.*member == nullptr ? Json() : Json((from.*member)->name);
  }
  Json operator()(std::vector<std::uint64_t> LinkConditions::* member) const {
    return from.*member;
  }
  Json operator()(std::vector<TypedDrop> LinkConditions::* member) const {
    return write_list(from.*member, [](const TypedDrop& drop) {
      return Json{{"type", word_of(drop.type, json::frame_types)}, {"nth", drop.nth}};
    });
  }
  Json operator()(std::vector<wire::FrameType> LinkConditions::* member) const {
    return write_list(from.*member,
                      [](wire::FrameType type) { return word_of(type, json::frame_types); });
  }
};

// What differs from a link without conditions.
Json write_conditions(const LinkConditions& conditions) {
  const LinkConditions plain;
  Json written = Json::object();
  for (const LinkField& field : link_fields()) {
    Json value = std::visit(ConditionWriter{conditions}, field.member);
    if (value != std::visit(ConditionWriter{plain}, field.member)) {
      written[std::string(field.name)] = std::move(value);
    }
  }
  return written;
}

Json write_step(const LinkChange& change, const char* direction) {
  ObjectWriter step;
  step.always("at", duration_text(change.at));
  step.put<std::string>("direction", direction, "both");
  Json set = Json::object();
  for (const LinkField& field : link_fields()) {
    if (!change.sets(field.member)) continue;
    set[std::string(field.name)] = std::visit(ConditionWriter{change.values()}, field.member);
  }
  step.always("set", std::move(set));
  return step.take();
}

Json write_steps(const LinkPlan& plan, const char* direction) {
  return write_list(plan.changes,
                    [&](const LinkChange& change) { return write_step(change, direction); });
}

class Writer {
 public:
  explicit Writer(const Scenario& scenario) : scenario_(scenario) {}

  Json write() const;

 private:
  std::string name_of(PlaceIndex place) const {
    const std::size_t hosts = scenario_.hosts.size();
    return place < hosts ? scenario_.hosts[place].name : scenario_.routers[place - hosts];
  }
  Json write_link(const LinkBetween& link) const;
  Json write_conversation(const Conversation& talk) const;
  Json write_attack(const AttackPlan& attack) const;
  Json write_traces() const;

  const Scenario& scenario_;
};

Json write_node(const Config& config) {
  const Config plain;
  const wire::Parameters& declared = config.parameters;
  const wire::Parameters& usual = plain.parameters;
  ObjectWriter node;
  if (config.congestion_control != plain.congestion_control) {
    node.always("congestion_control",
                word_of(config.congestion_control, json::congestion_controls));
  }
  node.put("rotate_after_bytes", config.rotate_after_bytes, plain.rotate_after_bytes);
  node.put("rotate_after_messages", config.rotate_after_messages, plain.rotate_after_messages);
  node.put("rotate_after_time", config.rotate_after_time, plain.rotate_after_time);
  node.put("receive_budget_bytes", config.receive_budget_bytes, plain.receive_budget_bytes);
  node.put("send_buffer_bytes", config.send_buffer_bytes, plain.send_buffer_bytes);
  node.put("datagram_bytes_initial", config.datagram_bytes_initial, plain.datagram_bytes_initial);
  node.put("datagram_bytes_max", config.datagram_bytes_max, plain.datagram_bytes_max);
  node.put("handshake_deadline", config.handshake_deadline, plain.handshake_deadline);
  node.put("handshake_resend", config.handshake_resend, plain.handshake_resend);
  node.put("half_open_age_max", config.half_open_age_max, plain.half_open_age_max);
  node.put("close_deadline", config.close_deadline, plain.close_deadline);
  node.put("accepts", config.accepts, plain.accepts);
  node.put("single_session_per_peer", config.single_session_per_peer,
           plain.single_session_per_peer);
  node.put("initial_session_credit", declared.initial_session_credit, usual.initial_session_credit);
  node.put("initial_stream_credit", declared.initial_stream_credit, usual.initial_stream_credit);
  node.put("max_streams", declared.max_streams, usual.max_streams);
  node.put("max_message_bytes", declared.max_message_bytes, usual.max_message_bytes);
  node.put("idle_timeout_ms", declared.idle_timeout_ms, usual.idle_timeout_ms);
  node.put("max_ack_delay_ms", declared.max_ack_delay_ms, usual.max_ack_delay_ms);
  node.put("keep_alive_ms", declared.keep_alive_ms, usual.keep_alive_ms);
  return node.take();
}

Json write_clock(const ClockPlan& clock) {
  ObjectWriter written;
  written.put("offset", clock.offset);
  written.put("drift_ppm", clock.drift_ppm);
  written.if_any("wall_steps", write_list(clock.wall_steps, [](const ClockStep& step) {
                   Json entry{{"at", duration_text(step.at)}};
                   if (step.by % 1ms == 0ns) {
                     entry["by_ms"] = step.by / 1ms;
                   } else {
                     entry["by"] = duration_text(step.by);
                   }
                   return entry;
                 }));
  return written.take();
}

Json write_host(const HostPlan& host) {
  ObjectWriter written;
  written.always("name", host.name);
  written.put("shared_seed", host.shared_seed, HostPlan{}.shared_seed);
  written.if_any("node", write_node(host.config));
  written.if_any("rebinds", write_list(host.rebinds, [](const Rebind& rebind) {
                   return Json{{"at", duration_text(rebind.at)},
                               {"what", rebind.new_ip ? "address" : "port"}};
                 }));
  ObjectWriter nat;
  nat.put("timeout", host.nat.timeout);
  nat.put("filters", host.nat.filters);
  written.if_any("nat", nat.take());
  written.if_any("outages", write_list(host.outages, [](const Outage& outage) {
                   return Json{{"what", word_of(outage.what, json::outage_kinds)},
                               {"at", duration_text(outage.at)},
                               {"for", duration_text(outage.lasts)}};
                 }));
  written.if_any("clock", write_clock(host.clock));
  return written.take();
}

Json Writer::write_link(const LinkBetween& link) const {
  ObjectWriter written;
  written.always("between", Json::array({name_of(link.a), name_of(link.b)}));
  Json forward = write_conditions(link.forward.initial);
  Json back = write_conditions(link.back.initial);
  if (forward == back) {
    written.if_any("both", std::move(forward));
  } else {
    written.if_any("forward", std::move(forward));
    written.if_any("back", std::move(back));
  }
  Json steps = write_steps(link.forward, "both");
  if (steps != write_steps(link.back, "both")) {
    steps = write_steps(link.forward, "forward");
    for (Json& step : write_steps(link.back, "back")) steps.push_back(std::move(step));
  }
  written.if_any("changes", std::move(steps));
  return written.take();
}

Json Writer::write_conversation(const Conversation& talk) const {
  const Conversation plain;
  ObjectWriter written;
  written.always("from", name_of(talk.from));
  written.always("to", name_of(talk.to));
  written.put("at", talk.at);
  written.put("streams", talk.streams, plain.streams);
  written.put("messages", talk.messages, plain.messages);
  if (talk.bytes_min != talk.bytes_max) {
    written.always("bytes", Json::array({talk.bytes_min, talk.bytes_max}));
  } else {
    written.put("bytes", talk.bytes_min);
  }
  written.put("every", talk.every);
  if (talk.type != plain.type) {
    written.always("custom_type", static_cast<std::uint8_t>(talk.type));
  }
  written.put("datagrams", talk.datagrams);
  written.put("echo", talk.echo);
  if (talk.whole) written.always("read", "whole");
  written.put("read_rate", talk.read_rate);
  written.put("file", talk.file);
  written.put("retry", talk.retry);
  return written.take();
}

Json Writer::write_attack(const AttackPlan& attack) const {
  const AttackPlan plain;
  ObjectWriter written;
  written.always("what", word_of(attack.what, json::attack_kinds));
  written.always("target", name_of(attack.target));
  if (attack.spoofs) written.always("spoofs", name_of(*attack.spoofs));
  written.always("from", duration_text(attack.from));
  written.always("until", duration_text(attack.until));
  written.put("every", attack.every, plain.every);
  written.put("bytes", attack.bytes, plain.bytes);
  return written.take();
}

// The traces that some link names.
Json Writer::write_traces() const {
  Json traces = Json::object();
  const auto add = [&](const LinkConditions& conditions) {
    for (const TimeTracePtr& trace : {conditions.rate_trace, conditions.jitter_trace}) {
      if (trace) traces[trace->name] = write_list(trace->times, duration_text);
    }
  };
  for (const LinkBetween& link : scenario_.links) {
    for (const LinkPlan* plan : {&link.forward, &link.back}) {
      add(plan->initial);
      for (const LinkChange& change : plan->changes) add(change.values());
    }
  }
  return traces;
}

Json write_expectation(const Expectation& expectation) {
  const Expectation plain;
  ObjectWriter written;
  written.always("outcome", expectation.failure ? "fails" : "completes");
  if (expectation.failure) written.always("with", name(*expectation.failure));
  written.put("within", expectation.within, plain.within);
  Json occurs = Json::object();
  for (const Occurrence& each : expectation.occurs) {
    occurs[std::string(name(each.kind))] = each.at_least;
  }
  written.if_any("occurs", std::move(occurs));
  written.put("rotations", expectation.rotations_at_least);
  return written.take();
}

Json Writer::write() const {
  ObjectWriter written;
  written.always("name", scenario_.name);
  written.always("purpose", scenario_.purpose);
  written.always("seed", scenario_.seed);
  written.put("shuffle_ties", scenario_.shuffle_ties);
  written.if_any("traces", write_traces());
  written.always("hosts", write_list(scenario_.hosts, write_host));
  written.if_any("routers", Json(scenario_.routers));
  written.always("links", write_list(scenario_.links,
                                     [this](const LinkBetween& each) { return write_link(each); }));
  written.always("conversations",
                 write_list(scenario_.conversations,
                            [this](const Conversation& each) { return write_conversation(each); }));
  written.if_any("attacks", write_list(scenario_.attacks, [this](const AttackPlan& each) {
                   return write_attack(each);
                 }));
  written.always("expect", write_expectation(scenario_.expectation));
  return written.take();
}

}  // namespace

std::string write_scenario(const Scenario& scenario) {
  return Writer(scenario).write().dump(2) + "\n";
}

}  // namespace stt::sim

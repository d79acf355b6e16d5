#include <simulator/scenario/scenario_json.hpp>

#include <set>

#include <simulator/scenario/conditions_json.hpp>
#include <simulator/scenario/scenario_words.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/node/node.hpp>

namespace stt::sim {
namespace {

using namespace json;

// Places by name. "viewer-*" stands for all of viewer-1, viewer-2, ...
struct Names {
  std::vector<std::string> all;  // hosts, then routers
  std::size_t hosts = 0;

  std::vector<PlaceIndex> find(const Value& value, std::size_t among) const {
    const std::string text = text_of(value, "a name");
    const bool is_group = text.ends_with("-*");
    const std::string prefix = text.substr(0, text.size() - (is_group ? 1 : 0));
    std::vector<PlaceIndex> found;
    for (PlaceIndex i = 0; i < among; ++i) {
      if (is_group ? all[i].starts_with(prefix) : all[i] == text) found.push_back(i);
    }
    if (!found.empty()) return found;
    std::string known;
    for (PlaceIndex i = 0; i < std::min<std::size_t>(among, 20); ++i) {
      known += (known.empty() ? "\"" : ", \"") + all[i] + "\"";
    }
    value.refuse(known + (among > 20 ? ", ..." : ""));
  }
};

Rebind parse_rebind(const Value& value) {
  Rebind rebind;
  read_object(value,
              {required(field("at", rebind.at)),
               required(choice("what", rebind.new_ip, {{"port", false}, {"address", true}}))});
  return rebind;
}

void parse_node(const Value& value, Config& config) {
  wire::Parameters& declared = config.parameters;
  read_object(value,
              {choice("congestion_control", config.congestion_control, congestion_controls),
               number("rotate_after_bytes", config.rotate_after_bytes, 1, any_integer),
               number("rotate_after_messages", config.rotate_after_messages, 1, any_integer),
               field("rotate_after_time", config.rotate_after_time),
               number("receive_budget_bytes", config.receive_budget_bytes, 1, any_integer),
               number("send_buffer_bytes", config.send_buffer_bytes, 1, any_integer),
               number("datagram_bytes_initial", config.datagram_bytes_initial, 1'200, 65'507),
               number("datagram_bytes_max", config.datagram_bytes_max, 1'200, 65'507),
               field("handshake_deadline", config.handshake_deadline),
               field("handshake_resend", config.handshake_resend),
               field("half_open_age_max", config.half_open_age_max),
               field("close_deadline", config.close_deadline),
               field("accepts", config.accepts),
               field("single_session_per_peer", config.single_session_per_peer),
               number("initial_session_credit", declared.initial_session_credit, 0, any_integer),
               number("initial_stream_credit", declared.initial_stream_credit, 0, any_integer),
               number("max_streams", declared.max_streams, 1, 65'535),
               number("max_message_bytes", declared.max_message_bytes, 1, any_integer),
               number("idle_timeout_ms", declared.idle_timeout_ms, 0, 0xFFFF'FFFF),
               number("max_ack_delay_ms", declared.max_ack_delay_ms, 0, 16'383),
               number("keep_alive_ms", declared.keep_alive_ms, 0, 0xFFFF'FFFF)});
}

Outage parse_outage(const Value& value) {
  Outage outage;
  read_object(value, {required(choice("what", outage.what, outage_kinds)),
                      required(field("at", outage.at)), required(field("for", outage.lasts))});
  return outage;
}

// A number that may be negative.
std::int64_t parse_signed(const Value& value, std::int64_t most) {
  const bool fits = value.json.is_number_integer() && value.json.get<std::int64_t>() >= -most &&
                    value.json.get<std::int64_t>() <= most;
  if (!fits) {
    value.refuse("an integer from " + std::to_string(-most) + " to " + std::to_string(most));
  }
  return value.json.get<std::int64_t>();
}

void parse_clock(const Value& value, ClockPlan& clock) {
  const auto step = [&](const Value& each) {
    ClockStep& added = clock.wall_steps.emplace_back();
    const auto by = [&](const Value& ms) { added.by = 1ms * parse_signed(ms, 1'000'000'000'000); };
    read_object(each, {required(field("at", added.at)), {"by_ms", by}, field("by", added.by)});
    if (each.json.contains("by") == each.json.contains("by_ms")) {
      throw Malformed{each.pointer, "needs \"by_ms\", or \"by\" with a time"};
    }
  };
  read_object(value,
              {field("offset", clock.offset),
               {"drift_ppm",
                [&](const Value& each) { clock.drift_ppm = parse_signed(each, drift_ppm_max); }},
               {"wall_steps", [&](const Value& list) { read_list(list, step); }}});
}

// With "count" the same host many times: name-1, name-2, ...
std::vector<HostPlan> parse_hosts(const Value& value) {
  HostPlan host;
  std::uint32_t count = 0;
  const auto node = [&](const Value& each) {
    parse_node(each, host.config);
    crypto::SystemRandom random;
    const Bytes seed(32);
    if (const auto made = Node::create(host.config, seed, random); !made) {
      throw Malformed{each.pointer, "is refused by the node: " + std::string(name(made.error()))};
    }
  };
  const auto rebinds = [&](const Value& list) {
    read_list(list, [&](const Value& each) { host.rebinds.push_back(parse_rebind(each)); });
  };
  const auto nat = [&](const Value& each) {
    read_object(each, {field("timeout", host.nat.timeout), field("filters", host.nat.filters)});
  };
  const auto outages = [&](const Value& list) {
    read_list(list, [&](const Value& each) { host.outages.push_back(parse_outage(each)); });
  };
  const auto clock = [&](const Value& each) { parse_clock(each, host.clock); };
  read_object(value, {required(field("name", host.name)),
                      number("count", count, 1, 60'000),
                      field("shared_seed", host.shared_seed),
                      {"node", node},
                      {"rebinds", rebinds},
                      {"nat", nat},
                      {"outages", outages},
                      {"clock", clock}});
  if (count == 0) return {host};
  std::vector<HostPlan> hosts(count, host);
  for (std::size_t i = 0; i < count; ++i) hosts[i].name += "-" + std::to_string(i + 1);
  return hosts;
}

enum class Direction : std::uint8_t { both, forward, back };

void parse_schedule(const Value& value, const Traces& traces, LinkBetween& link) {
  read_list(value, [&](const Value& each) {
    LinkChange change;
    Duration at{};
    Direction direction = Direction::both;
    const auto set = [&](const Value& what) { change = parse_conditions(what, traces); };
    read_object(each, {required(field("at", at)),
                       choice("direction", direction,
                              {{"both", Direction::both},
                               {"forward", Direction::forward},
                               {"back", Direction::back}}),
                       {"set", set, true}});
    change.at = at;
    if (direction != Direction::back) link.forward.add(change);
    if (direction != Direction::forward) link.back.add(change);
  });
}

// One link, or one for each member of the groups that it is between.
void parse_link(const Value& value, const Names& names, const Traces& traces, Scenario& scenario) {
  LinkBetween link;
  std::vector<PlaceIndex> from;
  std::vector<PlaceIndex> to;
  const auto between = [&](const Value& each) {
    if (!each.json.is_array() || each.json.size() != 2) each.refuse("a list of two names");
    from = names.find(each.at(0), names.all.size());
    to = names.find(each.at(1), names.all.size());
    if (from == to && from.size() == 1) each.refuse("two different places");
  };
  const auto conditions = [&](LinkPlan& plan) {
    return
        [&plan, &traces](const Value& each) { parse_conditions(each, traces).apply(plan.initial); };
  };
  // "both" is read before what is special about a direction.
  read_object(value, {{"between", between, true},
                      {"both",
                       [&](const Value& each) {
                         conditions(link.forward)(each);
                         conditions(link.back)(each);
                       }},
                      {"forward", conditions(link.forward)},
                      {"back", conditions(link.back)},
                      {"changes", [&](const Value& each) { parse_schedule(each, traces, link); }}});
  const auto same = [&](const LinkBetween& other) {
    return std::minmax(other.a, other.b) == std::minmax(link.a, link.b);
  };
  for (const PlaceIndex a : from) {
    for (const PlaceIndex b : to) {
      if (from == to ? a >= b : a == b) continue;  // a group with itself: each pair once
      link.a = a;
      link.b = b;
      if (names.all.size() < 100 && std::ranges::any_of(scenario.links, same)) {
        value.at("between").refuse("two places without a link so far");
      }
      scenario.links.push_back(link);
    }
  }
}

// "bytes": a number, or the least and the most.
void parse_bytes(const Value& value, Conversation& talk) {
  if (value.json.is_array() && value.json.size() == 2) {
    read_number(value.at(0), talk.bytes_min, 0, any_integer);
    read_number(value.at(1), talk.bytes_max, talk.bytes_min, any_integer);
  } else {
    read_number(value, talk.bytes_min, 0, any_integer);
    talk.bytes_max = talk.bytes_min;
  }
}

// One conversation, or one for each pair of the groups that it is between.
void parse_conversation(const Value& value, const Names& names, Scenario& scenario) {
  Conversation talk;
  std::vector<HostIndex> from;
  std::vector<HostIndex> to;
  std::uint8_t type = 0;
  std::uint64_t bitrate = 0;
  read_object(value,
              {{"from", [&](const Value& each) { from = names.find(each, names.hosts); }, true},
               {"to", [&](const Value& each) { to = names.find(each, names.hosts); }, true},
               field("at", talk.at),
               number("streams", talk.streams, 1, 32'767),
               number("messages", talk.messages, 0, 1'000'000),
               {"bytes", [&](const Value& each) { parse_bytes(each, talk); }},
               field("every", talk.every),
               rate("bitrate", bitrate),
               number("custom_type", type, 0x80, 0xFF),
               field("datagrams", talk.datagrams),
               field("echo", talk.echo),
               choice("read", talk.whole, {{"parts", false}, {"whole", true}}),
               number("read_rate", talk.read_rate, 1, any_integer),
               field("file", talk.file),
               field("retry", talk.retry)});
  if (type != 0) talk.type = static_cast<wire::FrameType>(type);
  if (bitrate > 0) {
    if (talk.every == Duration{}) value.at("bitrate").refuse("a rate together with \"every\"");
    const auto us = static_cast<std::uint64_t>(talk.every / 1us);
    talk.bytes_min = talk.bytes_max = bitrate / 8 * us / 1'000'000;
  }
  if (talk.datagrams && (type == 0 || talk.every == Duration{} || talk.bytes_max > 1'000)) {
    throw Malformed{value.pointer,
                    "sends datagrams: they need \"custom_type\" and \"every\", and "
                    "have at most 1000 bytes"};
  }
  const std::size_t before = scenario.conversations.size();
  for (const HostIndex a : from) {
    for (const HostIndex b : to) {
      if (a == b) continue;
      talk.from = a;
      talk.to = b;
      scenario.conversations.push_back(talk);
    }
  }
  if (scenario.conversations.size() == before) {
    value.refuse("a conversation between two different hosts");
  }
}

AttackPlan parse_attack(const Value& value, const Names& names) {
  AttackPlan attack;
  const auto spoofs = [&](const Value& each) {
    attack.spoofs = names.find(each, names.hosts).front();
  };
  const auto target = [&](const Value& each) {
    attack.target = names.find(each, names.hosts).front();
  };
  read_object(value, {required(choice("what", attack.what, attack_kinds)),
                      {"target", target, true},
                      {"spoofs", spoofs},
                      required(field("from", attack.from)),
                      required(field("until", attack.until)),
                      field("every", attack.every),
                      number("bytes", attack.bytes, 0, 65'507)});
  if (attack.every < 1us) value.at("every").refuse("1us or more");
  return attack;
}

void parse_occurs(const Value& value, Expectation& expectation) {
  if (!value.json.is_object()) value.refuse("an object");
  for (const auto& [word, _] : value.json.items()) {
    std::vector<std::pair<std::string, Kind>> kinds;
    for (std::size_t i = 0; i < kind_count; ++i) {
      const Kind kind = static_cast<Kind>(i);
      if (is_fault(kind)) kinds.emplace_back(name(kind), kind);
    }
    Occurrence occurrence;
    const Json key = word;
    read_choice<Kind>({key, value.pointer + "/" + word}, occurrence.kind, kinds);
    read_number(value.at(word), occurrence.at_least, 1, any_integer);
    expectation.occurs.push_back(occurrence);
  }
}

Expectation parse_expectation(const Value& value) {
  Expectation expectation;
  bool fails = false;
  const auto outcome = [&](const Value& each) {
    read_choice<bool>(each, fails, {{"completes", false}, {"fails", true}});
  };
  const auto with = [&](const Value& each) {
    expectation.failure = errc_from_name(text_of(each, "the name of an error"));
    if (!expectation.failure) each.refuse("the name of an error, as in docs/spec/errors.md");
  };
  read_object(value, {{"outcome", outcome, true},
                      {"with", with},
                      field("within", expectation.within),
                      {"occurs", [&](const Value& each) { parse_occurs(each, expectation); }},
                      number("rotations", expectation.rotations_at_least, 0, any_integer)});
  if (fails != expectation.failure.has_value()) {
    throw Malformed{value.pointer, "needs \"with\" exactly if the outcome is \"fails\""};
  }
  return expectation;
}

Scenario parse(const Json& json) {
  Scenario scenario;
  std::string schema;
  Names names;
  Traces traces;
  const Value root{json, ""};
  std::set<std::string> taken;
  const auto new_name = [&](const std::string& name, const Value& place) {
    if (!taken.insert(name).second) place.refuse("a new name");
    names.all.push_back(name);
  };
  const auto host = [&](const Value& each) {
    for (HostPlan& plan : parse_hosts(each)) {
      new_name(plan.name, each.at("name"));
      scenario.hosts.push_back(std::move(plan));
    }
    names.hosts = scenario.hosts.size();
  };
  const auto router = [&](const Value& each) {
    new_name(scenario.routers.emplace_back(text_of(each, "a name")), each);
  };
  const auto link = [&](const Value& each) { parse_link(each, names, traces, scenario); };
  const auto talk = [&](const Value& each) { parse_conversation(each, names, scenario); };
  const auto attack = [&](const Value& each) {
    scenario.attacks.push_back(parse_attack(each, names));
  };
  const auto each_of = [](const auto& read) {
    return [&read](const Value& list) { read_list(list, read); };
  };
  // Places come before what names them.
  read_object(
      root, {field("$schema", schema),
             required(field("name", scenario.name)),
             required(field("purpose", scenario.purpose)),
             number("seed", scenario.seed, 0, ~std::uint64_t{0}),
             field("shuffle_ties", scenario.shuffle_ties),
             {"traces", [&](const Value& each) { traces = parse_traces(each); }},
             {"hosts", each_of(host), true},
             {"routers", each_of(router)},
             {"links", each_of(link), true},
             {"conversations", each_of(talk), true},
             {"attacks", each_of(attack)},
             {"expect", [&](const Value& each) { scenario.expectation = parse_expectation(each); },
              true}});
  return scenario;
}

}  // namespace

std::string ScenarioError::text() const {
  return pointer.empty() ? "the scenario " + what : pointer + " " + what;
}

tl::expected<Scenario, ScenarioError> parse_scenario(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return tl::unexpected(ScenarioError{"", "is not JSON"});
  try {
    return parse(json);
  } catch (const Malformed& malformed) {
    return tl::unexpected(ScenarioError{malformed.pointer, malformed.what});
  }
}

std::string minimal_json(std::string_view text, std::uint64_t seed) {
  Json json = Json::parse(text, nullptr, false);
  json["seed"] = seed;
  return json.dump();
}

}  // namespace stt::sim

#include <simulator/scenario_json.hpp>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>
#include <simulator/units.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/node/node.hpp>

namespace stt::sim {
namespace {

using Json = nlohmann::json;

// Leaves parse_scenario() as a ScenarioError.
struct Malformed {
  std::string pointer;
  std::string what;
};

// A value and where it stands.
struct Value {
  const Json& json;
  std::string pointer;

  [[noreturn]] void refuse(const std::string& allowed) const {
    throw Malformed{pointer, "is " + json.dump() + "; allowed: " + allowed};
  }
  Value at(const std::string& key) const { return {json.at(key), pointer + "/" + key}; }
  Value at(std::size_t index) const {
    return {json.at(index), pointer + "/" + std::to_string(index)};
  }
};

struct Field {
  std::string name;
  std::function<void(const Value&)> read;
  bool required = false;
};
using Fields = std::vector<Field>;

void read_object(const Value& value, const Fields& fields) {
  if (!value.json.is_object()) value.refuse("an object");
  for (const auto& [key, _] : value.json.items()) {
    if (std::ranges::any_of(fields, [&](const Field& field) { return field.name == key; }))
      continue;
    std::string known;
    for (const Field& field : fields) known += (known.empty() ? "" : ", ") + field.name;
    throw Malformed{value.pointer + "/" + key, "is unknown; allowed: " + known};
  }
  for (const Field& field : fields) {
    if (value.json.contains(field.name)) {
      field.read(value.at(field.name));
    } else if (field.required) {
      throw Malformed{value.pointer, "lacks \"" + field.name + "\""};
    }
  }
}

void read_list(const Value& value, const std::function<void(const Value&)>& each) {
  if (!value.json.is_array()) value.refuse("a list");
  for (std::size_t i = 0; i < value.json.size(); ++i) each(value.at(i));
}

std::string text_of(const Value& value, const std::string& allowed) {
  if (!value.json.is_string()) value.refuse(allowed);
  return value.json.get<std::string>();
}

// One of the functions below fits each type that a field may have.
void read(const Value& value, std::string& to) {
  to = text_of(value, "a text");
}
void read(const Value& value, bool& to) {
  if (!value.json.is_boolean()) value.refuse("true, false");
  to = value.json.get<bool>();
}
void read(const Value& value, Duration& to) {
  const std::string allowed = "a time like \"250us\", \"10ms\", \"1.5s\", \"2min\"";
  const auto parsed = parse_duration(text_of(value, allowed));
  if (!parsed) value.refuse(allowed);
  to = *parsed;
}
template <std::unsigned_integral T>
void read_number(const Value& value, T& to, std::uint64_t least, std::uint64_t most) {
  const bool fits = value.json.is_number_unsigned() && value.json.get<std::uint64_t>() >= least &&
                    value.json.get<std::uint64_t>() <= most;
  if (!fits)
    value.refuse("an integer from " + std::to_string(least) + " to " + std::to_string(most));
  to = static_cast<T>(value.json.get<std::uint64_t>());
}
void read_share(const Value& value, Ppm& to) {
  const std::string allowed = "a share like \"10%\" or \"0.01%\", from 0% to 100%";
  const auto parsed = parse_share(text_of(value, allowed));
  if (!parsed) value.refuse(allowed);
  to = *parsed;
}
void read_rate(const Value& value, std::uint64_t& to) {
  const std::string allowed = "a rate like \"56kbit\", \"2.5mbit\", \"1gbit\", or \"unlimited\"";
  const auto parsed = parse_rate(text_of(value, allowed));
  if (!parsed) value.refuse(allowed);
  to = *parsed;
}
template <class T>
void read_choice(const Value& value, T& to, const std::vector<std::pair<std::string, T>>& choices) {
  for (const auto& [word, meaning] : choices) {
    if (value.json.is_string() && value.json.get<std::string>() == word) {
      to = meaning;
      return;
    }
  }
  std::string allowed;
  for (const auto& choice : choices)
    allowed += (allowed.empty() ? "\"" : ", \"") + choice.first + "\"";
  value.refuse(allowed);
}

template <class T>
Field field(std::string name, T& to) {
  return {std::move(name), [&to](const Value& value) { read(value, to); }, false};
}
template <std::unsigned_integral T>
Field number(std::string name, T& to, std::uint64_t least, std::uint64_t most) {
  return {std::move(name),
          [&to, least, most](const Value& value) { read_number(value, to, least, most); }, false};
}
Field required(Field field) {
  field.required = true;
  return field;
}

constexpr std::uint64_t any_integer = (std::uint64_t{1} << 62);

LinkChange parse_change(const Value& value) {
  LinkChange change;
  const auto share = [](std::optional<Ppm>& to) {
    return [&to](const Value& each) { read_share(each, to.emplace()); };
  };
  const auto time = [](std::optional<Duration>& to) {
    return [&to](const Value& each) { read(each, to.emplace()); };
  };
  const auto flag = [](std::optional<bool>& to) {
    return [&to](const Value& each) { read(each, to.emplace()); };
  };
  const auto size = [](std::optional<std::uint64_t>& to, std::uint64_t least, std::uint64_t most) {
    return [&to, least, most](const Value& each) { read_number(each, to.emplace(), least, most); };
  };
  read_object(
      value,
      {{"rate", [&](const Value& each) { read_rate(each, change.rate_bits_per_second.emplace()); }},
       {"delay", time(change.delay)},
       {"jitter", time(change.jitter)},
       {"jitter_reorders", flag(change.jitter_reorders)},
       {"limit", size(change.limit_bytes, 1, any_integer)},
       {"mtu", size(change.mtu_bytes, 1, 65'535)},
       {"loss", share(change.loss)},
       {"duplicate", share(change.duplicate)},
       {"reorder", share(change.reorder)},
       {"reorder_hold", time(change.reorder_hold)},
       {"corrupt", share(change.corrupt)},
       {"truncate", share(change.truncate)},
       {"blocked", flag(change.blocked)}});
  return change;
}

// A host by its name, as an index.
HostIndex parse_host_name(const Value& value, const Scenario& scenario) {
  std::string known;
  for (HostIndex i = 0; i < scenario.hosts.size(); ++i) {
    if (value.json == scenario.hosts[i].name) return i;
    known += (known.empty() ? "\"" : ", \"") + scenario.hosts[i].name + "\"";
  }
  value.refuse(known);
}

Rebind parse_rebind(const Value& value) {
  Rebind rebind;
  read_object(value, {required(field("at", rebind.at)),
                      {"what",
                       [&](const Value& each) {
                         read_choice<bool>(each, rebind.new_ip,
                                           {{"port", false}, {"address", true}});
                       },
                       true}});
  return rebind;
}

void parse_node(const Value& value, Config& config) {
  wire::Parameters& declared = config.parameters;
  read_object(value,
              {{"congestion_control",
                [&](const Value& each) {
                  read_choice<CongestionControl>(each, config.congestion_control,
                                                 {{"new_reno", CongestionControl::new_reno},
                                                  {"cubic", CongestionControl::cubic},
                                                  {"bbr", CongestionControl::bbr}});
                }},
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

HostPlan parse_host(const Value& value) {
  HostPlan host;
  read_object(value, {required(field("name", host.name)),
                      field("shared_seed", host.shared_seed),
                      {"node",
                       [&](const Value& each) {
                         parse_node(each, host.config);
                         crypto::SystemRandom random;
                         const Bytes seed(32);
                         if (const auto node = Node::create(host.config, seed, random); !node) {
                           throw Malformed{each.pointer, "is refused by the node: " +
                                                             std::string(name(node.error()))};
                         }
                       }},
                      {"rebinds", [&](const Value& list) {
                         read_list(list, [&](const Value& each) {
                           host.rebinds.push_back(parse_rebind(each));
                         });
                       }}});
  return host;
}

enum class Direction : std::uint8_t { both, forward, back };

void parse_schedule(const Value& value, LinkBetween& link) {
  read_list(value, [&](const Value& each) {
    LinkChange change;
    Duration at{};
    Direction direction = Direction::both;
    read_object(each, {required(field("at", at)),
                       {"direction",
                        [&](const Value& word) {
                          read_choice<Direction>(word, direction,
                                                 {{"both", Direction::both},
                                                  {"forward", Direction::forward},
                                                  {"back", Direction::back}});
                        }},
                       {"set", [&](const Value& set) { change = parse_change(set); }, true}});
    change.at = at;
    if (direction != Direction::back) link.forward.add(change);
    if (direction != Direction::forward) link.back.add(change);
  });
}

LinkBetween parse_link(const Value& value, const Scenario& scenario) {
  LinkBetween link;
  const auto between = [&](const Value& each) {
    if (!each.json.is_array() || each.json.size() != 2) each.refuse("a list of two host names");
    link.a = parse_host_name(each.at(0), scenario);
    link.b = parse_host_name(each.at(1), scenario);
    if (link.a == link.b) each.refuse("two different hosts");
  };
  // "both" is read before what is special about a direction, whatever their order in the file.
  read_object(
      value,
      {{"between", between, true},
       {"both",
        [&](const Value& each) {
          parse_change(each).apply(link.forward.initial);
          parse_change(each).apply(link.back.initial);
        }},
       {"forward", [&](const Value& each) { parse_change(each).apply(link.forward.initial); }},
       {"back", [&](const Value& each) { parse_change(each).apply(link.back.initial); }},
       {"changes", [&](const Value& each) { parse_schedule(each, link); }}});
  return link;
}

Conversation parse_conversation(const Value& value, const Scenario& scenario) {
  Conversation talk;
  const auto bytes = [&](const Value& each) {
    if (each.json.is_array() && each.json.size() == 2) {
      read_number(each.at(0), talk.bytes_min, 0, any_integer);
      read_number(each.at(1), talk.bytes_max, talk.bytes_min, any_integer);
    } else {
      read_number(each, talk.bytes_min, 0, any_integer);
      talk.bytes_max = talk.bytes_min;
    }
  };
  const auto host = [&](HostIndex& to) {
    return [&](const Value& each) { to = parse_host_name(each, scenario); };
  };
  read_object(value, {{"from", host(talk.from), true},
                      {"to", host(talk.to), true},
                      field("at", talk.at),
                      number("streams", talk.streams, 1, 32'767),
                      number("messages", talk.messages, 0, 1'000'000),
                      {"bytes", bytes},
                      field("echo", talk.echo),
                      {"read",
                       [&](const Value& each) {
                         read_choice<bool>(each, talk.whole, {{"parts", false}, {"whole", true}});
                       }},
                      field("file", talk.file)});
  if (talk.from == talk.to) value.refuse("a conversation between two different hosts");
  return talk;
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
  const Value root{json, ""};
  const auto hosts = [&](const Value& list) {
    std::set<std::string> names;
    read_list(list, [&](const Value& each) {
      scenario.hosts.push_back(parse_host(each));
      if (!names.insert(scenario.hosts.back().name).second) each.at("name").refuse("a new name");
    });
  };
  // Hosts come before what names them, whatever their order in the file.
  read_object(
      root, {field("$schema", schema),
             required(field("name", scenario.name)),
             required(field("purpose", scenario.purpose)),
             number("seed", scenario.seed, 0, ~std::uint64_t{0}),
             field("shuffle_ties", scenario.shuffle_ties),
             {"hosts", hosts, true},
             {"links",
              [&](const Value& list) {
                read_list(list, [&](const Value& each) {
                  scenario.links.push_back(parse_link(each, scenario));
                });
              },
              true},
             {"conversations",
              [&](const Value& list) {
                read_list(list, [&](const Value& each) {
                  scenario.conversations.push_back(parse_conversation(each, scenario));
                });
              },
              true},
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

#include <conformance/suite/reference/peer_config.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace stt::conform {
namespace {

using nlohmann::json;

// One member: how it is read into its place, and what it is of a node that has it.
struct Setting {
  const char* name;
  void (*take)(const Fields& in, const char* name, PeerConfig& out);
  json (*give)(const Config& set) = nullptr;  // nullptr: no setting of a node
};

constexpr std::uint64_t any_u32 = std::numeric_limits<std::uint32_t>::max();

template <std::uint64_t wire::Parameters::* member>
constexpr Setting decimal_parameter(const char* name) {
  return {name,
          [](const Fields& in, const char* own_name, PeerConfig& out) {
            out.node.parameters.*member = in.u64(own_name);
          },
          [](const Config& set) -> json { return decimal(set.parameters.*member); }};
}
template <std::uint64_t wire::Parameters::* member>
constexpr Setting number_parameter(const char* name) {
  return {name,
          [](const Fields& in, const char* own_name, PeerConfig& out) {
            out.node.parameters.*member = in.number(own_name, any_u32);
          },
          [](const Config& set) -> json { return set.parameters.*member; }};
}
template <std::uint64_t Config::* member>
constexpr Setting decimal_setting(const char* name) {
  return {name,
          [](const Fields& in, const char* own_name, PeerConfig& out) {
            out.node.*member = in.u64(own_name);
          },
          [](const Config& set) -> json { return decimal(set.*member); }};
}
template <std::size_t Config::* member>
constexpr Setting number_setting(const char* name) {
  return {name,
          [](const Fields& in, const char* own_name, PeerConfig& out) {
            out.node.*member = in.number(own_name, any_u32);
          },
          [](const Config& set) -> json { return set.*member; }};
}
template <bool Config::* member>
constexpr Setting flag_setting(const char* name) {
  return {name,
          [](const Fields& in, const char* own_name, PeerConfig& out) {
            out.node.*member = in.flag(own_name);
          },
          [](const Config& set) -> json { return set.*member; }};
}
template <Duration Config::* member>
constexpr Setting time_setting(const char* name) {
  return {name,
          [](const Fields& in, const char* own_name, PeerConfig& out) {
            constexpr std::uint64_t a_day_us = 86'400'000'000;
            out.node.*member = std::chrono::microseconds(in.number(own_name, a_day_us));
          },
          [](const Config& set) -> json { return set.*member / std::chrono::microseconds(1); }};
}

void refuse_peers(const Fields& in, const char* name, PeerConfig& out) {
  std::vector<NodeId> refused;
  for (const Bytes& id : in.bytes_list(name)) {
    NodeId node_id;
    if (id.size() != node_id.bytes.size()) {
      throw AdapterError(std::string(name) + ": a node id has 32 bytes");
    }
    std::ranges::copy(id, node_id.bytes.begin());
    refused.push_back(node_id);
  }
  out.node.accept_peer = [refused](const NodeId& peer, const SeedHint&) {
    return std::ranges::find(refused, peer) == refused.end();
  };
}

constexpr std::array parameter_settings{
    decimal_parameter<&wire::Parameters::initial_session_credit>("initial_session_credit"),
    decimal_parameter<&wire::Parameters::initial_stream_credit>("initial_stream_credit"),
    decimal_parameter<&wire::Parameters::max_message_bytes>("max_message_bytes"),
    number_parameter<&wire::Parameters::max_streams>("max_streams"),
    number_parameter<&wire::Parameters::max_frame_bytes>("max_frame_bytes"),
    number_parameter<&wire::Parameters::idle_timeout_ms>("idle_timeout_ms"),
    number_parameter<&wire::Parameters::max_ack_delay_ms>("max_ack_delay_ms"),
    number_parameter<&wire::Parameters::keep_alive_ms>("keep_alive_ms"),
};

constexpr std::array node_settings{
    Setting{"auto_read", [](const Fields& in, const char* name,
                            PeerConfig& out) { out.auto_read = in.flag(name); }},
    Setting{"refuse_peers", refuse_peers},
    flag_setting<&Config::accepts>("accepts"),
    flag_setting<&Config::single_session_per_peer>("single_session_per_peer"),
    number_setting<&Config::half_open_max>("half_open_max"),
    number_setting<&Config::half_open_per_seed_max>("half_open_per_seed_max"),
    number_setting<&Config::datagram_bytes_max>("datagram_bytes_max"),
    time_setting<&Config::handshake_deadline>("handshake_deadline_us"),
    time_setting<&Config::half_open_age_max>("half_open_age_us"),
    time_setting<&Config::close_deadline>("close_deadline_us"),
    decimal_setting<&Config::rotate_after_bytes>("rotate_after_bytes"),
    decimal_setting<&Config::rotate_after_messages>("rotate_after_messages"),
};

bool take_all(const json& object, std::span<const Setting> settings, PeerConfig& out) {
  const Fields in(object);
  for (const auto& [name, value] : object.items()) {
    const auto known = std::ranges::find_if(
        settings, [&](const Setting& setting) { return name == setting.name; });
    if (known == settings.end()) return false;
    known->take(in, known->name, out);
  }
  return true;
}

// What differs from the default.
json differences(std::span<const Setting> settings, const Config& set) {
  const Config usual;
  json out = json::object();
  for (const Setting& setting : settings) {
    if (setting.give == nullptr) continue;
    json value = setting.give(set);
    if (value != setting.give(usual)) out[setting.name] = std::move(value);
  }
  return out;
}

// The budget is a setting of its own here, and nobody asks for it: it is what the parameters need.
void fit_budget(Config& config) {
  const wire::Parameters& parameters = config.parameters;
  if (!wire::check(parameters)) return;  // the node will refuse them
  const std::uint64_t message = parameters.max_message_bytes + 1;
  const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - message;
  if (parameters.initial_stream_credit > room / parameters.max_streams) return;
  config.receive_budget_bytes =
      std::max(config.receive_budget_bytes,
               message + parameters.initial_stream_credit * parameters.max_streams);
}

}  // namespace

std::optional<PeerConfig> read_peer_config(const json& config) {
  PeerConfig out;
  json rest = config;
  if (const auto declared = rest.find("parameters"); declared != rest.end()) {
    if (!take_all(*declared, parameter_settings, out)) return std::nullopt;
    rest.erase(declared);
  }
  if (!take_all(rest, node_settings, out)) return std::nullopt;
  fit_budget(out.node);
  return out;
}

json peer_config_of(const Config& set) {
  json config = differences(node_settings, set);
  json parameters = differences(parameter_settings, set);
  if (!parameters.empty()) config["parameters"] = std::move(parameters);
  return config;
}

}  // namespace stt::conform

#include <conformance/suite/reference/peer_config.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace stt::conform {
namespace {

using nlohmann::json;

// Members that take a number or a decimal string, each into its place.
struct Setting {
  const char* name;
  void (*take)(const Fields& in, const char* name, PeerConfig& out);
};

constexpr std::uint64_t any_u32 = std::numeric_limits<std::uint32_t>::max();

template <std::uint64_t wire::Parameters::* member>
void parameter_u64(const Fields& in, const char* name, PeerConfig& out) {
  out.node.parameters.*member = in.u64(name);
}
template <std::uint64_t wire::Parameters::* member>
void parameter_number(const Fields& in, const char* name, PeerConfig& out) {
  out.node.parameters.*member = in.number(name, any_u32);
}
template <Duration Config::* member>
void microseconds(const Fields& in, const char* name, PeerConfig& out) {
  constexpr std::uint64_t a_day_us = 86'400'000'000;
  out.node.*member = std::chrono::microseconds(in.number(name, a_day_us));
}

constexpr std::array parameter_settings{
    Setting{"initial_session_credit", parameter_u64<&wire::Parameters::initial_session_credit>},
    Setting{"initial_stream_credit", parameter_u64<&wire::Parameters::initial_stream_credit>},
    Setting{"max_message_bytes", parameter_u64<&wire::Parameters::max_message_bytes>},
    Setting{"max_streams", parameter_number<&wire::Parameters::max_streams>},
    Setting{"max_frame_bytes", parameter_number<&wire::Parameters::max_frame_bytes>},
    Setting{"idle_timeout_ms", parameter_number<&wire::Parameters::idle_timeout_ms>},
    Setting{"max_ack_delay_ms", parameter_number<&wire::Parameters::max_ack_delay_ms>},
    Setting{"keep_alive_ms", parameter_number<&wire::Parameters::keep_alive_ms>},
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

constexpr std::array node_settings{
    Setting{"auto_read", [](const Fields& in, const char* name,
                            PeerConfig& out) { out.auto_read = in.flag(name); }},
    Setting{"accepts", [](const Fields& in, const char* name,
                          PeerConfig& out) { out.node.accepts = in.flag(name); }},
    Setting{"refuse_peers", refuse_peers},
    Setting{"single_session_per_peer",
            [](const Fields& in, const char* name, PeerConfig& out) {
              out.node.single_session_per_peer = in.flag(name);
            }},
    Setting{"half_open_max",
            [](const Fields& in, const char* name, PeerConfig& out) {
              out.node.half_open_max = in.number(name, any_u32);
            }},
    Setting{"handshake_deadline_us", microseconds<&Config::handshake_deadline>},
    Setting{"half_open_age_us", microseconds<&Config::half_open_age_max>},
    Setting{"close_deadline_us", microseconds<&Config::close_deadline>},
    Setting{"rotate_after_bytes",
            [](const Fields& in, const char* name, PeerConfig& out) {
              out.node.rotate_after_bytes = in.u64(name);
            }},
    Setting{"rotate_after_messages",
            [](const Fields& in, const char* name, PeerConfig& out) {
              out.node.rotate_after_messages = in.u64(name);
            }},
    Setting{"datagram_bytes_max",
            [](const Fields& in, const char* name, PeerConfig& out) {
              out.node.datagram_bytes_max = in.number(name, any_u32);
            }},
};

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

}  // namespace stt::conform

#include <conformance/suite/reference/peer.hpp>

#include <algorithm>
#include <array>

#include <arpa/inet.h>

#include <conformance/suite/reference/peer_config.hpp>
#include <conformance/suite/reference/peer_effects.hpp>
#include <simulator/hosts/labelled_random.hpp>
#include <stt/node/node.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

const json unsupported = {{"outcome", "unsupported"}};
constexpr std::uint64_t time_us_max = std::uint64_t{1} << 53;
constexpr std::uint64_t stream_id_max = 65'535;
constexpr std::uint64_t read_bytes_max = 1U << 20;

Instant instant(const Fields& in) {
  return Instant{} + std::chrono::microseconds(in.number("now", time_us_max));
}

// Rounded up, so that a tick at that time is never too early.
std::int64_t microseconds(Instant at) {
  return std::chrono::ceil<std::chrono::microseconds>(at - Instant{}).count();
}

// "192.0.2.1:4000" or "[2001:db8::1]:4000".
Address read_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const auto malformed = [&] { return AdapterError("\"" + text + "\": no address and port"); };
  if (colon == std::string::npos || colon == 0) throw malformed();
  unsigned port = 0;
  for (const char c : text.substr(colon + 1)) {
    if (c < '0' || c > '9' || (port = port * 10 + static_cast<unsigned>(c - '0')) > 65'535) {
      throw malformed();
    }
  }
  std::string host = text.substr(0, colon);
  Address address = Address::ipv4(0, 0, 0, 0, static_cast<std::uint16_t>(port));
  const bool six = host.starts_with('[') && host.ends_with(']');
  if (six) host = host.substr(1, host.size() - 2);
  void* const place = six ? address.ip.data() : address.ip.data() + 12;
  if (inet_pton(six ? AF_INET6 : AF_INET, host.c_str(), place) != 1) throw malformed();
  return address;
}

json refused(std::string_view stage, Errc reason) {
  return reject(stage, reason);
}

}  // namespace

class Peer {
 public:
  Peer(const PeerConfig& config, const ByteArray<32>& entropy)
      : auto_read_(config.auto_read), random_(entropy) {}

  // The refusal, or nothing; the node is started then.
  std::optional<json> begin(Instant now, const PeerConfig& config, const Fields& in) {
    auto node = Node::create(config.node, in.bytes("node_seed"), random_);
    if (!node) {
      const bool is_seed = node.error() == Errc::seed_too_short;
      return refused(is_seed ? "seed" : "config", node.error());
    }
    node_.emplace(std::move(*node));
    for (const Bytes& seed : in.bytes_list("shared_seeds")) {
      const auto hint = node_->add_shared_seed(seed);
      if (!hint) return refused("seed", hint.error());
      hints_.push_back(*hint);
    }
    static_cast<void>(node_->start(now));
    return std::nullopt;
  }

  void advance(Instant now) {
    if (now < now_) throw AdapterError("now: goes back");
    now_ = now;
  }

  void receive(const Fields& in) {
    const std::string from = in.text("from");
    Bytes bytes = in.bytes("bytes");
    node_->handle_datagram(now_, address(from), bytes);
  }
  void tick() { node_->handle_timeout(now_); }

  // The reply to a command, without what follows from it; nothing for one that is not known.
  std::optional<json> command(const Fields& in);

  json query() const {
    json sessions = json::array();
    for (const auto& [handle, peer] : sessions_) {
      const auto statistics = node_->statistics(handle);
      if (!statistics) continue;
      sessions.push_back({{"session", handle.value()},
                          {"session_id", to_hex(statistics->session_id.bytes)},
                          {"peer", to_hex(peer.bytes)},
                          {"send_epoch", decimal(statistics->send_epoch.value())},
                          {"receive_epoch", decimal(statistics->receive_epoch.value())},
                          {"streams_open", statistics->streams_open},
                          {"memory_bytes", statistics->memory_bytes}});
    }
    return {{"outcome", "accept"},
            {"sessions", sessions},
            {"half_open", node_->statistics().half_open}};
  }

  // Adds to `reply` what the node has to say now, and when it wants to be called again.
  void settle(json& reply) {
    effects_ = std::move(said_);
    said_ = json::array();
    tell_drops();
    // What is due at this very moment is done at once; a node that is never done shows in `timer`.
    constexpr int rounds_max = 16;
    for (int round = 0; round < rounds_max; ++round) {
      while (speak()) {
      }
      const auto due = node_->poll_timeout();
      if (!due || *due > now_) break;
      node_->handle_timeout(now_);
    }
    tell_drops();
    reply["effects"] = std::move(effects_);
    const auto due = node_->poll_timeout();
    reply["timer"] = due ? json(microseconds(std::max(*due, now_))) : json();
  }

 private:
  using Command = json (Peer::*)(const Fields& in);
  struct NamedCommand {
    std::string_view name;
    Command run;
  };
  static std::span<const NamedCommand> commands();

  json connect(const Fields& in);
  json open_stream(const Fields& in);
  json send(const Fields& in);
  json read(const Fields& in);
  json receive_message(const Fields& in);
  json datagram(const Fields& in);
  json stop(const Fields&) {
    node_->stop(now_);
    return done({});
  }
  json close_stream(const Fields& in) {
    return done(node_->close_stream(now_, session(in), stream(in)));
  }
  json reset_stream(const Fields& in) {
    return done(node_->reset_stream(now_, session(in), stream(in), in.u64("code")));
  }
  json stop_stream(const Fields& in) {
    return done(node_->stop_stream(now_, session(in), stream(in), in.u64("code")));
  }
  json priority(const Fields& in) {
    const auto value = static_cast<std::uint8_t>(in.number("value", 255));
    return done(node_->set_priority(session(in), stream(in), value));
  }
  json rotate(const Fields& in) { return done(node_->rotate_keys(now_, session(in))); }
  json ping(const Fields& in) { return done(node_->ping(now_, session(in))); }
  json error(const Fields& in) {
    return done(node_->send_error(now_, session(in), in.u64("code"), in.text("text")));
  }
  json close(const Fields& in) {
    return done(node_->close(now_, session(in), in.u64("code"), in.text("text")));
  }

  static json done(const Result<void>& result) {
    return result ? json{{"outcome", "accept"}} : refused("command", result.error());
  }
  static SessionHandle session(const Fields& in) {
    return SessionHandle(in.number("session", time_us_max));
  }
  static StreamId stream(const Fields& in) {
    return StreamId(static_cast<std::uint16_t>(in.number("stream", stream_id_max)));
  }
  static wire::FrameType type(const Fields& in) {
    if (!in.has("type")) return wire::FrameType::data;
    return static_cast<wire::FrameType>(in.number("type", 0xFF));
  }

  // Texts are compared as they are, so the node's address is turned back into the same text.
  const Address& address(const std::string& text) {
    const auto known = addresses_.find(text);
    if (known != addresses_.end()) return known->second;
    const Address& added = addresses_.emplace(text, read_address(text)).first->second;
    texts_.emplace(added, text);
    return added;
  }
  std::string text(const Address& address) const {
    const auto known = texts_.find(address);
    return known == texts_.end() ? to_string(address) : known->second;
  }

  // Whether there was an event or a datagram.
  bool speak() {
    bool spoke = false;
    while (const auto event = node_->poll_event()) {
      spoke = true;
      tell(*event);
    }
    while (const auto sent = node_->poll_transmit(now_, buffer_)) {
      spoke = true;
      effects_.push_back({{"effect", "transmit"},
                          {"to", text(sent->to)},
                          {"bytes", to_hex(ByteView(buffer_).first(sent->size))}});
    }
    return spoke;
  }

  void tell(const Event& event) {
    if (const auto* connected = std::get_if<Connected>(&event)) {
      sessions_.emplace(connected->session, connected->peer);
    } else if (const auto* closed = std::get_if<Closed>(&event)) {
      sessions_.erase(closed->session);
      drops_told_.erase(closed->session);
    } else if (const auto* readable = std::get_if<StreamReadable>(&event)) {
      if (auto_read_) {
        while (read_part(readable->session, readable->stream, buffer_, effects_)) {
        }
      } else {
        effects_.push_back(readable_effect(*readable));
      }
      return;
    }
    auto effect = *effect_of(event);
    if (effect.contains("address")) effect["address"] = told_address(event);
    effects_.push_back(std::move(effect));
  }

  std::string told_address(const Event& event) const {
    const auto* connected = std::get_if<Connected>(&event);
    return text(connected != nullptr ? connected->address
                                     : std::get<PeerAddressChanged>(event).address);
  }

  Result<void> read_part(SessionHandle session, StreamId stream, MutableByteView out,
                         json& effects) {
    const auto part = node_->read(now_, session, stream, out);
    if (!part) return fail(part.error());
    effects.push_back(data_effect(session, stream, *part, out.first(part->bytes)));
    return {};
  }

  // The drops counted since the last time.
  void tell_drops() {
    tell_drops(node_->statistics().drops, node_drops_told_);
    for (const auto& [handle, peer] : sessions_) {
      const auto statistics = node_->statistics(handle);
      if (statistics) tell_drops(statistics->drops, drops_told_[handle]);
    }
  }
  void tell_drops(const DropCounters& counted, DropCounters& told) {
    if (counted.total() == told.total()) return;
    for (const ErrorInfo& error : all_errors()) {
      for (auto i = told.count(error.code); i < counted.count(error.code); ++i) {
        effects_.push_back(drop_effect(error.code));
      }
    }
    told = counted;
  }

  bool auto_read_;
  sim::LabelledRandom random_;
  std::optional<Node> node_;
  std::vector<SeedHint> hints_;
  Instant now_{};
  std::map<std::string, Address> addresses_;
  std::map<Address, std::string> texts_;
  std::map<SessionHandle, NodeId> sessions_;  // from Connected to Closed
  DropCounters node_drops_told_;
  std::map<SessionHandle, DropCounters> drops_told_;
  json said_ = json::array();  // by the command itself
  json effects_ = json::array();
  Bytes buffer_ = Bytes(65'536);
};

std::span<const Peer::NamedCommand> Peer::commands() {
  static constexpr std::array list{
      NamedCommand{"connect", &Peer::connect},
      NamedCommand{"open_stream", &Peer::open_stream},
      NamedCommand{"send", &Peer::send},
      NamedCommand{"read", &Peer::read},
      NamedCommand{"receive", &Peer::receive_message},
      NamedCommand{"close_stream", &Peer::close_stream},
      NamedCommand{"reset_stream", &Peer::reset_stream},
      NamedCommand{"stop_stream", &Peer::stop_stream},
      NamedCommand{"priority", &Peer::priority},
      NamedCommand{"datagram", &Peer::datagram},
      NamedCommand{"rotate", &Peer::rotate},
      NamedCommand{"ping", &Peer::ping},
      NamedCommand{"error", &Peer::error},
      NamedCommand{"close", &Peer::close},
      NamedCommand{"stop", &Peer::stop},
  };
  return list;
}

std::optional<json> Peer::command(const Fields& in) {
  const std::string name = in.text("do");
  const auto known = std::ranges::find(commands(), name, &NamedCommand::name);
  if (known == commands().end()) return std::nullopt;
  return (this->*known->run)(in);
}

json Peer::connect(const Fields& in) {
  std::optional<NodeId> expected;
  if (in.has("expected")) expected = NodeId{in.array<32>("expected")};
  const std::uint64_t seed = in.number("seed", time_us_max);
  // A hint that no seed has: nodes name seeds by hints, and this one was never added.
  const SeedHint hint = seed < hints_.size() ? hints_[seed] : SeedHint{};
  const auto session = node_->connect(now_, {address(in.text("to")), hint, expected});
  if (!session) return refused("command", session.error());
  return {{"outcome", "accept"}, {"session", session->value()}};
}

json Peer::open_stream(const Fields& in) {
  const auto stream = node_->open_stream(now_, session(in));
  if (!stream) return refused("command", stream.error());
  return {{"outcome", "accept"}, {"stream", stream->value()}};
}

json Peer::send(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  const auto taken = node_->send(now_, session(in), stream(in), bytes, in.flag("end"), type(in));
  if (!taken) return refused("command", taken.error());
  return {{"outcome", "accept"}, {"taken", *taken}};
}

json Peer::read(const Fields& in) {
  Bytes out(in.number("max", read_bytes_max));
  return done(read_part(session(in), stream(in), out, said_));
}

json Peer::receive_message(const Fields& in) {
  const auto message = node_->receive(now_, session(in), stream(in));
  if (!message) return refused("command", message.error());
  said_.push_back(data_effect(session(in), stream(in), {message->bytes.size(), true, message->type},
                              message->bytes));
  return done({});
}

json Peer::datagram(const Fields& in) {
  return done(node_->send_datagram(now_, session(in), type(in), in.bytes("bytes")));
}

Peers::Peers() = default;
Peers::~Peers() = default;

void Peers::reset() {
  peers_.clear();
}

json Peers::make(const Fields& in) {
  const std::string name = in.text("peer");
  if (peers_.contains(name)) throw AdapterError("peer: \"" + name + "\" lives already");
  const auto config = read_peer_config(in.has("config") ? in.at("config") : json::object());
  if (!config) return unsupported;
  auto peer = std::make_unique<Peer>(*config, in.array<32>("entropy"));
  peer->advance(instant(in));
  if (auto refusal = peer->begin(instant(in), *config, in)) return *refusal;
  json reply = {{"outcome", "accept"}};
  peer->settle(reply);
  peers_.emplace(name, std::move(peer));
  return reply;
}

json Peers::request(std::string_view operation, const Fields& in) {
  if (operation == "peer.new") return make(in);
  const bool known = operation == "peer.receive" || operation == "peer.tick" ||
                     operation == "peer.app" || operation == "peer.query" ||
                     operation == "peer.drop";
  if (!known) return unsupported;
  const auto found = peers_.find(in.text("peer"));
  if (found == peers_.end()) throw AdapterError("peer: there is none of that name");
  if (operation == "peer.drop") {
    peers_.erase(found);
    return {{"outcome", "accept"}};
  }
  Peer& peer = *found->second;
  if (operation == "peer.query") return peer.query();
  peer.advance(instant(in));
  json reply = {{"outcome", "accept"}};
  if (operation == "peer.receive") {
    peer.receive(in);
  } else if (operation == "peer.tick") {
    peer.tick();
  } else if (auto answer = peer.command(in)) {
    reply = std::move(*answer);
  } else {
    return unsupported;
  }
  peer.settle(reply);
  return reply;
}

}  // namespace stt::conform

// Whole handshakes with injected randomness, and one side of a handshake against given frames.
#include <array>
#include <map>

#include <conformance/suite/reference/kinds.hpp>
#include <stt/handshake/handshakes.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// The labelled draws of a vector, each once and in the order given. A draw that is not there fails,
// and so does one of another size.
class InjectedRandom final : public Random {
 public:
  explicit InjectedRandom(const Fields& in) {
    const json& entropy = in.at("entropy");
    const Fields fields(entropy);
    for (const auto& [label, values] : entropy.items()) {
      draws_[label] = fields.bytes_list(label.c_str());
    }
  }

  Result<void> fill(std::string_view label, MutableByteView out) override {
    const auto found = draws_.find(label);
    if (found == draws_.end() || found->second.empty() ||
        found->second.front().size() != out.size()) {
      return fail(Errc::random_failed);
    }
    std::ranges::copy(found->second.front(), out.begin());
    found->second.erase(found->second.begin());
    return {};
  }

 private:
  std::map<std::string, std::vector<Bytes>, std::less<>> draws_;
};

struct NoSessions final : handshake::SessionIds {
  bool in_use(const SessionId&) const override { return false; }
};

constexpr Instant start_time = Instant{} + 1s;
const Address peer_address = Address::ipv4(192, 0, 2, 2, 9000);

// "udp", or a WebSocket connection by its number, "websocket 3".
Address carrier(const std::string& name) {
  if (name == "udp") return peer_address;
  constexpr std::string_view prefix = "websocket ";
  if (!name.starts_with(prefix) || name.size() != prefix.size() + 1) {
    throw AdapterError("carriers: udp, or websocket with a digit");
  }
  Address out{.transport = Transport::websocket};
  out.ip[0] = static_cast<std::byte>(name.back());
  return out;
}

// What each frame of a case came by: all by UDP, if it does not say.
std::vector<Address> carriers(const Fields& in, std::size_t frames) {
  std::vector<Address> all(frames, peer_address);
  if (!in.has("carriers")) return all;
  const json& names = in.at("carriers");
  if (!names.is_array() || names.size() != frames) throw AdapterError("carriers: one for a frame");
  for (std::size_t i = 0; i < frames; ++i) {
    if (!names[i].is_string()) throw AdapterError("carriers: texts are needed");
    all[i] = carrier(names[i]);
  }
  return all;
}

// One node as far as handshakes go.
class Side {
 public:
  Side(crypto::Identity identity, const Fields& in, const NodeId* refused = nullptr)
      : identity_(std::move(identity)),
        random_(in),
        handshakes_(config(refused), identity_, random_, no_sessions_) {}
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  handshake::Handshakes& handshakes() { return handshakes_; }

  Result<void> receive(ByteView bytes, const Address& from = peer_address) {
    const wire::ParseResult parsed = wire::parse_frame(bytes);
    if (const auto* error = std::get_if<Errc>(&parsed)) return fail(*error);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) return fail(Errc::frame_incomplete);
    if (frame->header.type != wire::FrameType::handshake &&
        frame->header.type != wire::FrameType::auth) {
      return fail(Errc::unknown_session);
    }
    return handshakes_.handle_frame(start_time, from, *frame);
  }

  // Everything that is due now.
  std::vector<std::string> sent() {
    std::vector<std::string> frames;
    ByteArray<wire::handshake_frame_bytes_max> buffer{};
    while (const auto transmit = handshakes_.poll_transmit(start_time, buffer)) {
      frames.push_back(to_hex(ByteView(buffer).first(transmit->size)));
    }
    return frames;
  }

  // What a handshake came to, if it succeeded.
  json established() {
    while (const auto outcome = handshakes_.poll_outcome()) {
      const auto* done = std::get_if<handshake::Established>(&*outcome);
      if (done == nullptr) continue;
      return {{"session_id", to_hex(done->session_id.bytes)},
              {"peer", to_hex(done->peer.bytes)},
              {"chain_i2r", to_hex(done->chain_i2r.view())},
              {"chain_r2i", to_hex(done->chain_r2i.view())},
              {"peer_parameters", encoded_hex(done->peer_parameters)}};
    }
    return nullptr;
  }

 private:
  static handshake::HandshakeConfig config(const NodeId* refused) {
    handshake::HandshakeConfig out;
    if (refused != nullptr) {
      out.accept_peer = [id = *refused](const NodeId& peer, const SeedHint&) { return peer != id; };
    }
    return out;
  }

  crypto::Identity identity_;
  InjectedRandom random_;
  NoSessions no_sessions_;
  handshake::Handshakes handshakes_;
};

// A node with its seeds, or the refusal of one of them.
struct Prepared {
  std::unique_ptr<Side> side;
  SeedHint hint;  // of the first shared seed
  std::optional<Errc> refused;
};

Prepared prepare(const Fields& in) {
  auto identity = crypto::Identity::from_seed(in.bytes("node_seed"));
  if (!identity) return {nullptr, {}, identity.error()};
  std::optional<NodeId> unwanted;
  if (in.has("refuses")) unwanted = NodeId{in.array<32>("refuses")};
  Prepared out{
      std::make_unique<Side>(std::move(*identity), in, unwanted ? &*unwanted : nullptr), {}, {}};
  bool first = true;
  for (const Bytes& seed : in.bytes_list("shared_seeds")) {
    const auto hint = out.side->handshakes().add_shared_seed(seed);
    if (!hint) {
      out.refused = hint.error();
      return out;
    }
    if (first) out.hint = *hint;
    first = false;
  }
  return out;
}

// Hands over the frames of the case. The answer is what was sent, or the first refusal.
json play(Side& side, const Fields& in) {
  std::vector<std::string> sent = side.sent();
  const std::vector<Bytes> frames = in.bytes_list("frames");
  const std::vector<Address> from = carriers(in, frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (const auto result = side.receive(frames[i], from[i]); !result) {
      return reject("frame " + std::to_string(i + 1), result.error());
    }
    for (std::string& reply : side.sent()) sent.push_back(std::move(reply));
  }
  return accept({{"sent", sent}, {"established", side.established()}});
}

json responder(const Fields& in) {
  const Prepared node = prepare(in);
  if (node.refused) return reject("seed", *node.refused);
  return play(*node.side, in);
}

json initiator(const Fields& in) {
  const Prepared node = prepare(in);
  if (node.refused) return reject("seed", *node.refused);
  std::optional<NodeId> expected;
  if (in.has("expected")) expected = NodeId{in.array<32>("expected")};
  const auto started = node.side->handshakes().start(start_time, peer_address, node.hint, expected);
  if (!started) return reject("start", started.error());
  return play(*node.side, in);
}

// Both sides, and the four frames between them.
json transcript(const Fields& in) {
  const Bytes shared = in.bytes("shared_seed");
  auto identity_i = crypto::Identity::from_seed(in.bytes("node_seed_i"));
  auto identity_r = crypto::Identity::from_seed(in.bytes("node_seed_r"));
  if (!identity_i) return reject("seed", identity_i.error());
  if (!identity_r) return reject("seed", identity_r.error());
  Side alice(std::move(*identity_i), in);
  Side bob(std::move(*identity_r), in);
  const auto hint = alice.handshakes().add_shared_seed(shared);
  if (!hint) return reject("seed", hint.error());
  if (const auto same = bob.handshakes().add_shared_seed(shared); !same) {
    return reject("seed", same.error());
  }
  if (const auto started = alice.handshakes().start(start_time, peer_address, *hint); !started) {
    return reject("hello", started.error());
  }
  json out;
  const std::array<const char*, 4> names{"hello", "response", "auth_proof", "final"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    Side& from = i % 2 == 0 ? alice : bob;
    Side& to = i % 2 == 0 ? bob : alice;
    const std::vector<std::string> sent = from.sent();
    if (sent.size() != 1) throw AdapterError(std::string(names[i]) + ": was not sent");
    out[names[i]] = sent[0];
    if (const auto result = to.receive(*from_hex(sent[0])); !result) {
      return reject(i + 1 < names.size() ? names[i + 1] : names[i], result.error());
    }
  }
  out["initiator"] = alice.established();
  out["responder"] = bob.established();
  return accept(out);
}

json responder_of_carriers(const Fields& in) {
  if (!in.has("carriers")) throw AdapterError("carriers: is missing");
  return responder(in);
}

constexpr std::array kinds{
    Kind{"handshake.transcript", transcript},
    Kind{"handshake.responder", responder},
    Kind{"handshake.initiator", initiator},
    Kind{"websocket.handshake", responder_of_carriers},
};

}  // namespace

std::span<const Kind> handshake_kinds() {
  return kinds;
}

}  // namespace stt::conform

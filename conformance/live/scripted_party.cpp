#include <conformance/live/scripted_party.hpp>

#include <algorithm>

#include <conformance/suite/peers/edits.hpp>
#include <conformance/suite/peers/end_of_case.hpp>
#include <stt/base/hex.hpp>

namespace stt::conform::live {
namespace {

using nlohmann::json;
using peers::EndOfCase;

constexpr Duration say_again_after = 500ms;

// The node id of the implementation is not known before it says so.
peers::Identities make_identities() {
  return {.ours = *crypto::Identity::from_seed(as_bytes("the scripted peer of the live group")),
          .other = *crypto::Identity::from_seed(as_bytes("a third node, which is never met there")),
          .theirs = {},
          .shared = peers::shared_seed(*from_hex(shared_seed_hex)),
          .other_shared =
              peers::shared_seed(as_bytes("a shared seed that the implementation has not"))};
}

std::uint64_t draw_number(Random& random) {
  ByteArray<8> bytes{};
  if (!random.fill("live.handshakes", bytes)) {
    throw EndOfCase(Verdict::not_exercised, "the system gives no randomness");
  }
  std::uint64_t number = 0;
  for (const std::byte byte : bytes) number = number << 8 | std::to_integer<std::uint64_t>(byte);
  return number;
}

// Enough of it to see what it is.
std::string shown(ByteView bytes) {
  constexpr std::size_t shown_max = 64;
  if (bytes.size() <= shown_max) return to_hex(bytes);
  return to_hex(bytes.first(shown_max)) + "... (" + std::to_string(bytes.size()) + " bytes)";
}

NodeId read_node_id(const json& hex) {
  NodeId id;
  std::ranges::copy(peers::read_hex(hex), id.bytes.begin());
  return id;
}

}  // namespace

ScriptedParty::ScriptedParty(Scene& scene)
    : scene_(scene),
      link_(open_link(scene)),
      identities_(make_identities()),
      handshakes_(draw_number(scene.random())) {}

Bytes ScriptedParty::hello(const json& options) {
  handshake_ = std::make_unique<peers::HandshakeScript>(identities_, nonces_, ++handshakes_);
  has_response_ = false;
  hello_ = handshake_->hello(options);
  return hello_;
}

void ScriptedParty::await(const std::function<bool()>& done, const std::function<void()>& say,
                          const char* missing) {
  Instant next = scene_.loop().now();
  const bool in_time = scene_.wait([&] {
    if (scene_.loop().now() >= next && !link_->has_ended()) {
      say();
      next = scene_.loop().now() + say_again_after;
    }
    listen();
    return done() || link_->has_ended();
  });
  if (done()) return;
  throw EndOfCase(Verdict::fail, in_time ? std::string("the connection ended before its ") + missing
                                         : std::string("no ") + missing);
}

void ScriptedParty::join() {
  if (!handshake_ || has_response_) hello();
  await([this] { return has_response_; }, [this] { link_->send(hello_); }, "RESPONSE");
  const Bytes proof = handshake_->auth_proof(json::object());
  await([this] { return session_ != nullptr; }, [&] { link_->send(proof); }, "FINAL");
  ping();
}

void ScriptedParty::ping() {
  std::vector<std::uint64_t> asked;
  const auto say = [&] {
    json words{{"frame", "ping"}};
    link_->send(seal(words));
    asked.push_back(peers::read_number(words.at("frame_sequence")));
  };
  const auto is_answered = [&] {
    return std::ranges::any_of(asked, [this](std::uint64_t one) { return pongs_of(one) > 0; });
  };
  await(is_answered, say, "PONG");
}

void ScriptedParty::close() {
  json words{{"frame", "close"}};
  link_->send(seal(words));
  closed_.push_back(session_->id());
  session_.reset();
  handshake_.reset();
}

void ScriptedParty::listen() {
  for (const Bytes& message : link_->receive()) take(message);
}

std::size_t ScriptedParty::pongs_of(std::uint64_t sequence) const {
  return static_cast<std::size_t>(std::ranges::count(pongs_, sequence));
}

void ScriptedParty::take(ByteView message) {
  ++messages_;
  for (ByteView left = message; !left.empty();) {
    const auto parsed = wire::parse_frame(left);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) {
      throw EndOfCase(Verdict::fail, "STT-FRAME-001: it sends what is no frame: " + shown(left));
    }
    take_frame(*frame);
    left = left.subspan(frame->whole.size());
  }
}

void ScriptedParty::take_frame(const wire::FrameView& frame) {
  using wire::FrameType;
  if (frame.header.type == FrameType::handshake || frame.header.type == FrameType::auth) {
    take_handshake(frame);
    return;
  }
  if (std::ranges::find(closed_, frame.header.session_id) != closed_.end()) {
    ++frames_after_close_;
    return;
  }
  const auto words = session_ ? session_->take(frame, messages_) : std::nullopt;
  if (!words) {
    throw EndOfCase(Verdict::fail,
                    "STT-FRAME-026: it sends a frame that does not open: " + shown(frame.whole));
  }
  if (words->at("sent") == "pong") pongs_.push_back(peers::read_number(words->at("sequence")));
}

void ScriptedParty::take_handshake(const wire::FrameView& frame) {
  if (session_) return;  // an answer to a copy; it changes nothing
  if (!handshake_) throw EndOfCase(Verdict::fail, "it answers a handshake that nobody has begun");
  if (frame.header.type == wire::FrameType::auth) {
    const auto final = handshake_->take_final(frame);
    if (!final || final->at("proven") != true || final->at("parameters_good") != true) {
      throw EndOfCase(Verdict::fail, "STT-HANDSHAKE-049: its FINAL proves nothing");
    }
    session_ = std::make_unique<peers::ScriptedSession>(*handshake_->session(), Role::initiator,
                                                        handshake_->parameters, nonces_);
    return;
  }
  const auto response = handshake_->take_response(frame);
  if (!response || response->at("challenge_is_ours") != true) {
    throw EndOfCase(Verdict::fail, "STT-HANDSHAKE-031: it answers what is no HELLO of ours: " +
                                       shown(frame.whole));
  }
  identities_.theirs = read_node_id(response->at("node_id"));
  has_response_ = true;
}

}  // namespace stt::conform::live

#include <array>
#include <optional>

#include <fuzz/fuzz.hpp>
#include <fuzz/input.hpp>
#include <fuzz/plain_random.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/handshake/sealed_message.hpp>
#include <stt/handshake/transcript.hpp>
#include <stt/node/node.hpp>
#include <stt/session/associated_data.hpp>

namespace stt::fuzz {
namespace {

constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";
constexpr Instant now{1s};

// Remembers the ephemeral secrets of its node, which nobody else ever learns.
class KnownRandom final : public Random {
 public:
  explicit KnownRandom(std::uint64_t seed) : random_(seed) {}
  Result<void> fill(std::string_view label, MutableByteView out) override {
    STT_TRY(random_.fill(label, out));
    if (label.ends_with(".ephemeral")) std::ranges::copy(out, scalar.mutable_view().begin());
    return {};
  }
  Secret<32> scalar;

 private:
  PlainRandom random_;
};

// What one side has seen of the handshake: both frames, and what it makes of them.
struct View {
  Bytes hello;
  Bytes response;
  wire::ResponseMessage answer;
  ByteArray<32> nonce_i{};
  NodeId node_id_i;
  ByteArray<32> ephemeral_i{};

  crypto::Digest h1(const handshake::PairKeys& pair) const {
    return handshake::extend(pair.h0.view(), hello);
  }
  SessionId session_id() const {
    return handshake::session_id_of({nonce_i, answer.nonce, node_id_i, answer.node_id});
  }
  Result<handshake::HandshakeKeys> keys(const handshake::PairKeys& pair, const Secret<32>& scalar,
                                        const ByteArray<32>& theirs) const {
    return handshake::derive_keys(pair, handshake::extend(h1(pair), response),
                                  crypto::EphemeralKey(scalar), theirs);
  }
};

// Changes some bytes of a payload, and its length at times.
void edit(Bytes& payload, Input& input, std::size_t bytes_max) {
  for (std::size_t edits = input.below(4); edits > 0; --edits) {
    const std::size_t place = payload.empty() ? 0 : input.below(payload.size());
    const auto at = payload.begin() + static_cast<std::ptrdiff_t>(place);
    switch (input.below(4)) {
      case 0: payload.insert(at, std::byte{input.byte()}); break;
      case 1: payload.resize(place); break;
      case 2:
        if (!payload.empty()) payload.erase(at);
        break;
      default:
        if (!payload.empty()) *at ^= std::byte{input.byte()};
        break;
    }
  }
  if (payload.size() > bytes_max) payload.resize(bytes_max);
}

// Somebody on the path who holds the shared seed and both ephemeral secrets, but no node seed.
class Interceptor {
 public:
  explicit Interceptor(Input& input)
      : input_(input),
        pair_(crypto::PairSecrets::from_seed(as_bytes(shared_seed))->psk),
        a_(*Node::create({}, as_bytes("alice has a node seed of 32 bytes"), a_random_)),
        b_(*Node::create({}, as_bytes("bob too has a node seed of 32 bytes"), b_random_)) {
    for (Node* node : {&a_, &b_}) {
      hint_ = *node->add_shared_seed(as_bytes(shared_seed));
      STT_FUZZ_PROMISE(node->start(now).has_value());
    }
    STT_FUZZ_PROMISE(a_.connect(now, {b_address_, hint_, std::nullopt}).has_value());
  }

  void run() {
    if (!pass_hello() || !pass_response()) return;
    if (!pass_auth(a_, b_, true) || !pass_auth(b_, a_, false)) return;
    // Left alone, it is a session; there is nothing in between.
    STT_FUZZ_PROMISE(is_changed_ || (is_connected(a_, b_) && is_connected(b_, a_)));
  }

 private:
  // The next frame that a node sends; none if it has nothing to say.
  std::optional<Bytes> take(Node& node) {
    const auto sent = node.poll_transmit(now, buffer_);
    if (!sent) return std::nullopt;
    return to_bytes(ByteView(buffer_).first(sent->size));
  }

  // The frame again, its payload changed by the input, under `seal_key`.
  std::optional<Bytes> changed(const Bytes& bytes, const crypto::Key& open_key,
                               const crypto::Key& seal_key, std::optional<SessionId> session) {
    const auto parsed = wire::parse_frame(bytes);
    const auto& frame = std::get<wire::FrameView>(parsed);
    handshake::OpenedMessage opened;
    STT_FUZZ_PROMISE(opened.open(open_key, frame).has_value());
    wire::FrameHeader header = frame.header;
    Bytes payload = to_bytes(opened.payload());
    edit(payload, input_, *wire::payload_bytes_max(header, wire::handshake_frame_bytes_max));
    is_changed_ = is_changed_ || !equal(payload, opened.payload());
    if (session) {
      header.session_id = *session;
      if (payload.size() > 8) std::ranges::copy(session->bytes, payload.begin() + 1);
    }
    Bytes out(wire::encoded_size(header, payload.size()));
    wire::Writer writer(out);
    const wire::FrameSlots slots = wire::lay_out_frame(writer, header, payload.size());
    std::ranges::copy(payload, slots.payload.begin());
    std::ranges::copy(frame.nonce, slots.nonce.begin());
    const session::AssociatedData associated(slots.header_bytes, slots.selector_bytes);
    crypto::Aead(seal_key).seal(crypto::Nonce(slots.nonce), associated.view(), slots.payload,
                                slots.tag);
    return out;
  }

  static void note_hello(View& view, const handshake::PairKeys& pair, const Bytes& bytes) {
    view.hello = bytes;
    const auto parsed = wire::parse_frame(bytes);
    handshake::OpenedMessage opened;
    if (!opened.open(pair.hello, std::get<wire::FrameView>(parsed))) return;
    const auto hello = wire::decode_hello(opened.payload());
    if (!hello) return;
    view.nonce_i = hello->nonce;
    view.node_id_i = hello->node_id;
    view.ephemeral_i = hello->ephemeral;
  }

  bool pass_hello() {
    const auto hello = take(a_);
    STT_FUZZ_PROMISE(hello.has_value());
    const auto given = changed(*hello, pair_.hello, pair_.hello, std::nullopt);
    note_hello(seen_by_a_, pair_, *hello);
    note_hello(seen_by_b_, pair_, *given);
    Bytes bytes = *given;
    b_.handle_datagram(now, a_address_, bytes);
    return true;
  }

  bool note_response(View& view, const Bytes& bytes) {
    view.response = bytes;
    const auto parsed = wire::parse_frame(bytes);
    handshake::OpenedMessage opened;
    const crypto::Key key = handshake::response_key(pair_, view.h1(pair_));
    STT_FUZZ_PROMISE(opened.open(key, std::get<wire::FrameView>(parsed)).has_value());
    const auto response = wire::decode_response(opened.payload());
    if (response) view.answer = *response;
    return response.has_value();
  }

  bool pass_response() {
    const auto response = take(b_);
    if (!response) {  // it did not like the HELLO
      STT_FUZZ_PROMISE(is_changed_);
      return false;
    }
    const auto given = changed(*response, handshake::response_key(pair_, seen_by_b_.h1(pair_)),
                               handshake::response_key(pair_, seen_by_a_.h1(pair_)), std::nullopt);
    STT_FUZZ_PROMISE(note_response(seen_by_b_, *response));
    const bool is_response = note_response(seen_by_a_, *given);
    Bytes bytes = *given;
    a_.handle_datagram(now, b_address_, bytes);
    transcripts_agree_ = equal(seen_by_a_.hello, seen_by_b_.hello) &&
                         equal(seen_by_a_.response, seen_by_b_.response);
    return is_response;
  }

  bool pass_auth(Node& from, Node& to, bool is_proof) {
    const auto sent = take(from);
    if (!sent) {
      STT_FUZZ_PROMISE(is_changed_);
      return false;
    }
    const auto a_keys = seen_by_a_.keys(pair_, a_random_.scalar, seen_by_a_.answer.ephemeral);
    const auto b_keys = seen_by_b_.keys(pair_, b_random_.scalar, seen_by_b_.ephemeral_i);
    if (!a_keys || !b_keys) return false;
    const auto& opens = is_proof ? a_keys->auth_i2r : b_keys->auth_r2i;
    const auto& seals = is_proof ? b_keys->auth_i2r : a_keys->auth_r2i;
    const View& view = is_proof ? seen_by_b_ : seen_by_a_;
    const auto parsed = wire::parse_frame(*sent);
    if (std::get<wire::FrameView>(parsed).header.type != wire::FrameType::auth) return false;
    if (view.session_id().is_zero()) return false;
    auto given = changed(*sent, opens, seals, view.session_id());
    to.handle_datagram(now, is_proof ? a_address_ : b_address_, *given);
    return is_connected(to, from);
  }

  // Who is connected is connected with whom it takes its peer for, and both saw one handshake.
  bool is_connected(Node& node, Node& peer) {
    bool connected = &node == &a_ ? a_connected_ : b_connected_;
    while (const auto event = node.poll_event()) {
      const auto* established = std::get_if<Connected>(&*event);
      if (established == nullptr) continue;
      STT_FUZZ_PROMISE(established->peer == peer.id());
      STT_FUZZ_PROMISE(transcripts_agree_);
      connected = true;
    }
    (&node == &a_ ? a_connected_ : b_connected_) = connected;
    return connected;
  }

  Input& input_;
  handshake::PairKeys pair_;
  KnownRandom a_random_{1};
  KnownRandom b_random_{2};
  Node a_;
  Node b_;
  SeedHint hint_;
  const Address a_address_ = Address::ipv4(192, 0, 2, 1, 1);
  const Address b_address_ = Address::ipv4(192, 0, 2, 2, 2);
  View seen_by_a_;
  View seen_by_b_;
  bool is_changed_ = false;
  bool transcripts_agree_ = false;
  bool a_connected_ = false;
  bool b_connected_ = false;
  Bytes buffer_ = Bytes(2'048);
};

}  // namespace

// The four messages of a handshake are opened on their way, changed as the input says, and sealed
// again with the keys of whoever gets them. Nobody is connected over a changed HELLO or RESPONSE,
// or with anybody but who signed.
void run(ByteView bytes) {
  Input input(bytes);
  Interceptor(input).run();
}

}  // namespace stt::fuzz

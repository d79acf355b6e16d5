#include <simulator/checkers/key_ring.hpp>

#include <algorithm>
#include <ranges>

#include <simulator/hosts/labelled_random.hpp>
#include <simulator/hosts/seeded_random.hpp>
#include <stt/handshake/sealed_message.hpp>
#include <stt/session/associated_data.hpp>

namespace stt::sim {
namespace {

// A node may draw a key for a handshake that comes to nothing; not for very many.
constexpr int ephemerals_ahead_max = 64;

}  // namespace

KeyedDirection::KeyedDirection(crypto::Key chain_0)
    : chain_(std::move(chain_0)), aead_(chain_.advance()) {}

std::optional<ByteView> KeyedDirection::open(const wire::FrameView& frame) {
  if (frame.epoch() == epoch_.next()) {
    aead_ = crypto::Aead(chain_.advance());
    epoch_ = epoch_.next();
  }
  if (frame.epoch() != epoch_) return std::nullopt;
  buffer_.assign(frame.ciphertext.begin(), frame.ciphertext.end());
  const session::AssociatedData associated(frame.header_bytes, frame.selector_bytes);
  const auto opened = aead_.open(crypto::Nonce(frame.nonce), associated.view(), buffer_, frame.tag);
  if (!opened) return std::nullopt;
  return ByteView(buffer_);
}

void KeyRing::add_host(const KeyHolder& host) {
  auto& pair = pairs_[host.seed_name];
  if (!pair) {
    auto secrets = crypto::PairSecrets::from_seed(shared_seed(seed_, host.seed_name));
    STT_ASSERT(secrets.has_value());
    pair = std::make_unique<handshake::PairKeys>(std::move(secrets->psk));
    secrets_.push_back(to_bytes(pair->psk.view()));
    secrets_.push_back(to_bytes(pair->h0.view()));
  }
  Owner& owner = owners_[host.host];
  owner.index = host.index;
  owner.is_foreign = host.is_foreign;
  owner.pair = pair.get();
  add_life(host.host);
}

void KeyRing::add_life(EntityId host) {
  Owner& owner = owners_.at(host);
  const std::uint64_t life = life_number(owner.index, owner.lives++);
  for (const char* label : {"hello.ephemeral", "response.ephemeral"}) {
    std::unique_ptr<Random> random;
    if (owner.is_foreign) {
      random = std::make_unique<LabelledRandom>(foreign_entropy(seed_, life));
    } else {
      random = std::make_unique<SeededRandom>(seed_, life);
    }
    owner.ephemerals.push_back({label, std::move(random), {}});
  }
}

bool KeyRing::handle_handshake(EntityId sender, const wire::FrameView& frame) {
  const auto [seen, is_new] = seen_.try_emplace(crypto::hash({frame.whole}));
  if (!is_new) return true;
  const auto owner = owners_.find(sender);
  if (owner == owners_.end()) return false;
  seen->second = take_hello(sender, owner->second, frame);
  if (!seen->second) seen->second = take_response(sender, frame);
  return seen->second.has_value();
}

const crypto::Key* KeyRing::key_of(const wire::FrameView& frame) const {
  const auto found = seen_.find(crypto::hash({frame.whole}));
  return found == seen_.end() || !found->second ? nullptr : &*found->second;
}

std::optional<crypto::Key> KeyRing::take_hello(EntityId sender, const Owner& owner,
                                               const wire::FrameView& frame) {
  handshake::OpenedMessage opened;
  if (!opened.open(owner.pair->hello, frame)) return std::nullopt;
  const Result<wire::Hello> hello = wire::decode_hello(opened.payload());
  if (!hello) return std::nullopt;
  greetings_.push_back({sender, owner.pair, handshake::extend(owner.pair->h0.view(), frame.whole),
                        hello->nonce, hello->node_id, hello->ephemeral});
  return owner.pair->hello;
}

std::optional<crypto::Key> KeyRing::take_response(EntityId sender, const wire::FrameView& frame) {
  handshake::OpenedMessage opened;
  const auto newest_first = std::views::reverse(greetings_);
  const auto greeting = std::ranges::find_if(newest_first, [&](const Greeting& each) {
    return opened.open(handshake::response_key(*each.pair, each.h1), frame).has_value();
  });
  if (greeting == newest_first.end()) return std::nullopt;
  const Result<wire::ResponseMessage> response = wire::decode_response(opened.payload());
  if (!response || response->challenge != greeting->nonce) return std::nullopt;
  const Secret<32>* scalar = scalar_of(owners_.at(greeting->sender), greeting->ephemeral);
  if (scalar == nullptr) return std::nullopt;
  const crypto::Digest h2 = handshake::extend(greeting->h1, frame.whole);
  auto keys = handshake::derive_keys(*greeting->pair, h2, crypto::EphemeralKey(*scalar),
                                     response->ephemeral);
  if (!keys) return std::nullopt;
  const SessionId id = handshake::session_id_of(
      {greeting->nonce, response->nonce, greeting->node_id, response->node_id});
  for (const crypto::Key* key :
       {&keys->auth_i2r, &keys->auth_r2i, &keys->chain_i2r, &keys->chain_r2i}) {
    secrets_.push_back(to_bytes(key->view()));
  }
  secrets_.push_back(to_bytes(scalar->view()));
  KeyedDirection i2r(keys->chain_i2r);
  KeyedDirection r2i(keys->chain_r2i);
  sessions_[id] = std::make_unique<KeyedSession>(
      KeyedSession{id, greeting->node_id, response->node_id, greeting->sender, sender,
                   std::move(*keys), std::move(i2r), std::move(r2i)});
  return handshake::response_key(*greeting->pair, greeting->h1);
}

const Secret<32>* KeyRing::scalar_of(Owner& owner, const ByteArray<32>& public_key) {
  for (Ephemerals& each : owner.ephemerals) {
    for (int i = 0; i < ephemerals_ahead_max && !each.known.contains(public_key); ++i) {
      Secret<32> scalar;
      STT_ASSERT(each.random->fill(each.label, scalar.mutable_view()).has_value());
      const ByteArray<32> drawn = crypto::EphemeralKey(scalar).public_key();
      each.known.emplace(drawn, scalar);
    }
    const auto found = each.known.find(public_key);
    if (found != each.known.end()) return &found->second;
  }
  return nullptr;
}

KeyedSession* KeyRing::find(const SessionId& id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

}  // namespace stt::sim

// Stand-ins for Ed25519 and X25519, which are most of what a short world costs. They PROTECT
// NOTHING: whoever knows a node id can sign for it. What a simulation needs is kept: a signature
// holds for one identity, label and digest; both sides of a key exchange get the same secret, which
// depends on every byte of both public keys; a public key that is all zeros is refused.
//
// What is derived from seeds is derived as ever: kdf.cpp and seed_schedule.cpp are the real ones.
#include <stt/crypto/identity.hpp>

#include <simulator/campaign_cipher/mixing.hpp>

namespace stt::crypto {
namespace {

using namespace campaign;

// 32 bytes that follow from a number.
ByteArray<32> spread(std::uint64_t number) {
  std::array<std::uint64_t, 4> words{};
  for (std::uint64_t& each : words) each = fold(number += odd_a, odd_b);
  return std::bit_cast<ByteArray<32>>(words);
}

// Diffie and Hellman's exchange among the numbers below a small prime, 2^61 - 1.
constexpr std::uint64_t prime = (std::uint64_t{1} << 61) - 1;
constexpr std::uint64_t generator = 37;

std::uint64_t power(std::uint64_t base, std::uint64_t exponent) {
  const auto times = [](std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>(Wide{a} * b % prime);
  };
  std::uint64_t result = 1;
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = times(result, base);
    base = times(base, base);
  }
  return result;
}

std::uint64_t exponent_of(const Secret<32>& scalar) {
  return absorb(odd_a, scalar.view()) % (prime - 1);
}

// A public key: the power, and behind it what follows from the power.
ByteArray<32> encode(std::uint64_t value) {
  ByteArray<32> key = spread(value);
  std::memcpy(key.data(), &value, sizeof value);
  return key;
}

ByteArray<64> signature_of(const ByteArray<32>& node_id, std::string_view label,
                           const Digest& digest) {
  const std::uint64_t signer = absorb(odd_b, node_id);
  const std::uint64_t state = absorb(absorb(signer, as_bytes(label)), digest);
  const std::array halves{spread(state), spread(state ^ signer)};
  return std::bit_cast<ByteArray<64>>(halves);
}

}  // namespace

Result<Identity> Identity::from_seed(ByteView node_seed) {
  STT_TRY_ASSIGN(master, master_of(node_seed));
  const Key signing_seed = kdf(master, "identity");
  Identity identity;
  identity.node_id_ = spread(absorb(odd_a, signing_seed.view()));
  identity.storage_key_ = kdf(master, "storage");
  return identity;
}

ByteArray<64> Identity::sign(std::string_view label, const Digest& digest) const {
  return signature_of(node_id_, label, digest);
}

Result<void> verify(const ByteArray<32>& node_id, std::string_view label, const Digest& digest,
                    const ByteArray<64>& signature) {
  if (signature != signature_of(node_id, label, digest)) return fail(Errc::signature_invalid);
  return {};
}

EphemeralKey::EphemeralKey(const Secret<32>& scalar)
    : scalar_(scalar), public_key_(encode(power(generator, exponent_of(scalar)))) {}

Result<Secret<32>> EphemeralKey::agree(const ByteArray<32>& peer) const {
  const std::uint64_t value = word(peer.data());
  if (value % prime == 0) return fail(Errc::key_exchange_failed);
  // Nothing for a key that was made by encode(); else it depends on every byte.
  const std::uint64_t odd_one = absorb(odd_a, peer) ^ absorb(odd_a, encode(value));
  return Secret<32>(spread(power(value % prime, exponent_of(scalar_)) ^ odd_one));
}

}  // namespace stt::crypto

// Whole handshakes, both sides in one thread, against the bare public-key operations that four
// messages cannot do without: the rest is hashing, sealing and bookkeeping.
#include <benchmark/benchmark.h>
#include <sodium.h>

#include <stt/base/assert.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/handshake/handshakes.hpp>

namespace {

using namespace stt;

struct NoSessions final : handshake::SessionIds {
  bool in_use(const SessionId&) const override { return false; }
};

struct Peer {
  explicit Peer(std::byte seed, Address own)
      : identity(*crypto::Identity::from_seed(Bytes(32, seed))),
        address(own),
        handshakes({}, identity, random, sessions) {
    hint = *handshakes.add_shared_seed(Bytes(32, std::byte{0x5A}));
  }

  crypto::Identity identity;
  crypto::SystemRandom random;
  NoSessions sessions;
  Address address;
  handshake::Handshakes handshakes;
  SeedHint hint;
};

// Hands over the one frame that is due.
void deliver(Peer& from, Peer& to) {
  ByteArray<wire::handshake_frame_bytes_max> buffer;
  const auto sent = from.handshakes.poll_transmit(Instant{}, buffer);
  STT_ASSERT(sent.has_value());
  const auto parsed = wire::parse_frame(ByteView(buffer).first(sent->size));
  STT_ASSERT(
      to.handshakes.handle_frame(Instant{}, from.address, std::get<wire::FrameView>(parsed)));
}

void handshake_ours(benchmark::State& state) {
  Peer alice(std::byte{1}, Address::ipv4(192, 0, 2, 1, 9000));
  Peer bob(std::byte{2}, Address::ipv4(192, 0, 2, 2, 9000));
  for (auto _ : state) {
    STT_ASSERT(alice.handshakes.start(Instant{}, bob.address, alice.hint));
    deliver(alice, bob);
    deliver(bob, alice);
    deliver(alice, bob);
    deliver(bob, alice);
    STT_ASSERT(alice.handshakes.poll_outcome().has_value());
    const auto outcome = bob.handshakes.poll_outcome();
    bob.handshakes.session_frame_opened(std::get<handshake::Established>(*outcome).session_id);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(handshake_ours)->Name("handshake/ours");

// Each side: a fresh X25519 pair, one agreement, one signature, one verification.
void handshake_yardstick(benchmark::State& state) {
  unsigned char public_key[32];
  unsigned char secret_key[64];
  unsigned char message[47] = {};
  unsigned char signature[64];
  unsigned char scalar[32];
  unsigned char point[32];
  unsigned char shared[32];
  crypto_sign_keypair(public_key, secret_key);
  for (auto _ : state) {
    for (int side = 0; side < 2; ++side) {
      randombytes_buf(scalar, sizeof scalar);
      crypto_scalarmult_base(point, scalar);
      STT_ASSERT(crypto_scalarmult(shared, scalar, point) == 0);
      crypto_sign_detached(signature, nullptr, message, sizeof message, secret_key);
      STT_ASSERT(crypto_sign_verify_detached(signature, message, sizeof message, public_key) == 0);
    }
    benchmark::DoNotOptimize(shared);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(handshake_yardstick)->Name("handshake/yardstick");

}  // namespace

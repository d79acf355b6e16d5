// What is derived from seeds by hashing alone. Apart from identity.cpp, so that a simulation that
// puts other curves in its place keeps this.
#include <stt/crypto/identity.hpp>

namespace stt::crypto {

//= STT-IDENTITY-001
Result<Key> master_of(ByteView seed) {
  //= STT-IDENTITY-002
  if (seed.size() < seed_bytes_min) return fail(Errc::seed_too_short);
  return hash_secret({as_bytes("STT-1 seed"), seed});
}

Result<PairSecrets> PairSecrets::from_seed(ByteView shared_seed) {
  STT_TRY_ASSIGN(master, master_of(shared_seed));
  //= STT-IDENTITY-007
  PairSecrets secrets{kdf(master, "psk"), {}};
  //= STT-IDENTITY-008
  const Key hint = kdf(master, "hint");
  std::ranges::copy(hint.view().first<8>(), secrets.hint.begin());
  return secrets;
}

}  // namespace stt::crypto

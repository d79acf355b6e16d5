// Buckets of bytes that are known by the hash of what is in them.
//
// Primitive 3: storage keeps no names, no types and no folders. The same bytes have the same
// address and are kept once; everything is sealed before it is kept, and verified when it comes
// back.
#include <docs/examples/expect.hpp>

#include <stt/crypto/identity.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/primitives/storage_memory.hpp>

int main() {
  using namespace stt;
  using example::expect;

  // The key of a node's storage comes from its node seed.
  crypto::SystemRandom random;
  const auto identity = crypto::Identity::from_seed(as_bytes("a node seed of at least 32 bytes"));
  expect(identity.has_value());
  constexpr std::uint64_t capacity_bytes = 1'000'000;
  primitives::MemoryStorage storage(identity->storage_key(), capacity_bytes, random);

  // An image, a document, a log: it makes no difference.
  const auto address = storage.store(as_bytes("any bytes at all"));
  expect(address.has_value());
  const auto retrieved = storage.retrieve(*address);
  expect(retrieved && equal(*retrieved, as_bytes("any bytes at all")));

  // The same bytes again: the same address, and no further space.
  const auto before = storage.totals();
  expect(storage.store(as_bytes("any bytes at all")) == address);
  expect(storage.totals() == before);

  // An address that nobody stored is an error, not an empty answer.
  const auto unknown = storage.retrieve(primitives::address_of(as_bytes("never stored")));
  expect(!unknown && unknown.error() == Errc::object_not_found);
}

#include <stt/primitives/storage.hpp>

#include <stt/crypto/sha3.hpp>

namespace stt::primitives {

ObjectAddress address_of(ByteView object) {
  return {crypto::sha3_256(object)};
}

Result<ObjectAddress> BinaryStorage::store(ByteView object) {
  STT_TRY_ASSIGN(addresses, store_all(std::span(&object, 1)));
  return addresses.front();
}

}  // namespace stt::primitives

#include <stt/session/key_chain.hpp>

namespace stt::session {

crypto::Key KeyChain::advance() {
  //= STT-ROTATION-002
  crypto::Key key = crypto::kdf(chain_, "key");
  //= STT-ROTATION-006
  chain_ = crypto::kdf(chain_, "rotate");
  return key;
}

}  // namespace stt::session

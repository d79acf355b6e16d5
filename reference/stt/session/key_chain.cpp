#include <stt/session/key_chain.hpp>

namespace stt::session {

crypto::Key KeyChain::advance() {
  crypto::Key key = crypto::kdf(chain_, "key");
  chain_ = crypto::kdf(chain_, "rotate");
  return key;
}

}  // namespace stt::session

#include <stt/recovery/sent_frame.hpp>

namespace stt::recovery {

void Outcome::clear() {
  acked.clear();
  lost.clear();
  late_acked.clear();
  probe.clear();
}

}  // namespace stt::recovery

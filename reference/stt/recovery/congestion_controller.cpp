#include <stt/recovery/congestion_controller.hpp>

#include <stt/recovery/bbr.hpp>
#include <stt/recovery/cubic.hpp>
#include <stt/recovery/new_reno.hpp>

namespace stt::recovery {

std::unique_ptr<CongestionController> make_controller(CongestionControl kind,
                                                      std::uint64_t datagram_bytes) {
  switch (kind) {
    case CongestionControl::new_reno: return std::make_unique<NewReno>(datagram_bytes);
    case CongestionControl::bbr: return std::make_unique<Bbr>(datagram_bytes);
    case CongestionControl::cubic: break;
  }
  return std::make_unique<Cubic>(datagram_bytes);
}

}  // namespace stt::recovery

// What one case plays in: real time, the implementation under test, and perhaps a relay in between.
#pragma once

#include <functional>
#include <optional>

#include <conformance/live/relay.hpp>
#include <conformance/live/target.hpp>
#include <stt/adapters/asio/event_loop.hpp>
#include <stt/crypto/system_random.hpp>

namespace stt::conform::live {

struct SceneOptions {
  Target target;
  bool echoes = false;      // the implementation sends back what it gets on streams
  Duration patience = 30s;  // for whatever is waited for: only an upper limit
  std::uint64_t seed = 1;   // of all that is drawn
};

class Scene {
 public:
  explicit Scene(const SceneOptions& options) : options_(options) {}

  const SceneOptions& options() const { return options_; }
  bool is_udp() const { return options_.target.udp.has_value(); }
  adapters::EventLoop& loop() { return loop_; }
  Random& random() { return random_; }

  // From now on all datagrams to udp_address() go through a relay that treats them badly. Throws
  // EndOfCase if the system gives no socket.
  void impair(const Impairment& impairment);
  const Relay& relay() const { return *relay_; }
  // Where datagrams for the implementation go.
  const Address& udp_address() const { return relay_ ? relay_->address() : *options_.target.udp; }

  // Lets time pass until `done`, which is asked often; false if patience ends before.
  bool wait(const std::function<bool()>& done);

 private:
  const SceneOptions& options_;
  adapters::EventLoop loop_;
  crypto::SystemRandom random_;
  std::optional<Relay> relay_;
};

}  // namespace stt::conform::live

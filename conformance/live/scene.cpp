#include <conformance/live/scene.hpp>

#include <conformance/suite/peers/end_of_case.hpp>

namespace stt::conform::live {

namespace {
constexpr Duration look_after = 1ms;
}  // namespace

void Scene::impair(const Impairment& impairment) {
  auto relay = Relay::open(*options_.target.udp, impairment, options_.seed);
  if (!relay) {
    throw peers::EndOfCase(Verdict::not_exercised, "the system gives no sockets for the relay");
  }
  relay_.emplace(std::move(*relay));
}

bool Scene::wait(const std::function<bool()>& done) {
  const Instant end = loop_.now() + options_.patience;
  while (!done()) {
    if (loop_.now() >= end) return false;
    loop_.run_for(look_after);
    if (relay_) relay_->move(loop_.now());
  }
  return true;
}

}  // namespace stt::conform::live

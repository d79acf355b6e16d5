// The cases of the live group.
#pragma once

#include <span>

#include <conformance/live/scene.hpp>
#include <conformance/suite/case.hpp>

namespace stt::conform::live {

enum class Over : std::uint8_t { both, udp };

struct LiveCase {
  const char* id;
  const char* why;
  std::vector<std::string> requirements;
  Over over = Over::both;
  // Throws EndOfCase unless the implementation does all that it should.
  void (*play)(Scene& scene) = nullptr;
};

// All of them, by id.
std::span<const LiveCase> live_cases();
// Those that scripts play.
std::vector<LiveCase> scripted_cases();

// All cases of this group need a session: this one shows whether there is one.
inline constexpr const char* handshake_case = "live/handshake";

// The same as cases of a suite: those that are played over UDP, or over a WebSocket.
Suite live_suite(bool over_udp);

}  // namespace stt::conform::live

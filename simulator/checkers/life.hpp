// What a node tells its application about sessions and streams moves along tables: nothing before
// its beginning, nothing after its end, nothing twice. And both sides of a session tell the same
// story about who they are.
#pragma once

#include <array>
#include <map>
#include <optional>

#include <simulator/checkers/eavesdropper.hpp>
#include <simulator/hosts/host_watcher.hpp>

namespace stt::sim {

// The life of a session, as one application sees it.
enum class SessionLife : std::uint8_t { none, connected, over };
enum class SessionWord : std::uint8_t { connected, failed, talk, closed };

// The life of a stream. `half`: the peer's direction is over. `ended` is for ever.
enum class StreamLife : std::uint8_t { none, open, half, ended };
enum class StreamWord : std::uint8_t { opened, readable, writable, finished, reset, closed };

std::optional<SessionLife> next(SessionLife life, SessionWord word);
std::optional<StreamLife> next(StreamLife life, StreamWord word);

// For one host, through all lives of it.
class LifeChecker final : public HostWatcher {
 public:
  // Both outlive it. Without an eavesdropper it cannot know who a session's two sides are.
  LifeChecker(Violations& violations, Eavesdropper* eavesdropper)
      : violations_(violations), eavesdropper_(eavesdropper) {}

  void on_event(const Host& host, const stt::Event& event) override;
  void on_crash(const Host& host) override;

 private:
  struct Listener;
  struct Streams {
    SessionLife life = SessionLife::none;
    std::map<StreamId, StreamLife> streams;
  };
  using Sessions = std::map<SessionHandle, Streams>;

  void step(const Host& host, SessionHandle session, SessionWord word);
  void step(const Host& host, SessionHandle session, StreamId stream, StreamWord word);
  void agree(const Host& host, const Connected& event);
  void violate(const Host& host, const std::string& what);

  Violations& violations_;
  Eavesdropper* eavesdropper_;
  std::map<HostIndex, Sessions> hosts_;
};

}  // namespace stt::sim

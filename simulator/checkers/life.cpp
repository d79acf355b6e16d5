#include <simulator/checkers/life.hpp>

#include <algorithm>

namespace stt::sim {
namespace {

template <class Life, class Word>
struct Step {
  Life from;
  Word word;
  Life to;
};

using S = SessionLife;
using SW = SessionWord;
constexpr std::array session_steps{
    Step{S::none, SW::connected, S::connected},
    Step{S::none, SW::failed, S::over},
    Step{S::connected, SW::talk, S::connected},
    Step{S::connected, SW::closed, S::over},
    // What arrived whole can be read after the session has ended.
    Step{S::over, SW::talk, S::over},
};

using T = StreamLife;
using TW = StreamWord;
constexpr std::array stream_steps{
    Step{T::none, TW::opened, T::open},   Step{T::none, TW::readable, T::open},
    Step{T::none, TW::writable, T::open}, Step{T::none, TW::finished, T::half},
    Step{T::none, TW::reset, T::half},    Step{T::none, TW::closed, T::ended},
    Step{T::open, TW::readable, T::open}, Step{T::open, TW::writable, T::open},
    Step{T::open, TW::finished, T::half}, Step{T::open, TW::reset, T::half},
    Step{T::open, TW::closed, T::ended},  Step{T::half, TW::writable, T::half},
    Step{T::half, TW::closed, T::ended},
};

template <class Life, class Word, std::size_t N>
std::optional<Life> find_next(const std::array<Step<Life, Word>, N>& steps, Life life, Word word) {
  const auto found = std::ranges::find_if(
      steps, [&](const auto& step) { return step.from == life && step.word == word; });
  if (found == steps.end()) return std::nullopt;
  return found->to;
}

}  // namespace

std::optional<SessionLife> next(SessionLife life, SessionWord word) {
  return find_next(session_steps, life, word);
}
std::optional<StreamLife> next(StreamLife life, StreamWord word) {
  return find_next(stream_steps, life, word);
}

// One overload per event; the compiler says when one is missing.
struct LifeChecker::Listener {
  LifeChecker& self;
  const Host& host;
  void operator()(const Connected& each) const {
    self.step(host, each.session, SW::connected);
    self.agree(host, each);
  }
  void operator()(const ConnectFailed& each) const { self.step(host, each.session, SW::failed); }
  void operator()(const Closed& each) const { self.step(host, each.session, SW::closed); }
  void operator()(const StreamOpened& each) const { stream(each, TW::opened); }
  void operator()(const StreamReadable& each) const { stream(each, TW::readable); }
  void operator()(const StreamWritable& each) const { stream(each, TW::writable); }
  void operator()(const StreamFinished& each) const { stream(each, TW::finished); }
  void operator()(const StreamReset& each) const { stream(each, TW::reset); }
  void operator()(const StreamClosed& each) const { stream(each, TW::closed); }
  void operator()(const DatagramReceived& each) const { talk(each.session); }
  void operator()(const PeerAddressChanged& each) const { talk(each.session); }
  void operator()(const PeerError& each) const { talk(each.session); }
  void operator()(const Stopped&) const {}

  void talk(SessionHandle session) const { self.step(host, session, SW::talk); }
  void stream(const auto& each, StreamWord word) const {
    talk(each.session);
    self.step(host, each.session, each.stream, word);
  }
};

void LifeChecker::on_event(const Host& host, const stt::Event& event) {
  std::visit(Listener{*this, host}, event);
}

void LifeChecker::on_crash(const Host& host) {
  hosts_.erase(host.index());
}

void LifeChecker::step(const Host& host, SessionHandle session, SessionWord word) {
  SessionLife& life = hosts_[host.index()][session].life;
  const std::optional<SessionLife> to = next(life, word);
  if (!to) return violate(host, "an event of a session out of turn");
  life = *to;
}

void LifeChecker::step(const Host& host, SessionHandle session, StreamId stream, StreamWord word) {
  StreamLife& life = hosts_[host.index()][session].streams[stream];
  const std::optional<StreamLife> to = next(life, word);
  if (!to) return violate(host, "an event of a stream out of turn");
  life = *to;
}

void LifeChecker::agree(const Host& host, const Connected& event) {
  if (eavesdropper_ == nullptr) return;
  const KeyedSession* session = eavesdropper_->find(event.session_id);
  if (session == nullptr) return violate(host, "a session that no handshake on the wire has made");
  const bool is_initiator = event.role == Role::initiator;
  const bool is_its_place = host.id() == (is_initiator ? session->initiator : session->responder);
  if (!is_its_place) return violate(host, "a session in another role than it took");
  if (event.peer != (is_initiator ? session->responder_id : session->initiator_id)) {
    violate(host, "a session with another peer than the handshake names");
  }
}

void LifeChecker::violate(const Host& host, const std::string& what) {
  violations_.add(host.world_now(), "host " + std::to_string(host.index()) + ": " + what);
}

}  // namespace stt::sim

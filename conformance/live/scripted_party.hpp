// A peer that says exactly what a case wants, true or not, over a real link: the scripts of the
// peer cases, in real time. Whatever comes back has to be something that an honest node would say.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <conformance/live/link.hpp>
#include <conformance/suite/peers/scripted_session.hpp>

namespace stt::conform::live {

class ScriptedParty {
 public:
  // Throws EndOfCase, as all of this does, where the implementation does not do what it should.
  // `scene` outlives it.
  explicit ScriptedParty(Scene& scene);

  Link& link() { return *link_; }

  // The HELLO of a handshake that begins now; nothing is sent. `options` as in vectors/README.md.
  Bytes hello(const nlohmann::json& options = nlohmann::json::object());
  // A whole handshake, with the HELLO of before if there is one that was not answered yet.
  void join();
  // A whole frame of the session, as `words` have it; they get its "frame_sequence".
  Bytes seal(nlohmann::json& words) { return session_->seal(words); }
  // Sends a PING, again after a while, until one is answered by its PONG.
  void ping();
  // The epoch that ping() and seal() are under.
  void use_epoch(std::uint64_t epoch) { session_->epoch = epoch; }
  // Sends CLOSE: from now on the implementation has nothing to say in this session.
  void close();

  // Takes what has come.
  void listen();
  // How often the PING of this sequence was answered.
  std::size_t pongs_of(std::uint64_t sequence) const;
  // Frames of a session that we have closed, since then.
  std::size_t frames_after_close() const { return frames_after_close_; }

 private:
  void take(ByteView message);
  void take_frame(const wire::FrameView& frame);
  void take_handshake(const wire::FrameView& frame);
  void await(const std::function<bool()>& done, const std::function<void()>& say,
             const char* missing);

  Scene& scene_;
  std::unique_ptr<Link> link_;
  peers::Identities identities_;
  peers::Nonces nonces_;
  std::uint64_t handshakes_;  // drawn, and counted from there: nobody has seen these HELLOs
  std::unique_ptr<peers::HandshakeScript> handshake_;
  Bytes hello_;
  bool has_response_ = false;
  std::unique_ptr<peers::ScriptedSession> session_;
  std::vector<SessionId> closed_;
  std::vector<std::uint64_t> pongs_;  // the sequences that they answer
  std::size_t messages_ = 0;
  std::size_t frames_after_close_ = 0;
};

}  // namespace stt::conform::live

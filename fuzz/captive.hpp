// A node that has one session, with us: we made a true handshake with it, hold the keys, and keep
// no rule. Everything that it sends and tells is held against what a node promises, whatever we do.
// Each Captive is the same, so a frame sealed for one is sealed for all.
#pragma once

#include <optional>
#include <vector>

#include <fuzz/allowance.hpp>
#include <fuzz/input.hpp>
#include <fuzz/plain_random.hpp>
#include <fuzz/sealing.hpp>
#include <stt/handshake/handshakes.hpp>
#include <stt/node/node.hpp>
#include <stt/session/opener.hpp>

namespace stt::fuzz {

inline const Address our_address = Address::ipv4(198, 51, 100, 66, 6666);

// How much of what an attacker wants a node has done for us.
struct Yield {
  std::uint64_t frames = 0;  // taken as the peer's
  std::uint64_t bytes = 0;
  std::uint64_t messages = 0;
  std::uint64_t events = 0;  // told to the application
  std::size_t streams = 0;
  friend bool operator==(const Yield&, const Yield&) = default;
};

class Captive final : public handshake::SessionIds {
 public:
  Captive();

  const Sealing& sealing() const { return *sealing_; }
  // After the last sequence that was sealed here.
  Sequence next_sequence() const { return next_; }
  void use_up(std::uint64_t sequences) { next_ = Sequence(next_.value() + sequences); }
  // Gives it an ACK of every frame that it has sent, if there are any.
  void acknowledge();
  Bytes seal(wire::FrameType type, StreamId stream, Epoch epoch, ByteView payload);

  // The sequences of the frames in it that are sealed with our key, whoever has sealed them.
  std::vector<Sequence> give(ByteView datagram, const Address& from = our_address);
  // A command of the application, drawn from the input.
  void command(Input& input);
  // Until the next timer, at most for `most`.
  void let_time_pass(Duration most);

  Yield yield() const;
  bool is_active() const { return active_; }

 private:
  bool in_use(const SessionId&) const override { return false; }
  void make_session();
  void begin(handshake::Established established);
  // Takes all that the node says, and checks it.
  void settle();
  void take_event(const Event& event);
  void take_datagram(const Address& to, ByteView datagram);
  void take_payload(const Address& to, const wire::FrameHeader& header, ByteView payload);
  std::vector<Sequence> note_what_is_given(const Address& from, ByteView datagram);
  void use_up_to(Sequence last) {
    last_used_ = std::max(last_used_, last);
    next_ = std::max(next_, last.next());
  }
  void read_all(StreamId stream);
  void check() const;

  Instant now_{1s};
  PlainRandom our_random_{1};
  PlainRandom its_random_{2};
  crypto::Identity identity_;
  handshake::Handshakes handshakes_;
  Node node_;
  Allowance allowance_;
  std::optional<Sealing> sealing_;
  std::optional<session::Opener> opener_;
  SessionHandle session_;
  Sequence next_;
  Sequence last_used_;
  bool active_ = false;
  std::uint64_t events_ = 0;
  std::vector<StreamId> streams_;
  std::optional<Sequence> its_first_;
  std::optional<Sequence> its_last_;
  Bytes buffer_ = Bytes(2'048);
};

}  // namespace stt::fuzz

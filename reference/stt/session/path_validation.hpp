// Where the peer is: the address in use, and the addresses on trial.
//
// A newest valid frame from another address puts that address on trial: PATH_CHALLENGE goes there
// and to the address in use. The first trial that is answered becomes the address in use; until
// then data goes on to the old one, and a newer frame from the old one ends all trials. For 3 PTO
// after the change a newer frame from the old one takes the path back. A trial has three challenges
// and as many intervals; after it ended, the next newest frame from there starts another.
#pragma once

#include <optional>

#include <boost/container/static_vector.hpp>

#include <stt/base/address.hpp>
#include <stt/base/random.hpp>
#include <stt/base/result.hpp>
#include <stt/base/time.hpp>
#include <stt/session/limits.hpp>
#include <stt/wire/control_message.hpp>

namespace stt::session {

struct PathChanged {
  Address address;
  bool new_ip =
      false;  // RTT, congestion window and path MTU start again; a new port alone keeps them
};

struct PathProbe {
  Address to;
  wire::PathChallenge message;
};

// A valid frame, as the path sees it.
struct FrameArrival {
  Address from;
  Sequence sequence;
  bool newest = false;  // its sequence is the largest so far
  // Of its datagram, at the first frame of it that opened; 0 at the others. Three times as much may
  // be sent back.
  std::size_t bytes = 0;
};

class PathValidation {
 public:
  explicit PathValidation(const Address& address) : current_(address) {}

  const Address& current() const { return current_; }

  // Call for every frame that opened, before its payload is handled. Addresses of another transport
  // than the one in use are the caller's to refuse. What changed, if the former path is taken back.
  [[nodiscard]] std::optional<PathChanged> on_frame(Instant now, Duration pto,
                                                    const FrameArrival& frame);

  // A PATH_RESPONSE of the peer, whatever address it came from. What changed, if it answers a
  // challenge of a trial.
  [[nodiscard]] std::optional<PathChanged> on_path_response(Instant now, Duration pto,
                                                            const wire::PathResponse& message);

  // The next challenge to send, alone in its datagram, if one is due. `frame_bytes` is what the
  // caller will send for it; it counts towards the 3 x limit. base.random_failed: ask again later.
  Result<std::optional<PathProbe>> poll_challenge(Instant now, Duration pto,
                                                  std::size_t frame_bytes, Random& random);
  // The same for the address in use, which has no limit but the congestion window: the caller asks
  // when that has room.
  Result<std::optional<PathProbe>> poll_current_challenge(Instant now, Random& random);
  bool current_challenge_due() const { return current_challenge_due_; }

  // Whether `bytes` more may go to that address: always to the one in use and to those that no
  // trial knows (only direct answers go there), up to 3 x what came from it during a trial.
  bool may_send(const Address& to, std::size_t bytes) const;
  // What the caller has sent, except the challenges of poll_challenge.
  void on_sent(const Address& to, std::size_t bytes);

  void handle_timeout(Instant now);
  std::optional<Instant> poll_timeout() const;

  std::size_t trials() const { return trials_.size(); }
  std::uint64_t trials_failed() const { return trials_failed_; }

 private:
  struct Trial {
    Address address;
    Sequence newest;  // of the frames from there
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    Instant started;
    Instant next_challenge;
    Instant deadline;
    boost::container::static_vector<wire::PathChallenge, challenges_per_trial_max> sent;
    bool blocked = false;  // by the 3 x limit, until more arrives from there
  };

  // Validated, and in use until a moment ago.
  struct Former {
    Address address;
    Instant until;
  };

  Trial* find(const Address& address);
  const Trial* find(const Address& address) const;
  void start_trial(Instant now, Duration pto, const FrameArrival& frame);
  static bool has_room(const Trial& trial, std::size_t bytes);
  static bool is_spent(const Trial& trial);  // no challenge is left
  void check_invariants() const;

  PathChanged move_to(const Address& address);

  Address current_;
  std::optional<Former> former_;
  // In the order of their start.
  boost::container::static_vector<Trial, paths_on_trial_max> trials_;
  // The address in use is asked too, so that a peer still there takes its path back.
  bool current_challenge_due_ = false;
  std::uint64_t trials_failed_ = 0;
};

}  // namespace stt::session

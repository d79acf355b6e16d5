// What one direction of a link is like, in the words of tc-netem, and how that changes with time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <simulator/engine/draws.hpp>
#include <stt/base/time.hpp>
#include <stt/wire/frame.hpp>

namespace stt::sim {

enum class JitterKind : std::uint8_t {
  uniform,     // from nothing to `jitter`
  normal,      // around `jitter`, with a third of it as its standard deviation; never negative
  correlated,  // uniform, and leaning on the packet before
  trace,       // `jitter_trace`, one value a packet
};

enum class QueueKind : std::uint8_t { drop_tail, codel };

// The `nth` packet, from 1, that carries a frame of this type. Types stand in the clear.
struct TypedDrop {
  wire::FrameType type{};  // custom_first stands for every custom type
  std::uint64_t nth = 1;
};

// Times that were measured somewhere, or written down: of a scenario's "traces".
struct TimeTrace {
  std::string name;
  std::vector<Duration> times;
};
using TimeTracePtr = std::shared_ptr<const TimeTrace>;

// The faults are drawn independently for each packet. Everything that counts packets counts those
// that one direction was given, from 1.
struct LinkConditions {
  std::uint64_t rate_bits_per_second = 0;  // 0: packets take no time to send. Counts UDP payload.
  // As recorded by mahimahi: at each of these times the link passes 1,500 bytes; begins again
  // after the last. Instead of the rate.
  TimeTracePtr rate_trace{};
  Duration delay{};   // propagation
  Duration jitter{};  // added to the delay
  JitterKind jitter_kind = JitterKind::uniform;
  Ppm jitter_correlation = 750'000;
  TimeTracePtr jitter_trace{};
  bool jitter_reorders = false;  // else packets wait for the one before them

  // The queue before the sender.
  QueueKind queue = QueueKind::drop_tail;
  std::uint64_t limit_bytes = 1U << 20;  // full: the tail drops
  std::uint64_t limit_packets = 0;       // 0: any number
  Duration codel_target = 5ms;
  Duration codel_interval = 100ms;
  std::uint64_t mtu_bytes = 65'535;  // of a UDP payload; larger ones vanish without a word

  Ppm loss = 0;
  // Gilbert-Elliott: a good and a bad state, left with these probabilities before each packet.
  Ppm gilbert_enter = 0;
  Ppm gilbert_leave = ppm_always;
  Ppm gilbert_loss_good = 0;
  Ppm gilbert_loss_bad = ppm_always;
  Ppm burst = 0;                              // at a packet a burst of losses begins
  std::uint64_t burst_packets = 1;            // its length is drawn from 1 to this
  std::vector<std::uint64_t> drop_packets{};  // these, by their number
  std::vector<TypedDrop> drop_nth{};
  Ppm duplicate = 0;
  Ppm reorder = 0;          // held back so that later packets overtake it
  Duration reorder_hold{};  // for how long, uniform in [1 ns, this]; 0: the delay, or 1 ms
  Ppm corrupt = 0;          // one bit is flipped
  Ppm truncate = 0;         // cut to a random length, not to nothing
  bool blocked = false;     // a partition: everything vanishes

  // Somebody sits on the path and does this on purpose.
  Ppm tamper = 0;  // some bytes become others
  Ppm hold = 0;    // kept back for hold_for
  Duration hold_for = 1s;
  Ppm reflect = 0;  // a copy goes back to the sender, as if its peer had sent it
  std::vector<wire::FrameType> swallow{};  // packets with a frame of these types vanish
};

// The fields above by the names they have in scenario files: what parses, writes and changes
// conditions walks over this table.
using LinkMember =
    std::variant<std::uint64_t LinkConditions::*, Duration LinkConditions::*, Ppm LinkConditions::*,
                 bool LinkConditions::*, JitterKind LinkConditions::*, QueueKind LinkConditions::*,
                 TimeTracePtr LinkConditions::*, std::vector<std::uint64_t> LinkConditions::*,
                 std::vector<TypedDrop> LinkConditions::*,
                 std::vector<wire::FrameType> LinkConditions::*>;

struct LinkField {
  std::string_view name;
  LinkMember member;
  std::uint64_t least = 0;  // of numbers
  std::uint64_t most = 0;
};
std::span<const LinkField> link_fields();

// What a step of a schedule sets; all else stays.
class LinkChange {
 public:
  explicit LinkChange(Duration when = {}) : at(when) {}

  // `member` is one of the table's.
  template <class T>
  LinkChange& set(T LinkConditions::* member, const std::type_identity_t<T>& value) {
    values_.*member = value;
    mark(member);
    return *this;
  }
  bool sets(LinkMember member) const;
  const LinkConditions& values() const { return values_; }
  void apply(LinkConditions& to) const;

  Duration at{};  // since the world began

 private:
  void mark(LinkMember member);

  LinkConditions values_;
  std::uint64_t which_ = 0;  // a bit for each field of the table
};

// One direction of a link through time.
struct LinkPlan {
  LinkConditions initial;
  std::vector<LinkChange> changes;  // in order of time

  // After all that happen at the same time.
  void add(const LinkChange& change);
};

// Whether the conditions ever have somebody on the path.
bool has_attacker(const LinkPlan& plan);

}  // namespace stt::sim

// Credit for any walk of arrivals and reads. How much is granted is the lender's choice, so there
// is no model of it beside: what stands here is what no choice may break.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>

#include <stt/base/beside_model_test.hpp>
#include <stt/stream/lender.hpp>

namespace stt::stream {
namespace {

using stt::testing::any_between;

// What arrived on one stream, and what of it was read.
struct Arrivals {
  CreditAccount account;
  std::uint64_t arrived = 0;
  std::uint64_t read = 0;
  std::deque<std::uint64_t> ends;   // of unread messages that are complete
  std::uint64_t message_start = 0;  // of the one that is not
  bool reads_in_parts = false;
  bool closed = false;

  std::uint64_t message_bytes() const { return arrived - message_start; }
  bool can_be_read() const {
    return !ends.empty() || (read < arrived && (reads_in_parts || closed));
  }
  CreditDemand demand() const {
    CreditDemand demand{.consumed = read, .contiguous = arrived};
    demand.partial_message = ends.empty() && arrived > read;
    demand.reads_in_parts = reads_in_parts;
    if (closed) demand.final_position = arrived;
    return demand;
  }
};

class Receiver {
 public:
  Receiver(const wire::Parameters& ours, std::uint64_t budget)
      : base_(ours.initial_stream_credit),
        message_max_(ours.max_message_bytes),
        streams_max_(ours.max_streams),
        budget_(std::max(budget, streams_max_ * base_ + message_max_)),
        lender_(ours, budget) {}

  void open() {
    if (streams_.size() >= streams_max_) return;
    Arrivals& stream = streams_[StreamId(next_id_)];
    stream.account.granted = base_;
    settle(StreamId(next_id_));
    next_id_ = static_cast<std::uint16_t>(next_id_ + 2);
  }
  // The peer sends a share of what it may, and perhaps the end of a message. Nothing but the credit
  // keeps a hostile one from messages that are too large.
  void arrive(std::size_t index, std::uint64_t percent, bool ends, bool hostile = false) {
    if (streams_.empty()) return;
    const StreamId id = chosen(index);
    Arrivals& stream = streams_.at(id);
    if (stream.closed) return;
    const std::uint64_t allowed = stream.account.granted - stream.arrived;
    const std::uint64_t share = (allowed * percent + 99) / 100;
    const std::uint64_t left = message_max_ - std::min(message_max_, stream.message_bytes());
    const std::uint64_t bytes = hostile ? share : std::min(left, share);
    stream.arrived += bytes;
    if (ends && bytes < allowed) {
      stream.ends.push_back(++stream.arrived);
      stream.message_start = stream.arrived;
    }
    settle(id);
  }
  // A whole message, or a part of what there is, or what is left of a message that never ends.
  void read(std::size_t index) {
    if (streams_.empty()) return;
    const StreamId id = chosen(index);
    Arrivals& stream = streams_.at(id);
    if (!stream.ends.empty()) {
      stream.read = stream.ends.front();
      stream.ends.pop_front();
    } else if (stream.reads_in_parts) {
      stream.read += (stream.arrived - stream.read + 1) / 2;
      stream.message_start = std::max(stream.message_start, stream.read);
    } else if (stream.closed) {
      stream.read = stream.arrived;
    }
    settle(id);
  }
  void read_all(std::size_t index) {
    const Arrivals& stream = streams_.at(chosen(index));
    while (stream.can_be_read()) read(index);
  }
  void read_in_parts(std::size_t index) {
    if (streams_.empty()) return;
    streams_.at(chosen(index)).reads_in_parts = true;
    settle(chosen(index));
  }
  void close(std::size_t index) {
    if (streams_.empty()) return;
    streams_.at(chosen(index)).closed = true;
    settle(chosen(index));
  }
  void drop(std::size_t index) {
    if (streams_.empty()) return;
    const StreamId id = chosen(index);
    lender_.drop(id, streams_.at(id).account);
    streams_.erase(id);
    lend();
  }

  void check() const {
    std::uint64_t spare = 0;
    std::uint64_t promised = 0;
    for (const auto& [id, stream] : streams_) {
      const CreditAccount& account = stream.account;
      spare += account.spare;
      const std::uint64_t to = stream.closed ? stream.arrived : account.granted;
      promised += to - stream.read;
      //= STT-FLOW-008 test
      // Beyond its base and its share of the spare a stream has what a whole message needs, if that
      // is lent to it, and nothing otherwise.
      const std::uint64_t lent = lender_.holder() == id ? message_max_ : 0;
      RC_ASSERT(to - stream.read <= base_ + account.spare + lent);
      //= STT-FLOW-007 test
      RC_ASSERT(stream.closed || account.granted >= stream.read + base_ / 2);
      RC_ASSERT(stream.closed || stream.arrived > stream.read || account.granted > stream.read);
    }
    //= STT-FLOW-011 test
    RC_ASSERT(lender_.budget() == budget_);
    RC_ASSERT(promised <= budget_);
    RC_ASSERT(spare == lender_.spare_used());
    RC_ASSERT(spare <= lender_.spare_total());
    RC_ASSERT(!lender_.holder() || streams_.contains(*lender_.holder()));
  }

  // From wherever the streams stand now: every message can be completed to its largest size, if all
  // that is complete is read.
  //= STT-FLOW-013 test
  void complete_all() {
    for (std::size_t index = streams_.size(); index-- > 0;) {
      read_all(index);
      // Who reads whole messages stops a stream whose message is too large.
      if (streams_.at(chosen(index)).message_bytes() > message_max_) drop(index);
    }
    std::map<StreamId, bool> complete;
    for (const auto& [id, stream] : streams_) {
      complete[id] = stream.closed || stream.reads_in_parts;
    }
    const auto is_complete = [](const auto& entry) { return entry.second; };
    for (std::size_t round = 0; !std::ranges::all_of(complete, is_complete); ++round) {
      RC_ASSERT(round < 2 * (message_max_ + 2) * (streams_.size() + 1));
      for (std::size_t index = 0; index < streams_.size(); ++index) {
        const StreamId id = chosen(index);
        if (complete[id]) continue;
        const Arrivals& stream = streams_.at(id);
        arrive(index, 100, stream.message_bytes() == message_max_);
        complete[id] = !stream.ends.empty();
        read_all(index);
      }
      check();
    }
  }

 private:
  StreamId chosen(std::size_t index) const {
    return std::next(streams_.begin(), static_cast<std::ptrdiff_t>(index % streams_.size()))->first;
  }
  void update(StreamId id) {
    Arrivals& stream = streams_.at(id);
    const std::uint64_t before = stream.account.granted;
    const bool raised = lender_.update(id, stream.account, stream.demand());
    RC_ASSERT(raised == (stream.account.granted > before));
    RC_ASSERT(stream.account.granted >= before);
  }
  void settle(StreamId id) {
    update(id);
    lend();
  }
  void lend() {
    while (const auto lucky = lender_.lend()) update(*lucky);
  }

  std::uint64_t base_;
  std::uint64_t message_max_;
  std::uint64_t streams_max_;
  std::uint64_t budget_;
  Lender lender_;
  std::map<StreamId, Arrivals> streams_;
  std::uint16_t next_id_ = 1;
};

// What is drawn does not depend on what was granted.
struct Nothing {};

template <class Do>
std::string on_receiver(Nothing&, Do) {
  return {};
}
template <class Do>
std::string on_receiver(Receiver& receiver, Do what) {
  what(receiver);
  return {};
}
void agree(const Nothing&, const Receiver& receiver) {
  receiver.check();
}

struct Place {
  std::size_t index = any_between<std::size_t>(0, 5);
};
struct Open {
  std::string operator()(auto& on) const {
    return on_receiver(on, [](Receiver& receiver) { receiver.open(); });
  }
  void show(std::ostream& os) const { os << "open"; }
};
struct Arrive : Place {
  std::uint64_t percent = *rc::gen::element<std::uint64_t>(0, 1, 50, 99, 100);
  bool ends = *rc::gen::weightedElement<bool>({{1, true}, {3, false}});
  bool hostile = *rc::gen::arbitrary<bool>();
  std::string operator()(auto& on) const {
    return on_receiver(
        on, [this](Receiver& receiver) { receiver.arrive(index, percent, ends, hostile); });
  }
  void show(std::ostream& os) const {
    os << percent << " % of the credit of " << index << (ends ? " and an end" : "")
       << (hostile ? ", however large" : "");
  }
};
struct Read : Place {
  std::string operator()(auto& on) const {
    return on_receiver(on, [this](Receiver& receiver) { receiver.read(index); });
  }
  void show(std::ostream& os) const { os << "read " << index; }
};
struct ReadInParts : Place {
  std::string operator()(auto& on) const {
    return on_receiver(on, [this](Receiver& receiver) { receiver.read_in_parts(index); });
  }
  void show(std::ostream& os) const { os << "read " << index << " in parts from now on"; }
};
struct Close : Place {
  std::string operator()(auto& on) const {
    return on_receiver(on, [this](Receiver& receiver) { receiver.close(index); });
  }
  void show(std::ostream& os) const { os << "close " << index; }
};
struct Drop : Place {
  std::string operator()(auto& on) const {
    return on_receiver(on, [this](Receiver& receiver) { receiver.drop(index); });
  }
  void show(std::ostream& os) const { os << "drop " << index; }
};

RC_GTEST_PROP(LenderModel, NeverPromisesMoreThanThereIsAndNeverStandsStill, ()) {
  wire::Parameters ours;
  ours.initial_stream_credit = *rc::gen::element<std::uint64_t>(1, 2, 7, 100, 1'000);
  ours.max_message_bytes = any_between<std::uint64_t>(1, 300);
  ours.max_streams = any_between<std::uint64_t>(1, 5);
  Receiver receiver(ours, *rc::gen::element<std::uint64_t>(0, 2'000, 10'000, 1U << 20));
  stt::testing::keep_beside<Open, Arrive, Arrive, Arrive, Read, Read, ReadInParts, Close, Drop>(
      Nothing(), receiver);
  receiver.complete_all();
}

}  // namespace
}  // namespace stt::stream

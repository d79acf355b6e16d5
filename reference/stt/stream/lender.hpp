// Divides the memory that a session has for what arrives among its streams, as credit.
//
//   budget  =  max_streams x base  +  reservation  +  spare
//
//   base         what every open stream may always have in flight: initial_stream_credit
//   reservation  max_message_bytes, lent to one stream at a time, in turns, until the message for
//                which it was lent is read
//   spare        the rest; widens the windows of streams that move much
//
// Credit is absolute and cannot be withdrawn, so none may be left where it is not used. That is why
// the reservation is not given at once: the holder's credit is always its base (and its share of
// the spare) beyond what has arrived of the unfinished message without a gap. Then, wherever the
// message ends, what is left over is no more than the base, and the reservation is free again. The
// spare may be left unused on an idle stream, but no stream takes more than half of what the others
// left, so there is always some.
#pragma once

#include <optional>

#include <boost/container/flat_set.hpp>

#include <stt/stream/limits.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/types.hpp>

namespace stt::stream {

// One stream's part.
struct CreditAccount {
  std::uint64_t granted = 0;  // what the peer was told, or will be
  std::uint64_t lent_to = 0;  // the reservation stands for the positions from consumed to here
  std::uint64_t spare = 0;    // positions of the spare in use
  std::uint64_t window = 0;   // how wide it was when credit was last given; 0: never yet
  std::uint64_t extra_window = extra_window_first;
};

// What a stream's receive half looks like.
struct CreditDemand {
  std::uint64_t consumed = 0;
  std::uint64_t contiguous = 0;
  bool partial_message = false;  // the first unread message has begun to arrive, without an end
  bool reads_in_parts = false;   // then it never needs the reservation
  std::optional<std::uint64_t> final_position{};  // no credit beyond it is needed
};

class Lender {
 public:
  Lender(const wire::Parameters& ours, std::uint64_t budget_positions);

  std::uint64_t budget() const { return budget_; }
  // Positions of every open stream that are promised for good.
  std::uint64_t base() const { return base_; }
  std::uint64_t spare_total() const { return spare_total_; }
  std::uint64_t spare_used() const { return spare_used_; }
  std::optional<StreamId> holder() const { return holder_; }

  // After anything about the stream has changed. True if `granted` was raised: the peer has to be
  // told.
  bool update(StreamId id, CreditAccount& account, const CreditDemand& demand);
  // The stream holds no more memory, and never will.
  void drop(StreamId id, CreditAccount& account);
  // If nobody holds the reservation and somebody needs it, lends it, and says to whom; an update of
  // that stream must follow. To be asked after every update and drop until it says nothing.
  std::optional<StreamId> lend();

 private:
  void set_spare(CreditAccount& account, std::uint64_t spare);

  std::uint64_t base_;
  std::uint64_t reservation_;
  std::uint64_t budget_;
  std::uint64_t spare_total_;
  std::uint64_t spare_used_ = 0;
  std::optional<StreamId> holder_;
  StreamId last_holder_{};
  boost::container::flat_set<StreamId> waiting_;
};

}  // namespace stt::stream

#include <stt/stream/send_half.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>
#include <stt/stream/saturating.hpp>

namespace stt::stream {

std::uint64_t SendHalf::room() const {
  return saturating_subtract(buffer_positions_, written_ - base_);
}

Result<std::size_t> SendHalf::append(ByteView bytes, bool end_of_message, wire::FrameType type) {
  //= STT-STREAM-044
  const auto next_state = next(state_, SendInput::send);
  if (!next_state) return fail(Errc::stream_closed);
  if (in_message_ && types_.back().type != type) return fail(Errc::message_type_changed);
  if (bytes.empty() && !end_of_message) return 0;
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), room()));
  if (bytes.empty() && room() == 0) {
    was_refused_ = true;
    return fail(Errc::would_block);
  }
  if (taken < bytes.size()) was_refused_ = true;
  const bool ends = end_of_message && taken == bytes.size();
  if (taken == 0 && !ends) return 0;
  state_ = *next_state;
  if (!in_message_) note_type(type);
  line_.write(written_, bytes.first(taken));
  written_ += taken;
  // The END_OF_MESSAGE may exceed the buffer by its one position: it never has to be asked for
  // twice.
  if (ends) line_.write_end(written_++, type);
  in_message_ = !ends;
  return taken;
}

void SendHalf::note_type(wire::FrameType type) {
  while (types_.size() > 1 && types_[1].first <= base_) types_.pop_front();
  if (types_.empty() || types_.back().type != type) types_.push_back({written_, type});
}

wire::FrameType SendHalf::type_at(std::uint64_t position) const {
  std::size_t low = 0;
  for (std::size_t high = types_.size(); high - low > 1;) {
    const std::size_t middle = low + (high - low) / 2;
    (types_[middle].first <= position ? low : high) = middle;
  }
  return types_[low].type;
}

bool SendHalf::close() {
  const auto next_state = next(state_, SendInput::close);
  if (!next_state) return false;
  state_ = *next_state;
  close_pending_ = true;
  return true;
}

bool SendHalf::cut(std::uint64_t code) {
  const auto next_state = next(state_, SendInput::cut);
  if (!next_state) return false;
  state_ = *next_state;
  //= STT-STREAM-043
  abandon();
  reset_pending_ = true;
  reset_code_ = code;
  return true;
}

void SendHalf::abandon() {
  //= STT-STREAM-057
  base_ = written_ = sent_;
  line_.clear();
  acked_.clear();
  lost_.clear();
  types_.clear();
  was_refused_ = close_pending_ = reset_pending_ = in_message_ = false;
}

bool SendHalf::raise_credit(std::uint64_t position) {
  //= STT-STREAM-058
  if (position <= credit_) return false;
  credit_ = position;
  return true;
}

bool SendHalf::has_data(std::uint64_t session_room) const {
  return !lost_.empty() || (sent_ < written_ && sent_ < credit_ && session_room > 0);
}

Piece SendHalf::take_piece(std::size_t payload_room, std::uint64_t session_room) {
  Piece piece;
  //= STT-STREAM-030
  piece.again = !lost_.empty();
  piece.offset = piece.again ? lost_.front().first : sent_;
  //= STT-FLOW-002
  const std::uint64_t to = piece.again
                               ? lost_.front().end
                               : std::min({written_, credit_, saturating_add(sent_, session_room)});
  STT_ASSERT(piece.offset < to);
  const std::size_t head = wire::encoded_size(wire::DataMessage{false, Position(piece.offset), {}});
  STT_ASSERT(payload_room > head);
  const std::uint64_t room_end = saturating_add(piece.offset, payload_room - head);
  // An END_OF_MESSAGE takes a position, but no room.
  const auto end = line_.find_end(piece.offset, std::min(to, saturating_add(room_end, 1)));
  piece.end_of_message = end.has_value();
  piece.bytes = static_cast<std::size_t>((end ? *end : std::min(to, room_end)) - piece.offset);
  piece.type = type_at(piece.offset);
  if (piece.again) {
    lost_.remove({piece.offset, piece.end()});
  } else {
    sent_ = piece.end();
  }
  return piece;
}

void SendHalf::take_close() {
  STT_ASSERT(wants_close());
  close_pending_ = false;
  // A CLOSE that is sent again finds the state where it is.
  if (const auto next_state = next(state_, SendInput::sent_all)) state_ = *next_state;
}

void SendHalf::on_data_acked(Interval positions) {
  positions.first = std::max(positions.first, base_);
  positions.end = std::min(positions.end, sent_);
  if (positions.first >= positions.end || state_ == SendState::reset_sent) return;
  lost_.remove(positions);
  acked_.add(positions);
  if (acked_.front().first != base_) return;
  base_ = acked_.front().end;
  acked_.remove(acked_.front());
  line_.release_before(base_, base_ == written_);
  finish_if_acked();
}

void SendHalf::on_data_lost(Interval positions) {
  positions.first = std::max(positions.first, base_);
  positions.end = std::min(positions.end, sent_);
  if (positions.first >= positions.end || state_ == SendState::reset_sent) return;
  lost_.add(positions);
  for (const Interval& acked : acked_.intervals()) {
    if (acked.first >= positions.end) break;
    lost_.remove(acked);
  }
}

void SendHalf::on_close_acked() {
  if (state_ != SendState::closed_sent) return;
  close_acked_ = true;
  close_pending_ = false;
  finish_if_acked();
}

void SendHalf::on_close_lost() {
  if (state_ == SendState::closed_sent && !close_acked_) close_pending_ = true;
}

void SendHalf::finish_if_acked() {
  //= STT-STREAM-046
  if (state_ != SendState::closed_sent || !close_acked_ || !all_acked()) return;
  state_ = *next(state_, SendInput::all_acked);
}

void SendHalf::on_reset_acked() {
  if (state_ != SendState::reset_sent) return;
  reset_pending_ = false;
  state_ = *next(state_, SendInput::cut_acked);
}

void SendHalf::on_reset_lost() {
  if (state_ == SendState::reset_sent) reset_pending_ = true;
}

bool SendHalf::take_writable() {
  // Not for every byte: a quarter of the buffer is worth waking somebody.
  if (!was_refused_ || room() < std::max<std::uint64_t>(1, buffer_positions_ / 4)) return false;
  was_refused_ = false;
  return true;
}

}  // namespace stt::stream

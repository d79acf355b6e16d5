#include <stt/primitives/decoder.hpp>

namespace stt::primitives {

Result<BinaryStreamDecoder> BinaryStreamDecoder::create(const StreamingContext& context,
                                                        const DecoderOptions& options) {
  if (options.window_segments == 0 || options.window_segments > window_segments_max ||
      options.buffer_bytes == 0) {
    return fail(Errc::invalid_argument);
  }
  return BinaryStreamDecoder(context, options);
}

//= STT-DECODER-001
Result<Reception> BinaryStreamDecoder::receive_segment(ByteView bytes, SegmentSequence sequence) {
  STT_TRY_ASSIGN(view, parse_segment(bytes, sequence));
  STT_TRY(check_place(view, sequence));
  opened_.resize(view.ciphertext.size());
  //= STT-DECODER-003
  STT_TRY(cipher_.open(view, opened_));
  if (was_taken(view.kind, sequence)) return Reception::duplicate;
  STT_TRY(view.kind.end ? take_end(sequence) : take_data(sequence));
  if (!origin_) origin_ = Origin{view.nonce_prefix(), view.kind.bounded};
  return Reception::taken;
}

// What can be judged before the seal: the work of opening is spent only on what could be taken.
Result<void> BinaryStreamDecoder::check_place(const SegmentView& view,
                                              SegmentSequence sequence) const {
  //= STT-DECODER-005
  //= STT-DECODER-013
  if (origin_ &&
      (view.kind.bounded != origin_->bounded || view.nonce_prefix() != origin_->prefix)) {
    return fail(Errc::segment_foreign);
  }
  //= STT-DECODER-006
  if (end_) {
    const std::uint64_t last = end_->segments;
    const bool data_in_place_of_end = sequence.value() == last && !view.kind.end;
    const bool another_end = sequence.value() < last && view.kind.end;
    if (sequence.value() > last || data_in_place_of_end || another_end) {
      return fail(Errc::segment_past_end);
    }
  }
  if (sequence < next_ || view.kind.end) return {};
  //= STT-DECODER-004
  if (sequence.value() - next_.value() >= window_.size()) {
    return fail(Errc::segment_beyond_window);
  }
  //= STT-DECODER-011
  //= STT-DECODER-012
  // Each place has a budget of its own: were it one, waiting segments could take all of it, and the
  // one they wait for would never get in.
  if (sequence == next_) {
    if (unread_.size() >= options_.buffer_bytes) return fail(Errc::would_block);
  } else if (waiting_bytes_ >= options_.buffer_bytes && !slot(sequence).taken) {
    return fail(Errc::segment_beyond_window);
  }
  return {};
}

bool BinaryStreamDecoder::was_taken(SegmentKind kind, SegmentSequence sequence) const {
  if (kind.end) return end_.has_value();
  return sequence < next_ || slot(sequence).taken;
}

//= STT-DECODER-008
//= STT-DECODER-009
Result<void> BinaryStreamDecoder::take_end(SegmentSequence sequence) {
  STT_TRY_ASSIGN(end, decode_stream_end(opened_));
  if (sequence < beyond_) return fail(Errc::segment_past_end);
  const bool all_are_here = taken_segments_ == end.segments;
  if (end.segments != sequence.value() || end.total_bytes < taken_bytes_ ||
      (all_are_here && end.total_bytes != taken_bytes_)) {
    return fail(Errc::segment_end);
  }
  end_ = end;
  return {};
}

Result<void> BinaryStreamDecoder::take_data(SegmentSequence sequence) {
  if (end_) {
    const std::uint64_t bytes = taken_bytes_ + opened_.size();
    const bool is_last = taken_segments_ + 1 == end_->segments;
    if (bytes > end_->total_bytes || (is_last && bytes != end_->total_bytes)) {
      return fail(Errc::segment_end);
    }
  }
  taken_bytes_ += opened_.size();
  ++taken_segments_;
  beyond_ = std::max(beyond_, sequence.next());
  if (sequence == next_) {
    unread_.push(opened_);
    next_ = next_.next();
    deliver_waiting();
  } else {
    keep(sequence);
  }
  return {};
}

void BinaryStreamDecoder::keep(SegmentSequence sequence) {
  Waiting& waiting = slot(sequence);
  waiting.taken = true;
  waiting.bytes.assign(opened_.begin(), opened_.end());
  waiting_bytes_ += opened_.size();
}

//= STT-DECODER-002
//= STT-DECODER-007
void BinaryStreamDecoder::deliver_waiting() {
  // A slot keeps its memory for the next segment, within a share of the bound.
  const std::size_t kept_bytes_max = options_.buffer_bytes / window_.size();
  for (; slot(next_).taken; next_ = next_.next()) {
    Waiting& waiting = slot(next_);
    unread_.push(waiting.bytes);
    waiting_bytes_ -= waiting.bytes.size();
    waiting.taken = false;
    waiting.bytes.clear();
    if (waiting.bytes.capacity() > kept_bytes_max) Bytes().swap(waiting.bytes);
  }
}

Result<std::size_t> BinaryStreamDecoder::read(MutableByteView out) {
  if (unread_.empty() && !complete()) return fail(Errc::would_block);
  return unread_.pop(out);
}

Result<Bytes> BinaryStreamDecoder::receive_all() {
  if (!complete()) return fail(Errc::would_block);
  Bytes all(unread_.size());
  unread_.pop(all);
  return all;
}

}  // namespace stt::primitives

#include <stt/recovery/delivery_rate.hpp>

#include <algorithm>

#include <stt/recovery/wide.hpp>

namespace stt::recovery {

DeliverySnapshot DeliveryRate::on_sent(Instant now, bool idle) {
  if (idle) {
    delivered_at_ = now;
    first_sent_at_ = now;
  }
  return {delivered_bytes_, delivered_at_, first_sent_at_, app_limited_until_ != 0};
}

void DeliveryRate::on_app_limited(std::uint64_t bytes_in_flight) {
  app_limited_until_ = std::max<std::uint64_t>(delivered_bytes_ + bytes_in_flight, 1);
}

void DeliveryRate::on_frame_acked(Instant now, std::uint64_t bytes, Instant sent_at,
                                  const DeliverySnapshot& frame) {
  delivered_bytes_ += bytes;
  delivered_at_ = now;
  if (has_sample_ &&
      (frame.delivered_bytes < sample_.prior_delivered_bytes || sent_at < newest_sent_at_)) {
    return;
  }
  has_sample_ = true;
  newest_sent_at_ = sent_at;
  sample_.prior_delivered_bytes = frame.delivered_bytes;
  sample_.app_limited = frame.app_limited;
  send_interval_ = sent_at - frame.first_sent_at;
  ack_interval_ = now - frame.delivered_at;
}

RateSample DeliveryRate::end_ack(const Rtt& rtt) {
  if (app_limited_until_ != 0 && delivered_bytes_ > app_limited_until_) app_limited_until_ = 0;
  if (!has_sample_) return {};
  first_sent_at_ = newest_sent_at_;
  sample_.delivered_bytes = delivered_bytes_ - sample_.prior_delivered_bytes;
  const Duration interval = std::max(send_interval_, ack_interval_);
  if (interval <= Duration::zero() || interval < rtt.minimum()) return sample_;
  sample_.interval = interval;
  sample_.bytes_per_second = mul_div(sample_.delivered_bytes, std::nano::den,
                                     static_cast<std::uint64_t>(interval.count()));
  return sample_;
}

}  // namespace stt::recovery

#include <conformance/suite/foreign/peer_settings.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// Adds what differs from the default.
class Differences {
 public:
  void decimal(const char* name, std::uint64_t value, std::uint64_t by_default) {
    if (value != by_default) out_[name] = std::to_string(value);
  }
  template <class T>
  void plain(const char* name, T value, T by_default) {
    if (value != by_default) out_[name] = value;
  }
  void us(const char* name, Duration value, Duration by_default) {
    plain<std::int64_t>(name, value / std::chrono::microseconds(1),
                        by_default / std::chrono::microseconds(1));
  }
  json take() { return std::move(out_); }

 private:
  json out_ = json::object();
};

json parameters_of(const wire::Parameters& set) {
  const wire::Parameters usual;
  Differences out;
  out.decimal("initial_session_credit", set.initial_session_credit, usual.initial_session_credit);
  out.decimal("initial_stream_credit", set.initial_stream_credit, usual.initial_stream_credit);
  out.decimal("max_message_bytes", set.max_message_bytes, usual.max_message_bytes);
  out.plain("max_streams", set.max_streams, usual.max_streams);
  out.plain("max_frame_bytes", set.max_frame_bytes, usual.max_frame_bytes);
  out.plain("idle_timeout_ms", set.idle_timeout_ms, usual.idle_timeout_ms);
  out.plain("max_ack_delay_ms", set.max_ack_delay_ms, usual.max_ack_delay_ms);
  out.plain("keep_alive_ms", set.keep_alive_ms, usual.keep_alive_ms);
  return out.take();
}

}  // namespace

json settings_of(const Config& set) {
  const Config usual;
  Differences out;
  out.plain("accepts", set.accepts, usual.accepts);
  out.plain("single_session_per_peer", set.single_session_per_peer, usual.single_session_per_peer);
  out.us("handshake_deadline_us", set.handshake_deadline, usual.handshake_deadline);
  out.us("half_open_age_us", set.half_open_age_max, usual.half_open_age_max);
  out.us("close_deadline_us", set.close_deadline, usual.close_deadline);
  out.plain("half_open_max", set.half_open_max, usual.half_open_max);
  out.decimal("rotate_after_bytes", set.rotate_after_bytes, usual.rotate_after_bytes);
  out.decimal("rotate_after_messages", set.rotate_after_messages, usual.rotate_after_messages);
  out.plain("datagram_bytes_max", set.datagram_bytes_max, usual.datagram_bytes_max);
  json settings = out.take();
  json parameters = parameters_of(set.parameters);
  if (!parameters.empty()) settings["parameters"] = std::move(parameters);
  return settings;
}

}  // namespace stt::conform

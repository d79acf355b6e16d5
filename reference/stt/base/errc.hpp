// The closed list of errors. Numbers and names are stable for ever: they stand in CLOSE and RESET
// messages, vectors, traces and reports. docs/spec/errors.md is the same list for people; a test
// compares the two.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stt {

// What the side that notices the error does about it.
enum class Response : std::uint8_t {
  refuse,  // a call is refused; nothing changes
  drop,    // the input is dropped and counted; nothing else changes
  end_handshake,
  reset_stream,
  close_session,
  close_connection,  // WebSocket
};

// clang-format off
// STT_ERRORS(X): X(identifier, number, name, response)
#define STT_ERRORS(X)                                                                            \
  X(hex_malformed,                  0x0001, "base.hex_malformed",                  refuse)           \
  X(random_failed,                  0x0002, "base.random_failed",                  refuse)           \
  X(invalid_argument,               0x0003, "base.invalid_argument",               refuse)           \
  X(buffer_too_small,               0x0004, "base.buffer_too_small",               refuse)           \
                                                                                                 \
  X(varint_truncated,               0x0101, "wire.varint_truncated",               drop)             \
  X(varint_overlong,                0x0102, "wire.varint_overlong",                drop)             \
  X(varint_overflow,                0x0103, "wire.varint_overflow",                drop)             \
  X(truncated,                      0x0104, "wire.truncated",                      drop)             \
  X(trailing_bytes,                 0x0105, "wire.trailing_bytes",                 drop)             \
  X(frame_magic,                    0x0110, "wire.frame_magic",                    drop)             \
  X(frame_version,                  0x0111, "wire.frame_version",                  drop)             \
  X(frame_too_long,                 0x0112, "wire.frame_too_long",                 drop)             \
  X(frame_too_short,                0x0113, "wire.frame_too_short",                drop)             \
  X(frame_type_reserved,            0x0114, "wire.frame_type_reserved",            drop)             \
  X(frame_handshake_too_long,       0x0115, "wire.frame_handshake_too_long",       drop)             \
  X(frame_session_id,               0x0116, "wire.frame_session_id",               drop)             \
  X(frame_stream_id,                0x0117, "wire.frame_stream_id",                drop)             \
  X(frame_sequence,                 0x0118, "wire.frame_sequence",                 drop)             \
  X(frame_metadata_length,          0x0119, "wire.frame_metadata_length",          drop)             \
  X(frame_epoch,                    0x011A, "wire.frame_epoch",                    drop)             \
  X(frame_incomplete,               0x011B, "wire.frame_incomplete",               drop)             \
  X(handshake_type,                 0x0120, "wire.handshake_type",                 drop)             \
  X(handshake_list_empty,           0x0121, "wire.handshake_list_empty",           drop)             \
  X(handshake_padding,              0x0122, "wire.handshake_padding",              drop)             \
  X(parameter_duplicate,            0x0128, "wire.parameter_duplicate",            end_handshake)    \
  X(parameter_range,                0x0129, "wire.parameter_range",                end_handshake)    \
  X(parameter_order,                0x012A, "wire.parameter_order",                end_handshake)    \
  X(parameter_missing,              0x012B, "wire.parameter_missing",              end_handshake)    \
  X(control_type,                   0x0130, "wire.control_type",                   close_session)    \
  X(control_padding,                0x0131, "wire.control_padding",                close_session)    \
  X(ack_ranges,                     0x0132, "wire.ack_ranges",                     close_session)    \
  X(reason_too_long,                0x0133, "wire.reason_too_long",                close_session)    \
  X(stream_control_type,            0x0138, "wire.stream_control_type",            close_session)    \
  X(data_flags,                     0x0140, "wire.data_flags",                     close_session)    \
  X(data_empty,                     0x0141, "wire.data_empty",                     close_session)    \
  X(position_overflow,              0x0142, "wire.position_overflow",              close_session)    \
                                                                                                 \
  X(authentication_failed,          0x0201, "crypto.authentication_failed",        drop)             \
  X(seed_too_short,                 0x0202, "crypto.seed_too_short",               refuse)           \
  X(key_exchange_failed,            0x0203, "crypto.key_exchange_failed",          drop)             \
  X(signature_invalid,              0x0204, "crypto.signature_invalid",            end_handshake)    \
                                                                                                 \
  X(seed_equals_node_seed,          0x0301, "handshake.seed_equals_node_seed",     refuse)           \
  X(unknown_hint,                   0x0302, "handshake.unknown_hint",              drop)             \
  X(own_node_id,                    0x0303, "handshake.own_node_id",               drop)             \
  X(hello_too_short,                0x0304, "handshake.hello_too_short",           drop)             \
  X(no_common_version,              0x0305, "handshake.no_common_version",         drop)             \
  X(no_common_suite,                0x0306, "handshake.no_common_suite",           drop)             \
  X(not_offered,                    0x0307, "handshake.not_offered",               drop)             \
  X(wrong_challenge,                0x0308, "handshake.wrong_challenge",           drop)             \
  X(session_id_unusable,            0x0309, "handshake.session_id_unusable",       drop)             \
  X(session_id_mismatch,            0x030A, "handshake.session_id_mismatch",       end_handshake)    \
  X(identity_refused,               0x030B, "handshake.identity_refused",          end_handshake)    \
  X(unexpected_message,             0x030C, "handshake.unexpected_message",        drop)             \
  X(too_many_pending,               0x030D, "handshake.too_many_pending",          refuse)           \
  X(handshake_timeout,              0x030E, "handshake.timeout",                   end_handshake)    \
  X(evicted,                        0x030F, "handshake.evicted",                   end_handshake)    \
  X(seed_in_use,                    0x0310, "handshake.seed_in_use",               refuse)           \
  X(unknown_seed,                   0x0311, "handshake.unknown_seed",              refuse)           \
                                                                                                 \
  X(unknown_session,                0x0401, "session.unknown_session",             drop)             \
  X(not_active,                     0x0402, "session.not_active",                  refuse)           \
  X(replayed,                       0x0403, "session.replayed",                    drop)             \
  X(too_old,                        0x0404, "session.too_old",                     drop)             \
  X(epoch_unknown,                  0x0405, "session.epoch_unknown",               drop)             \
  X(epoch_order,                    0x0406, "session.epoch_order",                 drop)             \
  X(epoch_exhausted,                0x0407, "session.epoch_exhausted",             close_session)    \
  X(sequence_exhausted,             0x0408, "session.sequence_exhausted",          close_session)    \
  X(ack_never_sent,                 0x0409, "session.ack_never_sent",              close_session)    \
  X(idle_timeout,                   0x040A, "session.idle_timeout",                close_session)    \
  X(session_closed,                 0x040B, "session.closed",                      refuse)           \
  X(frame_over_limit,               0x040C, "session.frame_over_limit",            close_session)    \
  X(rotation_too_early,             0x040D, "session.rotation_too_early",          refuse)           \
  X(path_validation_failed,         0x040E, "session.path_validation_failed",      drop)             \
  X(datagram_too_large,             0x040F, "session.datagram_too_large",          refuse)           \
  X(queue_full,                     0x0410, "session.queue_full",                  drop)             \
  X(duplicate_session,              0x0411, "session.duplicate",                   close_session)    \
  X(node_stopped,                   0x0412, "session.node_stopped",                refuse)           \
  X(wrong_transport,                0x0413, "session.wrong_transport",             drop)             \
  X(no_error,                       0x0414, "session.no_error",                    close_session)    \
                                                                                                 \
  X(stream_ids_exhausted,           0x0501, "stream.ids_exhausted",                refuse)           \
  X(stream_limit,                   0x0502, "stream.limit",                        refuse)           \
  X(stream_refused,                 0x0503, "stream.refused",                      reset_stream)     \
  X(stream_unknown,                 0x0504, "stream.unknown",                      refuse)           \
  X(stream_not_opened,              0x0505, "stream.not_opened",                   close_session)    \
  X(stream_closed,                  0x0506, "stream.closed",                       refuse)           \
  X(stream_reset,                   0x0507, "stream.reset",                        refuse)           \
  X(stream_stopped,                 0x0508, "stream.stopped",                      reset_stream)     \
  X(stream_credit_exceeded,         0x0509, "stream.credit_exceeded",              close_session)    \
  X(session_credit_exceeded,        0x050A, "stream.session_credit_exceeded",      close_session)    \
  X(final_position,                 0x050B, "stream.final_position",               close_session)    \
  X(message_type_changed,           0x050C, "stream.message_type_changed",         close_session)    \
  X(message_too_large,              0x050D, "stream.message_too_large",            reset_stream)     \
  X(message_incomplete,             0x050E, "stream.message_incomplete",           reset_stream)     \
  X(too_many_gaps,                  0x050F, "stream.too_many_gaps",                drop)             \
  X(stream_type_reserved,           0x0510, "stream.type_reserved",                refuse)           \
  X(stream_incomplete,              0x0511, "stream.incomplete",                   refuse)           \
  X(would_block,                    0x0512, "stream.would_block",                  refuse)           \
  X(stream_cancelled,               0x0513, "stream.cancelled",                    reset_stream)     \
                                                                                                 \
  X(state_violation,                0x0601, "node.state_violation",                refuse)           \
  X(config_invalid,                 0x0602, "node.config_invalid",                 refuse)           \
  X(address_in_use,                 0x0603, "node.address_in_use",                 refuse)           \
  X(address_unusable,               0x0604, "node.address_unusable",               refuse)           \
  X(transport_failed,               0x0605, "node.transport_failed",               refuse)           \
                                                                                                 \
  X(segment_too_short,              0x0701, "primitives.segment_too_short",        refuse)           \
  X(segment_too_long,               0x0702, "primitives.segment_too_long",         refuse)           \
  X(segment_kind,                   0x0703, "primitives.segment_kind",             refuse)           \
  X(segment_nonce,                  0x0704, "primitives.segment_nonce",            refuse)           \
  X(segment_foreign,                0x0705, "primitives.segment_foreign",          refuse)           \
  X(segment_beyond_window,          0x0706, "primitives.segment_beyond_window",    refuse)           \
  X(segment_past_end,               0x0707, "primitives.segment_past_end",         refuse)           \
  X(segment_end,                    0x0708, "primitives.segment_end",              refuse)           \
  X(source_too_short,               0x0709, "primitives.source_too_short",         refuse)           \
  X(source_too_long,                0x070A, "primitives.source_too_long",          refuse)           \
  X(source_ended,                   0x070B, "primitives.source_ended",             refuse)           \
  X(stream_too_long,                0x070C, "primitives.stream_too_long",          refuse)           \
  X(source_failed,                  0x070D, "primitives.source_failed",            refuse)           \
  X(endpoint_full,                  0x0710, "primitives.endpoint_full",            refuse)           \
  X(endpoint_unknown,               0x0711, "primitives.endpoint_unknown",         refuse)           \
  X(endpoint_exists,                0x0712, "primitives.endpoint_exists",          refuse)           \
  X(too_many_endpoints,             0x0713, "primitives.too_many_endpoints",       refuse)           \
  X(item_too_large,                 0x0714, "primitives.item_too_large",           refuse)           \
  X(handler_threw,                  0x0718, "primitives.handler_threw",            refuse)           \
  X(payload_type,                   0x0719, "primitives.payload_type",             refuse)           \
  X(emit_too_deep,                  0x071A, "primitives.emit_too_deep",            refuse)           \
  X(handler_exists,                 0x071B, "primitives.handler_exists",           refuse)           \
                                                                                                 \
  X(url_malformed,                  0x0801, "websocket.url_malformed",             refuse)           \
  X(tls_file,                       0x0802, "websocket.tls_file",                  refuse)           \
  X(websocket_unreachable,          0x0803, "websocket.unreachable",               close_connection) \
  X(tls_failed,                     0x0804, "websocket.tls_failed",                close_connection) \
  X(certificate_expired,            0x0805, "websocket.certificate_expired",       close_connection) \
  X(certificate_host,               0x0806, "websocket.certificate_host",          close_connection) \
  X(certificate_untrusted,          0x0807, "websocket.certificate_untrusted",     close_connection) \
  X(upgrade_refused,                0x0808, "websocket.upgrade_refused",           close_connection) \
  X(websocket_protocol_error,       0x0809, "websocket.protocol_error",            close_connection) \
  X(websocket_text_message,         0x080A, "websocket.text_message",              close_connection) \
  X(websocket_not_frames,           0x080B, "websocket.not_frames",                close_connection) \
  X(websocket_message_too_long,     0x080C, "websocket.message_too_long",          close_connection) \
  X(websocket_deadline,             0x080D, "websocket.deadline",                  close_connection) \
  X(too_many_connections,           0x080E, "websocket.too_many_connections",      close_connection) \
  X(websocket_idle_timeout,         0x080F, "websocket.idle_timeout",              close_connection) \
  X(websocket_connection_lost,      0x0810, "websocket.connection_lost",           close_connection) \
  X(websocket_closed,               0x0811, "websocket.closed",                    close_connection) \
                                                                                                 \
  X(object_not_found,               0x0901, "storage.not_found",                   refuse)           \
  X(storage_full,                   0x0902, "storage.full",                        refuse)           \
  X(store_too_large,                0x0903, "storage.too_large",                   refuse)           \
  X(object_damaged,                 0x0904, "storage.object_damaged",              refuse)           \
  X(storage_wrong_key,              0x0905, "storage.wrong_key",                   refuse)           \
  X(storage_corrupt,                0x0906, "storage.corrupt",                     refuse)           \
  X(storage_version_unknown,        0x0907, "storage.version_unknown",             refuse)           \
  X(storage_in_use,                 0x0908, "storage.in_use",                      refuse)           \
  X(too_many_readers,               0x0909, "storage.too_many_readers",            refuse)           \
  X(disk_full,                      0x090A, "storage.disk_full",                   refuse)           \
  X(disk_failed,                    0x090B, "storage.disk_failed",                 refuse)           \
  X(storage_no_access,              0x090C, "storage.no_access",                   refuse)
// clang-format on

enum class Errc : std::uint16_t {
#define X(identifier, number, name, response) identifier = number,
  STT_ERRORS(X)
#undef X
};

struct ErrorInfo {
  Errc code;
  std::string_view name;  // "layer.reason"
  Response response;
};

// All errors, in the order of their numbers.
std::span<const ErrorInfo> all_errors();

std::string_view name(Errc code);
Response response(Errc code);
std::string_view name(Response response);
// The error of that name or number, as it came from a file or a peer.
std::optional<Errc> errc_from_name(std::string_view name);
std::optional<Errc> errc_from_number(std::uint64_t number);

}  // namespace stt

#include "codec.h"

#include <string.h>

enum { frame_bytes_limit = 2097152, handshake_bytes_limit = 1200, body_bytes_min = 53 };
enum { length_position = 3, stream_id_limit = 65535, handshake_metadata = 48, seal_bytes = nonce_bytes + tag_bytes };

static const uint8_t preamble[length_position] = {0x53, 0x54, 0x01};

static answer malformed(const char *reason) {
  return (answer){.reason = reason};
}

static answer need(size_t more) {
  return (answer){.need_more = more};
}

static answer done(size_t consumed) {
  return (answer){.consumed = consumed};
}

static bool is_done(answer one) {
  return one.reason == NULL && one.need_more == 0;
}

/* Leaves it to the caller what the end of the input means: need_more is 1. */
static answer read_varint(view input, uint64_t *value) {
  *value = 0;
  for (size_t i = 0; i < input.size; ++i) {
    const uint8_t byte = input.bytes[i];
    if (i + 1 == varint_bytes_max && byte > 1) return malformed("wire.varint_overflow");
    *value |= (uint64_t)(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      if (i > 0 && byte == 0) return malformed("wire.varint_overlong");
      return done(i + 1);
    }
  }
  return need(1);
}

answer decode_varint(view input, uint64_t *value) {
  const answer read = read_varint(input, value);
  return read.need_more > 0 ? malformed("wire.varint_truncated") : read;
}

size_t encode_varint(uint64_t value, uint8_t *to) {
  size_t size = 0;
  for (; value >= 0x80; value >>= 7) to[size++] = (uint8_t)(value | 0x80);
  to[size++] = (uint8_t)value;
  return size;
}

static bool is_handshake(uint8_t type) {
  return type == type_handshake;
}

static bool is_reserved(uint8_t type) {
  return type == 0 || (type > type_auth && type < 0x80);
}

static bool is_zero(const uint8_t *bytes, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

/* What stands before the body: preamble and length. */
static answer read_length(view input, size_t *whole) {
  for (size_t i = 0; i < length_position && i < input.size; ++i) {
    if (input.bytes[i] != preamble[i]) return malformed(i < 2 ? "wire.frame_magic" : "wire.frame_version");
  }
  if (input.size <= length_position) return need(length_position + 1 - input.size);
  uint64_t length = 0;
  const view rest = {input.bytes + length_position, input.size - length_position};
  const answer read = read_varint(rest, &length);
  if (!is_done(read)) return read;
  if (length > frame_bytes_limit - length_position - read.consumed) return malformed("wire.frame_too_long");
  if (length < body_bytes_min) return malformed("wire.frame_too_short");
  *whole = length_position + read.consumed + (size_t)length;
  return done(length_position + read.consumed);
}

static const char *wrong_type(uint8_t type, size_t whole) {
  if (is_reserved(type)) return "wire.frame_type_reserved";
  const bool is_short = is_handshake(type) || type == type_auth;
  return is_short && whole > handshake_bytes_limit ? "wire.frame_handshake_too_long" : NULL;
}

static const char *wrong_stream_id(const frame *one) {
  const bool needs_none = is_handshake(one->type) || one->type == type_auth || one->type == type_control;
  const bool needs_one = one->type == type_data || one->type == type_stream_control;
  const bool wrong = one->stream_id > stream_id_limit || (needs_none && one->stream_id != 0) ||
                     (needs_one && one->stream_id == 0);
  return wrong ? "wire.frame_stream_id" : NULL;
}

static const char *wrong_sequence(const frame *one) {
  const bool needs_none = is_handshake(one->type) || one->type == type_auth;
  return needs_none && one->sequence != 0 ? "wire.frame_sequence" : NULL;
}

static const char *wrong_metadata_length(const frame *one, uint64_t metadata, size_t rest) {
  const bool wrong = is_handshake(one->type)
                         ? metadata != handshake_metadata
                         : metadata <= seal_bytes || metadata > seal_bytes + varint_bytes_max;
  return wrong || metadata > rest ? "wire.frame_metadata_length" : NULL;
}

/* Reads one varint at `position` and moves on. An end of the input is the caller's: need_more. */
static answer take_varint(view input, size_t *position, uint64_t *value) {
  const answer read = read_varint((view){input.bytes + *position, input.size - *position}, value);
  if (is_done(read)) *position += read.consumed;
  return read;
}

/* The header after `length`; `done` if it is there and sound. */
static answer read_header(view input, size_t whole, size_t position, frame *to, size_t *metadata) {
  if (position >= input.size) return need(1);
  to->type = input.bytes[position++];
  const char *wrong = wrong_type(to->type, whole);
  if (wrong != NULL) return malformed(wrong);

  if (input.size - position < session_id_bytes) return need(1);
  to->session_id = input.bytes + position;
  position += session_id_bytes;
  if (is_zero(to->session_id, session_id_bytes) != is_handshake(to->type)) return malformed("wire.frame_session_id");

  answer read = take_varint(input, &position, &to->stream_id);
  if (!is_done(read)) return read;
  if ((wrong = wrong_stream_id(to)) != NULL) return malformed(wrong);

  read = take_varint(input, &position, &to->sequence);
  if (!is_done(read)) return read;
  if ((wrong = wrong_sequence(to)) != NULL) return malformed(wrong);

  uint64_t length = 0;
  read = take_varint(input, &position, &length);
  if (!is_done(read)) return read;
  if ((wrong = wrong_metadata_length(to, length, whole - position)) != NULL) return malformed(wrong);
  *metadata = (size_t)length;
  return done(position);
}

static answer read_selector(frame *to) {
  if (is_handshake(to->type)) {
    to->hint = to->selector.bytes;
    return done(to->selector.size);
  }
  const answer read = decode_varint(to->selector, &to->epoch);
  if (!is_done(read)) return read;
  if (read.consumed != to->selector.size) return malformed("wire.frame_metadata_length");
  if (to->type == type_auth && to->epoch != 0) return malformed("wire.frame_epoch");
  return read;
}

answer decode_frame(view input, frame *to) {
  size_t whole = 0;
  memset(to, 0, sizeof *to);
  const answer length = read_length(input, &whole);
  if (!is_done(length)) return length;

  size_t metadata = 0;
  const size_t missing = input.size < whole ? whole - input.size : 0;
  const view mine = {input.bytes, missing > 0 ? input.size : whole};
  const answer header = read_header(mine, whole, length.consumed, to, &metadata);
  if (header.reason != NULL) return header;
  if (missing > 0) return need(missing);

  const size_t payload_end = whole - metadata;
  to->header = (view){input.bytes, header.consumed};
  to->payload = (view){input.bytes + header.consumed, payload_end - header.consumed};
  to->selector = (view){input.bytes + payload_end, metadata - seal_bytes};
  to->nonce = to->selector.bytes + to->selector.size;
  to->tag = to->nonce + nonce_bytes;
  const answer selector = read_selector(to);
  return selector.reason != NULL ? selector : done(whole);
}

size_t frame_bytes_max(size_t payload_bytes) {
  return length_position + 1 + session_id_bytes + 5 * varint_bytes_max + payload_bytes + seal_bytes;
}

size_t encode_frame(const frame *from, uint8_t *to) {
  uint8_t body[1 + session_id_bytes + 3 * varint_bytes_max];
  uint8_t epoch[varint_bytes_max];
  view selector = {from->hint, hint_bytes};
  if (from->hint == NULL) selector = (view){epoch, encode_varint(from->epoch, epoch)};

  size_t head = 0;
  body[head++] = from->type;
  memcpy(body + head, from->session_id, session_id_bytes);
  head += session_id_bytes;
  head += encode_varint(from->stream_id, body + head);
  head += encode_varint(from->sequence, body + head);
  head += encode_varint(selector.size + seal_bytes, body + head);

  size_t size = length_position;
  memcpy(to, preamble, length_position);
  size += encode_varint(head + from->payload.size + selector.size + seal_bytes, to + size);
  const view parts[] = {{body, head}, from->payload, selector, {from->nonce, nonce_bytes}, {from->tag, tag_bytes}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) {
    if (parts[i].size > 0) memcpy(to + size, parts[i].bytes, parts[i].size);
    size += parts[i].size;
  }
  return size;
}

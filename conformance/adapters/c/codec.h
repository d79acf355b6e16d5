/* Varints and frames of STT/1 (docs/spec/wire.md), for the example of an adapter in C. */
#ifndef CODEC_H
#define CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t *bytes;
  size_t size;
} view;

/* What a decoder answers: done, malformed because of `reason`, or `need_more` further bytes. */
typedef struct {
  const char *reason; /* a name of docs/spec/errors.md; NULL if nothing is wrong */
  size_t need_more;
  size_t consumed;
} answer;

enum { varint_bytes_max = 10, session_id_bytes = 8, hint_bytes = 8, nonce_bytes = 24, tag_bytes = 16 };
enum { type_handshake = 1, type_data = 2, type_control = 3, type_stream_control = 4, type_auth = 5 };

answer decode_varint(view input, uint64_t *value);
/* Writes at most varint_bytes_max bytes; returns how many. */
size_t encode_varint(uint64_t value, uint8_t *to);

typedef struct {
  uint8_t type;
  const uint8_t *session_id;
  uint64_t stream_id;
  uint64_t sequence;
  const uint8_t *hint; /* of HANDSHAKE frames; NULL in all others */
  uint64_t epoch;
  view payload;
  const uint8_t *nonce;
  const uint8_t *tag;
  view header;   /* when decoded: from the magic to the end of metadata_length */
  view selector; /* when decoded: hint or epoch, as it stands */
} frame;

/* Everything in `to` points into `input`. */
answer decode_frame(view input, frame *to);
/* At most this many bytes are needed for a frame with that payload. */
size_t frame_bytes_max(size_t payload_bytes);
size_t encode_frame(const frame *from, uint8_t *to);

#endif

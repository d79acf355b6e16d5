/* An adapter in C11 that knows varints and frames, and says so. What it reads and writes stands in
 * docs/adapter-protocol.md; a new kind is a function and a line in `kinds`. */
#include "stt_adapter.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

struct stt_adapter {
  char *reply; /* the last one, which the caller may still look at */
};

/* --- JSON: what a request holds, and the forms of a reply ---------------------------------------- */

typedef struct {
  uint8_t *bytes; /* NULL: it was missing or malformed */
  size_t size;
} owned;

static int digit(char one) {
  if (one >= '0' && one <= '9') return one - '0';
  return one >= 'a' && one <= 'f' ? one - 'a' + 10 : -1;
}

static owned bytes_of(const json_t *in, const char *name) {
  const json_t *text = json_object_get(in, name);
  const char *hex = json_string_value(text);
  const size_t digits = json_string_length(text);
  owned to = {NULL, digits / 2};
  if (hex == NULL || digits % 2 != 0) return to;
  to.bytes = malloc(to.size + 1);
  for (size_t i = 0; to.bytes != NULL && i < to.size; ++i) {
    const int high = digit(hex[2 * i]);
    const int low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) {
      free(to.bytes);
      to.bytes = NULL;
    } else {
      to.bytes[i] = (uint8_t)(16 * high + low);
    }
  }
  return to;
}

static bool number_of(const json_t *in, const char *name, uint64_t *value) {
  const char *text = json_string_value(json_object_get(in, name));
  int read = 0;
  return text != NULL && sscanf(text, "%" SCNu64 "%n", value, &read) == 1 && text[read] == '\0';
}

static json_t *hex_of(view from) {
  static const char digits[] = "0123456789abcdef";
  char *text = malloc(2 * from.size + 1);
  if (text == NULL) return NULL;
  for (size_t i = 0; i < from.size; ++i) {
    text[2 * i] = digits[from.bytes[i] >> 4];
    text[2 * i + 1] = digits[from.bytes[i] & 15];
  }
  json_t *hex = json_stringn(text, 2 * from.size);
  free(text);
  return hex;
}

static json_t *decimal(uint64_t value) {
  return json_sprintf("%" PRIu64, value);
}

static json_t *error(const char *what) {
  return json_pack("{s:s, s:s}", "outcome", "error", "message", what);
}

static json_t *accepted(json_t *out) {
  return json_pack("{s:s, s:o}", "outcome", "accept", "out", out);
}

static json_t *refused(const char *stage, answer why) {
  if (why.reason != NULL) return json_pack("{s:s, s:s, s:s}", "outcome", "reject", "stage", stage, "reason", why.reason);
  return json_pack("{s:s, s:I}", "outcome", "need_more", "at_least", (json_int_t)why.need_more);
}

/* --- kinds ------------------------------------------------------------------------------------- */

static json_t *varint_decode(const json_t *in) {
  const owned bytes = bytes_of(in, "bytes");
  if (bytes.bytes == NULL) return error("bytes: hexadecimal is needed");
  uint64_t value = 0;
  const answer read = decode_varint((view){bytes.bytes, bytes.size}, &value);
  free(bytes.bytes);
  if (read.consumed == 0) return refused("varint", read);
  return accepted(json_pack("{s:o, s:I}", "value", decimal(value), "consumed", (json_int_t)read.consumed));
}

static json_t *varint_encode(const json_t *in) {
  uint64_t value = 0;
  uint8_t bytes[varint_bytes_max];
  if (!number_of(in, "value", &value)) return error("value: a decimal number is needed");
  return accepted(json_pack("{s:o}", "bytes", hex_of((view){bytes, encode_varint(value, bytes)})));
}

static json_t *frame_fields(const frame *one, size_t consumed) {
  json_t *out = json_pack("{s:i, s:o, s:I, s:o, s:o, s:o, s:o, s:I}", "type", (int)one->type, "session_id",
                          hex_of((view){one->session_id, session_id_bytes}), "stream_id", (json_int_t)one->stream_id,
                          "sequence", decimal(one->sequence), "payload", hex_of(one->payload), "nonce",
                          hex_of((view){one->nonce, nonce_bytes}), "tag", hex_of((view){one->tag, tag_bytes}),
                          "consumed", (json_int_t)consumed);
  if (one->hint != NULL) {
    json_object_set_new(out, "hint", hex_of((view){one->hint, hint_bytes}));
  } else {
    json_object_set_new(out, "epoch", decimal(one->epoch));
  }
  uint8_t associated[64];
  memcpy(associated, one->header.bytes, one->header.size);
  memcpy(associated + one->header.size, one->selector.bytes, one->selector.size);
  json_object_set_new(out, "associated", hex_of((view){associated, one->header.size + one->selector.size}));
  return out;
}

static json_t *frame_decode(const json_t *in) {
  const owned bytes = bytes_of(in, "bytes");
  if (bytes.bytes == NULL) return error("bytes: hexadecimal is needed");
  frame one;
  const answer read = decode_frame((view){bytes.bytes, bytes.size}, &one);
  json_t *reply = read.consumed == 0 ? refused("frame", read) : accepted(frame_fields(&one, read.consumed));
  free(bytes.bytes);
  return reply;
}

static json_t *frame_encode(const json_t *in) {
  const owned session_id = bytes_of(in, "session_id");
  const owned hint = bytes_of(in, "hint");
  const owned payload = bytes_of(in, "payload");
  const owned nonce = bytes_of(in, "nonce");
  const owned tag = bytes_of(in, "tag");
  frame one = {.type = (uint8_t)json_integer_value(json_object_get(in, "type")),
               .session_id = session_id.bytes,
               .stream_id = (uint64_t)json_integer_value(json_object_get(in, "stream_id")),
               .hint = hint.bytes,
               .payload = {payload.bytes, payload.size},
               .nonce = nonce.bytes,
               .tag = tag.bytes};
  const bool has_selector = hint.bytes != NULL ? hint.size == hint_bytes : number_of(in, "epoch", &one.epoch);
  const bool is_whole = session_id.bytes != NULL && session_id.size == session_id_bytes && payload.bytes != NULL &&
                        nonce.bytes != NULL && nonce.size == nonce_bytes && tag.bytes != NULL && tag.size == tag_bytes;
  json_t *reply = error("a frame needs type, session_id, stream_id, sequence, hint or epoch, payload, nonce and tag");
  if (has_selector && is_whole && number_of(in, "sequence", &one.sequence)) {
    uint8_t *bytes = malloc(frame_bytes_max(payload.size));
    if (bytes != NULL) {
      json_decref(reply);
      reply = accepted(json_pack("{s:o}", "bytes", hex_of((view){bytes, encode_frame(&one, bytes)})));
    }
    free(bytes);
  }
  free(session_id.bytes);
  free(hint.bytes);
  free(payload.bytes);
  free(nonce.bytes);
  free(tag.bytes);
  return reply;
}

static const struct {
  const char *name;
  json_t *(*reply)(const json_t *in);
} kinds[] = {
    {"varint.decode", varint_decode},
    {"varint.encode", varint_encode},
    {"frame.decode", frame_decode},
    {"frame.encode", frame_encode},
};
enum { kind_count = sizeof kinds / sizeof *kinds };

/* --- requests ---------------------------------------------------------------------------------- */

static json_t *unsupported(void) {
  return json_pack("{s:s}", "outcome", "unsupported");
}

static json_t *hello(void) {
  json_t *names = json_array();
  for (size_t i = 0; i < kind_count; ++i) json_array_append_new(names, json_string(kinds[i].name));
  return json_pack("{s:s, s:i, s:s, s:s, s:o, s:b, s:s, s:[], s:[]}", "outcome", "accept", "protocol", 1,
                   "implementation", "stt example in C", "version", "1", "kinds", names, "peer", 0, "entropy", "own",
                   "features", "unsupported_config");
}

static json_t *reply_to(const json_t *request) {
  const char *op = json_string_value(json_object_get(request, "op"));
  if (op == NULL) return error("op: a text is needed");
  if (strcmp(op, "hello") == 0) return hello();
  if (strcmp(op, "reset") == 0) return json_pack("{s:s}", "outcome", "accept"); /* nothing is kept */
  if (strcmp(op, "vector") != 0) return unsupported();
  const char *kind = json_string_value(json_object_get(request, "kind"));
  for (size_t i = 0; kind != NULL && i < kind_count; ++i) {
    if (strcmp(kind, kinds[i].name) == 0) return kinds[i].reply(json_object_get(request, "in"));
  }
  return unsupported();
}

stt_adapter *stt_adapter_open(void) {
  return calloc(1, sizeof(stt_adapter));
}

const char *stt_adapter_request(stt_adapter *adapter, const char *line) {
  json_t *request = json_loads(line, 0, NULL);
  json_t *reply = json_is_object(request) ? reply_to(request) : error("an object of JSON is needed");
  json_t *id = json_object_get(request, "id");
  if (id != NULL) json_object_set(reply, "id", id);
  free(adapter->reply);
  adapter->reply = json_dumps(reply, JSON_COMPACT);
  json_decref(reply);
  json_decref(request);
  return adapter->reply;
}

void stt_adapter_close(stt_adapter *adapter) {
  free(adapter->reply);
  free(adapter);
}

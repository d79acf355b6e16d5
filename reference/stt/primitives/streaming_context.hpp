// What the two ends of a binary stream share: a key and the name of the stream.
#pragma once

#include <stt/base/result.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/primitives/segment.hpp>

namespace stt::primitives {

// The application hands out the key in any way it likes; the context id tells streams under one key
// apart and should serve one stream only. Holds a secret, wiped with it.
class StreamingContext {
 public:
  // base.invalid_argument for a context id above context_id_bytes_max; it may be empty.
  static Result<StreamingContext> create(const crypto::Key& key, ByteView context_id);

  // Of the stream: KDF(key, "stream", context id).
  const crypto::Key& key() const { return key_; }
  ByteView context_id() const { return context_id_; }

 private:
  StreamingContext(crypto::Key key, ByteView context_id)
      : key_(std::move(key)), context_id_(to_bytes(context_id)) {}

  crypto::Key key_;
  Bytes context_id_;
};

// Seals and opens the segments of one context. Allocates nothing once it is made.
class SegmentCipher {
 public:
  explicit SegmentCipher(const StreamingContext& context);

  // In place; a nonce is used once.
  void seal(SegmentKind kind, crypto::Nonce nonce, MutableByteView text, MutableByteView tag);
  // Decrypts `view` into `text`, of the size of its ciphertext. crypto.authentication_failed.
  Result<void> open(const SegmentView& view, MutableByteView text);

 private:
  ByteView associated(SegmentKind kind, ByteView nonce);

  crypto::Aead aead_;
  Bytes associated_;  // LP(context id) | kind | sequence u64
};

}  // namespace stt::primitives

// Frames as only the holder of their key can make them: for cases whose fault lies below the seal.
#pragma once

#include <string>
#include <string_view>

#include <conformance/suite/authoring/edit.hpp>
#include <stt/crypto/kdf.hpp>
#include <stt/wire/frame.hpp>

namespace stt::conform {

Bytes unhex(std::string_view hex);  // asserts that it is hexadecimal

// A whole frame, in hex.
std::string sealed(const crypto::Key& key, const wire::FrameHeader& header, ByteView nonce,
                   ByteView payload);

// Opens the frame with `key`, applies `edit` to {"plaintext": hex} and seals it again under the
// same key, header and nonce.
std::string resealed(const std::string& frame, const crypto::Key& key, const Edit& edit);

// Opens the frame with `key` and seals the same under `other`.
std::string sealed_under(const std::string& frame, const crypto::Key& key,
                         const crypto::Key& other);

}  // namespace stt::conform

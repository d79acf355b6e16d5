// Key derivation and hashing (libsodium BLAKE2b-256).
#pragma once

#include <initializer_list>
#include <string_view>

#include <stt/base/secret.hpp>

namespace stt::crypto {

using Key = Secret<32>;
using Digest = ByteArray<32>;

// KDF(key, label, ctx...) = BLAKE2b-256 keyed with `key` over LP(label) LP(ctx)...
//= STT-CRYPTO-002
Key kdf(const Key& key, std::string_view label, std::initializer_list<ByteView> context = {});

// H(a | b | ...) = BLAKE2b-256 over the parts in order.
//= STT-CRYPTO-003
Digest hash(std::initializer_list<ByteView> parts);

// Key material from secret bytes: the same as hash, but wiped.
Key hash_secret(std::initializer_list<ByteView> parts);

}  // namespace stt::crypto

// What a user of WebSockets chooses, and what goes wrong with them.
#pragma once

#include <cstddef>
#include <string>

#include <stt/base/errc.hpp>
#include <stt/base/time.hpp>

namespace stt::adapters {

// docs/spec/limits.md; the same for connections that were accepted and for those that were made.
struct WebSocketLimits {
  std::size_t connections_max = 1'024;
  std::size_t without_session_max = 128;  // of these; one more ends the oldest
  std::size_t request_bytes_max = 8'192;  // HTTP
  std::size_t message_bytes_max = 16U << 20;
  std::size_t queue_bytes_max = 4U
                                << 20;  // towards one peer; the message that crosses it still fits
  Duration session_deadline = 10s;      // from TCP to the first Active session
  Duration silence_max = 30s;           // a ping after half of it
  Duration close_limit = 3s;            // how long the peer may take to close
};

// PEM files. The certificate may be followed by the chain up to its root.
struct TlsServerFiles {
  std::string certificate;
  std::string key;  // not encrypted
};

// Certificates are always verified.
struct TlsClientOptions {
  // PEM file of the only authorities to be trusted; empty: those of the system.
  std::string ca;
};

struct ConnectionError {
  Errc code{};
  std::string text;  // for people: what the library or the peer said
};

}  // namespace stt::adapters

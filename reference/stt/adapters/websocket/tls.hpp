// TLS as WebSocket uses it: contexts with our rules in them, and names for what can go wrong.
#pragma once

#include <memory>

#include <openssl/ssl.h>

#include <tl/expected.hpp>

#include <stt/adapters/websocket/options.hpp>

namespace stt::adapters {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

// websocket.tls_file, with the file and OpenSSL's reason.
tl::expected<TlsContext, ConnectionError> make_server_context(const TlsServerFiles& files);
tl::expected<TlsContext, ConnectionError> make_client_context(const TlsClientOptions& options);

// Before the handshake of a client: the certificate has to name `host`, and if that is a name the
// server is told it (SNI). False if OpenSSL cannot.
bool expect_host(SSL* tls, const std::string& host);

// Why a handshake failed: one of the certificate's errors, or websocket.tls_failed with `text`.
ConnectionError tls_error(const SSL* tls, const std::string& text);

}  // namespace stt::adapters

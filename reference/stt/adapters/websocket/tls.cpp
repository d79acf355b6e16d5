#include <stt/adapters/websocket/tls.hpp>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <stt/adapters/asio/socket_address.hpp>

namespace stt::adapters {
namespace {

// The oldest entry of OpenSSL's queue of errors, in its words; empties the queue.
std::string reason() {
  const unsigned long code = ::ERR_get_error();
  ::ERR_clear_error();
  const char* const text = ::ERR_reason_error_string(code);
  return text != nullptr ? text : "no reason given";
}

tl::unexpected<ConnectionError> file_error(const std::string& what, const std::string& file) {
  return tl::unexpected(ConnectionError{Errc::tls_file, what + " " + file + ": " + reason()});
}

// A key that is encrypted is refused; without this OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

TlsContext make_context(const SSL_METHOD* method) {
  TlsContext context(::SSL_CTX_new(method));
  if (!context) return context;
  ::ERR_clear_error();
  //= STT-WS-028
  ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  ::SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  ::SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  return context;
}

tl::unexpected<ConnectionError> no_context() {
  return tl::unexpected(ConnectionError{Errc::tls_failed, "no TLS context: " + reason()});
}

}  // namespace

tl::expected<TlsContext, ConnectionError> make_server_context(const TlsServerFiles& files) {
  TlsContext context = make_context(::TLS_server_method());
  if (!context) return no_context();
  if (::SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return file_error("cannot use certificate", files.certificate);
  }
  if (::SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return file_error("cannot use key", files.key);
  }
  return context;
}

//= STT-WS-027
tl::expected<TlsContext, ConnectionError> make_client_context(const TlsClientOptions& options) {
  TlsContext context = make_context(::TLS_client_method());
  if (!context) return no_context();
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const bool trusted = options.ca.empty() ? ::SSL_CTX_set_default_verify_paths(context.get()) == 1
                                          : ::SSL_CTX_load_verify_locations(
                                                context.get(), options.ca.c_str(), nullptr) == 1;
  if (!trusted) return file_error("cannot use authorities", options.ca);
  return context;
}

bool expect_host(SSL* tls, const std::string& host) {
  if (parse_ip(host, 0)) {
    return ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(tls), host.c_str()) == 1;
  }
  ::SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return ::SSL_set1_host(tls, host.c_str()) == 1 &&
         ::SSL_set_tlsext_host_name(tls, host.c_str()) == 1;
}

ConnectionError tls_error(const SSL* tls, const std::string& text) {
  const long verdict = ::SSL_get_verify_result(tls);
  const std::string why = ::X509_verify_cert_error_string(verdict);
  switch (verdict) {
    case X509_V_OK: return {Errc::tls_failed, text};
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED: return {Errc::certificate_expired, why};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return {Errc::certificate_host, why};
    default: return {Errc::certificate_untrusted, why};
  }
}

}  // namespace stt::adapters

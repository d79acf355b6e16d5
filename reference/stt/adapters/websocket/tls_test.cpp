// What TLS asks of certificates and files.
#include <stt/adapters/websocket/tls.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stt/adapters/websocket/websocket_parties.hpp>

namespace stt::adapters {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class WebSocketTls : public WebSocketTest {
 protected:
  Errc refused(const TlsServerFiles& files, const std::string& host, const std::string& ca) {
    Party b(loop_, bob_seed);
    const auto local =
        b.transport.listen({.bind = parse_ip("127.0.0.1", 0), .port = 0, .tls = files});
    EXPECT_TRUE(local) << local.error().text;
    WebSocketTransport client(loop_);
    const Outcome outcome =
        open(client, "wss://" + host + ":" + std::to_string(local->front().port) + "/", ca);
    EXPECT_EQ(b.transport.counters().opened, outcome ? 1U : 0U);
    return outcome ? Errc::no_error : outcome.error().code;
  }
};

//= STT-WS-027 test
TEST_F(WebSocketTls, ACertificateIsVerified) {
  const std::string& ca = suite_certificates->ca_file();
  const TlsServerFiles named = server_files("named", "DNS:localhost");
  EXPECT_EQ(refused(named, "localhost", ca), Errc::no_error);
  EXPECT_EQ(refused(named, "127.0.0.1", ca), Errc::certificate_host);
  EXPECT_EQ(refused(server_files("other", "DNS:example.org"), "localhost", ca),
            Errc::certificate_host);
  EXPECT_EQ(refused(server_files("old", "DNS:localhost", -1h), "localhost", ca),
            Errc::certificate_expired);
  EXPECT_EQ(refused(named, "localhost", ""), Errc::certificate_untrusted);
  const Certificates others;
  EXPECT_EQ(refused(named, "localhost", others.ca_file()), Errc::certificate_untrusted);
}

TEST_F(WebSocketTls, PlainMeetsTlsAndTlsMeetsPlain) {
  Party b(loop_, bob_seed);
  const std::string wss = listen(b, good_files());
  const std::string ws = listen(b);
  WebSocketTransport client(loop_);
  EXPECT_FALSE(open(client, "ws" + wss.substr(3)));
  EXPECT_EQ(open(client, "wss" + ws.substr(2), suite_certificates->ca_file()).error().code,
            Errc::tls_failed);
  EXPECT_TRUE(open(client, wss, suite_certificates->ca_file()));
  EXPECT_TRUE(open(client, ws));
}

TEST_F(WebSocketTls, FilesThatCannotBeUsedAreNamed) {
  const TlsServerFiles good = good_files();
  const TlsServerFiles other = server_files("another", "DNS:localhost");
  const std::string empty = suite_certificates->write("empty.pem", "");
  const auto problem = [this](const TlsServerFiles& files) {
    WebSocketTransport transport(loop_);
    const auto local =
        transport.listen({.bind = parse_ip("127.0.0.1", 0), .port = 0, .tls = files});
    if (local) return std::string("taken");
    EXPECT_EQ(local.error().code, Errc::tls_file);
    return local.error().text;
  };
  EXPECT_EQ(problem(good), "taken");
  EXPECT_THAT(problem({"/nowhere.pem", good.key}), HasSubstr("certificate /nowhere.pem"));
  EXPECT_THAT(problem({empty, good.key}), HasSubstr("certificate " + empty));
  EXPECT_THAT(problem({good.certificate, "/nowhere.key"}), HasSubstr("key /nowhere.key"));
  EXPECT_THAT(problem({good.certificate, other.key}), HasSubstr("key values mismatch"));
  EXPECT_THAT(problem({good.certificate, good.certificate}), HasSubstr("key"));

  WebSocketTransport client(loop_);
  const Outcome outcome = open(client, "wss://localhost:1/", empty);
  EXPECT_EQ(outcome.error().code, Errc::tls_file);
  EXPECT_THAT(outcome.error().text, HasSubstr(empty));
}

//= STT-WS-028 test
TEST_F(WebSocketTls, NothingOlderThanTls12IsSpoken) {
  const TlsServerFiles files = good_files();
  const auto server = make_server_context(files);
  const auto client = make_client_context({});
  EXPECT_EQ(SSL_CTX_get_min_proto_version(server->get()), TLS1_2_VERSION);
  EXPECT_EQ(SSL_CTX_get_min_proto_version(client->get()), TLS1_2_VERSION);
}

}  // namespace
}  // namespace stt::adapters

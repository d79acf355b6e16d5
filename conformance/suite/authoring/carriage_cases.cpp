// What a WebSocket carries, and where it leads.
#include <conformance/suite/authoring/author.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

void add_messages(Author& author) {
  const std::string control = author.in("frame.decode/control").at("bytes");
  const std::string data = author.in("frame.decode/data").at("bytes");
  const std::string handshake = author.in("frame.decode/handshake").at("bytes");
  author.accept("websocket.message/one", {"One frame is a message.", {"STT-WS-002"}},
                {{"bytes", control}});
  author.accept("websocket.message/handshake", {"So a session begins.", {"STT-WS-002"}},
                {{"bytes", handshake}});
  author.accept("websocket.message/several", {"Several frames share a message.", {"STT-WS-002"}},
                {{"bytes", control + data + control}});
  const std::string longest = author.in("frame.decode/handshake-1200").at("bytes");
  author.accept("websocket.message/1200",
                {"As long as any message may be at first.", {"STT-WS-002"}}, {{"bytes", longest}});
  const auto refuse = [&](const char* name, const char* base, const Edit& edit, const char* why) {
    author.reject(std::string("websocket.message/") + name,
                  (std::string("websocket.message/") + base).c_str(), edit,
                  {"message", Errc::websocket_not_frames}, {why, {"STT-WS-002"}});
  };
  refuse("empty", "one", cut("bytes", control.size() / 2), "A message without a frame.");
  refuse("unfinished", "handshake", cut("bytes", 1), "No frame spans two messages.");
  refuse("unfinished-last", "several", cut("bytes", 1), "Not even the last one.");
  refuse("byte-behind", "one", extend("bytes", "53"), "The start of a frame is no frame.");
  refuse("padding-behind", "one", extend("bytes", "0000"), "Messages are not padded.");
  refuse("malformed", "one", replace("bytes", 2, "01", "02"),
         "Here a malformed frame is refused with all the others: nobody changed it on the way.");
  refuse("malformed-second", "several", replace("bytes", 58, "53", "54"),
         "Whichever frame it is, the message is refused.");
  refuse("length-short", "several", replace("bytes", 3, "36", "35"),
         "A length that puts the next frame at the wrong place.");
  refuse("length-beyond", "one", replace("bytes", 3, "36", "37"),
         "A frame that claims more than its message has.");
}

struct KnownUrl {
  const char* name;
  const char* url;
  bool tls;
  const char* host;
  unsigned port;
  const char* target;
  const char* why;
};

constexpr KnownUrl known_urls[] = {
    {"host", "ws://example.org", false, "example.org", 80, "/", "The port of ws is 80."},
    {"tls", "wss://example.org/", true, "example.org", 443, "/", "The port of wss is 443."},
    {"port", "ws://example.org:9000/", false, "example.org", 9000, "/", "Another port."},
    {"port-largest", "ws://example.org:65535/", false, "example.org", 65'535, "/",
     "The last port there is."},
    {"path", "ws://example.org/stt/1", false, "example.org", 80, "/stt/1",
     "A path, for what stands before the server."},
    {"query", "wss://example.org/stt?a=b&c", true, "example.org", 443, "/stt?a=b&c",
     "A query goes along."},
    {"query-alone", "ws://example.org?a", false, "example.org", 80, "/?a",
     "A query without a path: the path is /."},
    {"ipv4", "ws://192.0.2.1:80/", false, "192.0.2.1", 80, "/", "An IPv4 address."},
    {"ipv6", "ws://[2001:db8::1]:9000/", false, "2001:db8::1", 9000, "/",
     "The brackets of an IPv6 address are not part of it."},
    {"upper-case-scheme", "WSS://example.org/", true, "example.org", 443, "/",
     "Schemes have no case."},
    {"underscore", "ws://build_host-1/", false, "build_host-1", 80, "/",
     "Names as they stand in private networks."},
};

struct BadUrl {
  const char* name;
  const char* base;
  const char* url;
  const char* why;
};

constexpr BadUrl bad_urls[] = {
    {"empty", "host", "", "Nothing."},
    {"no-scheme", "host", "example.org", "A name alone leads nowhere."},
    {"http", "host", "http://example.org", "Another scheme."},
    {"https", "tls", "https://example.org/", "Another scheme, with TLS."},
    {"no-authority", "host", "ws:example.org", "Without // there is no host."},
    {"no-host", "host", "ws://", "No host."},
    {"no-host-with-port", "port", "ws://:9000/", "A port alone."},
    {"user", "host", "ws://user@example.org", "A user name is no secret there, and no use."},
    {"password", "host", "ws://user:secret@example.org", "Nor a password."},
    {"fragment", "path", "ws://example.org/stt/1#part", "RFC 6455 has no fragments."},
    {"port-0", "port", "ws://example.org:0/", "Nothing listens there."},
    {"port-65536", "port-largest", "ws://example.org:65536/", "One above the last."},
    {"port-empty", "port", "ws://example.org:/", "A colon promises a port."},
    {"port-letters", "port", "ws://example.org:http/", "A port is a number."},
    {"port-negative", "port", "ws://example.org:-1/", "And has no sign."},
    {"space", "path", "ws://example.org/stt 1", "A space would end the line of the request."},
    {"line-end", "path", "ws://example.org/\r\nHost: other",
     "A line of HTTP cannot be smuggled in."},
    {"escaped-host", "host", "ws://example%2eorg", "A host is written as it is."},
    {"other-alphabet", "host", "ws://ex\xC3\xA4mple.org", "Only what stands in certificates."},
    {"ipv6-zone", "ipv6", "ws://[fe80::1%25eth0]:9000/", "A zone means nothing to the server."},
    {"ipv6-without-brackets", "ipv6", "ws://2001:db8::1:9000/", "Where would its port begin?"},
    {"ipv6-unfinished", "ipv6", "ws://[2001:db8::1", "The bracket is not closed."},
};

void add_urls(Author& author) {
  for (const KnownUrl& one : known_urls) {
    author.known(
        std::string("websocket.url/") + one.name, {one.why, {"STT-WS-019"}}, {{"url", one.url}},
        {{"tls", one.tls}, {"host", one.host}, {"port", one.port}, {"target", one.target}});
  }
  for (const BadUrl& one : bad_urls) {
    author.reject(std::string("websocket.url/") + one.name,
                  (std::string("websocket.url/") + one.base).c_str(), set("url", one.url),
                  {"url", Errc::url_malformed}, {one.why, {"STT-WS-019"}});
  }
}

// A handshake belongs to what its first frame came by.
void add_carriers(Author& author) {
  const auto by = [](const char* first, const char* second) { return json{first, second}; };
  json in = author.in("handshake.responder/good");
  in["carriers"] = by("websocket 1", "websocket 1");
  author.accept("websocket.handshake/one-connection",
                {"All of it by one WebSocket connection.", {"STT-WS-004"}}, in);
  in["carriers"] = by("udp", "udp");
  author.accept("websocket.handshake/udp", {"All of it by UDP.", {"STT-WS-006"}}, in);
  const auto refuse = [&](const char* name, const char* base, const json& carriers,
                          const char* requirement, const char* why) {
    author.reject(std::string("websocket.handshake/") + name,
                  (std::string("websocket.handshake/") + base).c_str(), set("carriers", carriers),
                  {"frame 2", Errc::wrong_transport}, {why, {requirement}});
  };
  refuse("another-connection", "one-connection", by("websocket 1", "websocket 2"), "STT-WS-005",
         "AUTH_PROOF by another connection than HELLO.");
  refuse("udp-after-websocket", "one-connection", by("websocket 1", "udp"), "STT-WS-005",
         "Nor can it come by UDP.");
  refuse("websocket-after-udp", "udp", by("udp", "websocket 1"), "STT-WS-006",
         "Nor the other way round.");
}

}  // namespace

void add_carriage_cases(Author& author) {
  add_carriers(author);
  add_messages(author);
  add_urls(author);
}

}  // namespace stt::conform

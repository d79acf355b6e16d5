// What carries frames: WebSockets, as far as bytes decide.
#include <array>

#include <conformance/suite/reference/kinds.hpp>
#include <stt/adapters/websocket/url.hpp>
#include <stt/adapters/websocket/whole_frames.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

json websocket_message(const Fields& in) {
  const Bytes bytes = in.bytes("bytes");
  if (!adapters::is_whole_frames(bytes)) return reject("message", Errc::websocket_not_frames);
  json frames = json::array();
  for (ByteView rest = bytes; !rest.empty();) {
    const ByteView whole = std::get<wire::FrameView>(wire::parse_frame(rest)).whole;
    frames.push_back(to_hex(whole));
    rest = rest.subspan(whole.size());
  }
  return accept({{"frames", frames}});
}

json websocket_url(const Fields& in) {
  const auto url = adapters::parse_websocket_url(in.text("url"));
  if (!url) return reject("url", Errc::url_malformed);
  return accept(
      {{"tls", url->tls}, {"host", url->host}, {"port", url->port}, {"target", url->target}});
}

constexpr std::array kinds{
    Kind{"websocket.message", websocket_message},
    Kind{"websocket.url", websocket_url},
};

}  // namespace

std::span<const Kind> carriage_kinds() {
  return kinds;
}

}  // namespace stt::conform

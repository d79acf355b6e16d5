#include <conformance/live/link.hpp>

#include <algorithm>
#include <utility>

#include <conformance/suite/peers/end_of_case.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/adapters/asio/udp_socket.hpp>
#include <stt/adapters/websocket/transport.hpp>

namespace stt::conform::live {
namespace {

using peers::EndOfCase;

class UdpLink final : public Link {
 public:
  UdpLink(adapters::UdpSocket socket, const Address& target)
      : socket_(std::move(socket)), target_(target) {}

  void send(ByteView bytes) override { (void)socket_.send(target_, bytes, bytes.size()); }

  std::vector<Bytes> receive() override {
    std::vector<Bytes> datagrams;
    for (auto arrivals = socket_.receive(batch_); !arrivals.empty();
         arrivals = socket_.receive(batch_)) {
      for (const adapters::Arrival& arrival : arrivals) {
        if (arrival.from != target_) continue;
        for (ByteView left = arrival.bytes; !left.empty();) {
          const std::size_t size = std::min(left.size(), arrival.segment_bytes);
          datagrams.push_back(to_bytes(left.first(size)));
          left = left.subspan(size);
        }
      }
    }
    return datagrams;
  }

  bool has_ended() const override { return false; }

 private:
  adapters::UdpSocket socket_;
  Address target_;
  adapters::ReceiveBatch batch_;
};

class WebSocketLink final : public Link, private adapters::ConnectionSink {
 public:
  explicit WebSocketLink(Scene& scene)
      : transport_(scene.loop(), {.session_deadline = scene.options().patience}) {
    transport_.attach(this);
    transport_.on_ended([this](const Address&, const adapters::ConnectionError& error) {
      problem_ = error.text;
      ended_ = true;
    });
    transport_.connect({*scene.options().target.websocket, {scene.options().target.ca}},
                       [this](const tl::expected<Address, adapters::ConnectionError>& opened) {
                         if (opened) connection_ = *opened;
                         if (!opened) problem_ = opened.error().text;
                         ended_ = !opened;
                       });
    scene.wait([this] { return connection_ || ended_; });
    if (!connection_) throw EndOfCase(Verdict::fail, "no WebSocket: " + problem_);
  }
  ~WebSocketLink() override { transport_.attach(nullptr); }

  void send(ByteView bytes) override { transport_.send(*connection_, bytes); }
  std::vector<Bytes> receive() override { return std::exchange(messages_, {}); }
  bool has_ended() const override { return ended_; }

 private:
  void on_message(const Address& /*connection*/, MutableByteView message) override {
    messages_.push_back(to_bytes(message));
  }
  void on_room(const Address& /*connection*/) override {}
  void on_lost(const Address& /*connection*/) override { ended_ = true; }

  adapters::WebSocketTransport transport_;
  std::optional<Address> connection_;
  std::vector<Bytes> messages_;
  std::string problem_ = "no answer";
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Link> open_link(Scene& scene) {
  if (!scene.is_udp()) return std::make_unique<WebSocketLink>(scene);
  const Address& target = scene.udp_address();
  const bool is_ipv4 = adapters::family_of(target) == adapters::Family::ipv4;
  auto socket = adapters::UdpSocket::open(is_ipv4 ? Address::ipv4(0, 0, 0, 0, 0) : Address{},
                                          {.offload = false});
  if (!socket) throw EndOfCase(Verdict::not_exercised, "the system gives no UDP socket");
  return std::make_unique<UdpLink>(std::move(*socket), target);
}

}  // namespace stt::conform::live

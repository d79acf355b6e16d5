// Two nodes, a session, a stream, a message: the walk through the core concepts, start to end.
//
// Both nodes live in this one program, on one io_context and one thread. On two machines nothing
// changes but the address.
#include <docs/examples/expect.hpp>

#include <string>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stt/adapters/async/node.hpp>

namespace {

using example::expect;
using stt::as_bytes;
namespace net = boost::asio;
namespace async = stt::async;

// Seeds are random bytes, at least 32 of them (`stt keygen`). A node seed stays with its node, and
// is its identity; the shared seed is what the two have in common, and got there by other means.
constexpr std::string_view alice_node_seed = "alice_unique_seed_of_at_least_32_bytes!!!";
constexpr std::string_view bob_node_seed = "bob_unique_seed_of_at_least_32_bytes!!!!!";
constexpr std::string_view shared_seed = "shared_secret_of_the_two_of_32_bytes";

net::awaitable<void> walk_through(bool by_websocket) {
  const auto executor = co_await net::this_coro::executor;

  // 1. Create nodes. Bob listens on the loopback, on a port that the system chooses.
  async::Node alice(executor, {as_bytes(alice_node_seed), as_bytes(shared_seed)});
  async::NodeOptions of_bob;
  of_bob.udp->bind = stt::Address::ipv4(127, 0, 0, 1, 0);
  async::Node bob(executor, {as_bytes(bob_node_seed), as_bytes(shared_seed)}, of_bob);

  // 2. Start nodes. There is no client and no server: each can connect to the other.
  co_await alice.start();
  co_await bob.start();

  // 3. Establish a session. Then the handshake is done, and the peer is who it proved to be. The
  // way to it, UDP or a WebSocket (wss:// is one with TLS), makes no difference to the rest.
  async::Session session;
  if (by_websocket) {
    const auto places = bob.listen_websocket({.bind = of_bob.udp->bind});
    const std::string port = std::to_string(places->front().port);
    session = co_await alice.connect_websocket("ws://127.0.0.1:" + port + "/");
  } else {
    session = co_await alice.connect_udp("127.0.0.1", bob.local_addresses().front().port);
  }
  expect(session.is_open() && session.peer() == bob.id());

  // 4. Create a stream, one of many that a session may have.
  async::Stream stream = co_await session.streams().create();

  // 5. Send data: it is encrypted, and arrives whole, once and in order, or not at all.
  co_await stream.send(as_bytes("Hello Bob!"));
  co_await stream.send(as_bytes("How are you?"));

  // 6. Receive data, on Bob's side, from whoever it comes.
  int packets = 0;
  while (auto packet = co_await bob.receive()) {
    expect(packet->session.peer() == alice.id() && packet->stream.id() == stream.id());
    expect(packet->session.id() == session.id());  // both have derived it from the handshake
    expect(stt::equal(packet->data, as_bytes(packets == 0 ? "Hello Bob!" : "How are you?")));
    if (++packets == 2) break;
  }

  // 7. Cleanup, in order: what was sent arrives first, and the peer is told.
  co_await stream.close();
  co_await session.close();
  co_await alice.stop();
  co_await bob.stop();
  expect(alice.state() == stt::NodeState::stopped);

  // A node that has stopped receives nothing more: this is how the loop above would end.
  const auto nothing = co_await bob.receive();
  expect(packets == 2 && !nothing);
}

}  // namespace

int main() {
  for (const bool by_websocket : {false, true}) {
    net::io_context context(1);
    bool done = false;
    net::co_spawn(context, walk_through(by_websocket), [&](const std::exception_ptr& failure) {
      if (failure) std::rethrow_exception(failure);
      done = true;
    });
    context.run();
    expect(done);
  }
}

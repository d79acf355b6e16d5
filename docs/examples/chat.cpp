// A chat: a protocol of one's own on custom frames, with a time-out for people who say nothing.
//
// Frame type 0x80 is a line of chat here, because we say so; to STT it is bytes. The same between
// two terminals is `stt chat`.
#include <docs/examples/expect.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stt/adapters/async/node.hpp>

namespace {

using example::expect;
using stt::as_bytes;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
namespace net = boost::asio;
namespace async = stt::async;

constexpr stt::wire::FrameType chat_line{0x80};
constexpr std::string_view shared_seed = "shared_secret_of_the_two_of_32_bytes";

std::string text(const stt::Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Bob answers every line, until the conversation ends.
net::awaitable<void> answer(async::Node& bob) {
  auto session = co_await bob.accept();
  auto stream = co_await session->streams().accept();
  while (auto line = co_await stream->receive()) {
    expect(line->type == chat_line);
    const std::string reply = "you said: " + text(line->bytes);
    co_await stream->send(as_bytes(reply), chat_line);
  }
  co_await stream->close();
}

// The next line; nothing if none comes for a while. A time-out loses no line.
net::awaitable<std::optional<std::string>> next_line(async::Stream& stream,
                                                     std::chrono::milliseconds patience) {
  net::steady_timer timer(co_await net::this_coro::executor, patience);
  auto first = co_await (stream.receive() || timer.async_wait(net::use_awaitable));
  if (first.index() == 1) co_return std::nullopt;
  co_return text(std::get<0>(first)->bytes);
}

net::awaitable<void> talk(async::Node& alice, std::uint16_t port) {
  async::Session session = co_await alice.connect_udp("127.0.0.1", port);
  async::Stream stream = co_await session.streams().create();

  // Nobody has said anything yet.
  auto reply = co_await next_line(stream, 10ms);
  expect(!reply);

  for (const std::string line : {"hello", "how are you?"}) {
    co_await stream.send(as_bytes(line), chat_line);
    reply = co_await next_line(stream, 60s);
    expect(reply == "you said: " + line);
  }

  // Errors are exceptions, or values for those who ask so: here, a send after the end.
  co_await stream.close();
  const auto [error, taken] =
      co_await stream.send(as_bytes("one more"), net::as_tuple(net::use_awaitable));
  expect(error == stt::Errc::stream_closed && taken == 0);
  const auto end = co_await stream.closed();
  expect(end.reason == stt::Errc::no_error);
}

net::awaitable<void> tell() {
  const auto executor = co_await net::this_coro::executor;
  async::NodeOptions loopback;
  loopback.udp->bind = stt::Address::ipv4(127, 0, 0, 1, 0);
  async::Node alice(executor,
                    {as_bytes("alice: a node seed of 32 bytes or more"), as_bytes(shared_seed)},
                    loopback);
  async::Node bob(executor,
                  {as_bytes("bob: a node seed of 32 bytes, or more"), as_bytes(shared_seed)},
                  loopback);
  co_await alice.start();
  co_await bob.start();
  co_await (talk(alice, bob.local_addresses().front().port) && answer(bob));
  co_await (alice.stop() && bob.stop());
}

}  // namespace

int main() {
  net::io_context context(1);
  bool done = false;
  net::co_spawn(context, tell(), [&](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
    done = true;
  });
  context.run();
  expect(done);
}

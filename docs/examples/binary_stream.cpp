// A thermometer sends its readings as one encrypted binary stream, as they come.
//
// Primitives 1 and 2: the encoder cuts whatever bytes it is given by size and by time, never by
// meaning, and seals every piece by itself. The decoder takes the pieces in any order.
#include <docs/examples/expect.hpp>

#include <array>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stt/adapters/primitives/async_decoder.hpp>
#include <stt/adapters/primitives/async_encoder.hpp>
#include <stt/crypto/system_random.hpp>

namespace {

using namespace std::chrono_literals;
using namespace stt;
using async::AsyncDecoder;
using async::AsyncEncoder;
using example::expect;
using primitives::StreamingContext;
namespace net = boost::asio;

// Any coroutine that gives bytes is a source: a camera, a socket, a generator. Here: a reading of
// 10 bytes now and then. Nothing means the end, and nobody knows before when that will be.
class Thermometer {
 public:
  explicit Thermometer(const net::any_io_executor& executor) : timer_(executor) {}

  net::awaitable<Bytes> next_reading() {
    if (readings_left_-- == 0) co_return Bytes{};
    timer_.expires_after(1ms);
    co_await timer_.async_wait(net::use_awaitable);
    co_return to_bytes(as_bytes("21.3 deg C"));
  }

 private:
  net::steady_timer timer_;
  int readings_left_ = 5;
};

// The two ends share a key, and a name for this one stream.
StreamingContext context_of(ByteView key) {
  return *StreamingContext::create(crypto::Key(key.first<32>()), as_bytes("thermometer 7, today"));
}

net::awaitable<void> send(AsyncEncoder& encoder, std::vector<async::OwnedSegment>& network) {
  // The `async for` of C++20. No size is declared: the stream is live, so a segment leaves as soon
  // as the source pauses. Nobody waits until a reading of 10 bytes has become a full segment.
  while (auto segment = co_await encoder.async_next_segment(net::use_awaitable)) {
    network.push_back(std::move(*segment));
  }
}

net::awaitable<void> receive(AsyncDecoder& decoder, Bytes& received) {
  // Completes once the end segment has been verified: a stream that was cut short never does.
  received = co_await decoder.async_receive_all(1'000'000, net::use_awaitable);
}

}  // namespace

int main() {
  net::io_context context(1);
  crypto::SystemRandom random;
  ByteArray<32> key{};
  expect(random.fill("example.key", key).has_value());

  Thermometer thermometer(context.get_executor());
  const auto next_reading = [&] { return thermometer.next_reading(); };
  auto encoder =
      AsyncEncoder::create(context.get_executor(), context_of(key), next_reading, {}, random);
  expect(encoder.has_value());
  std::vector<async::OwnedSegment> network;
  net::co_spawn(context, send(*encoder, network), net::detached);
  context.run();
  // Five readings and the end segment; each has 41 bytes for its seal.
  expect(network.size() == 6 && network[0].bytes.size() == 10 + 41);

  // On the way segments are lost and sent again, doubled, and out of order.
  auto decoder = primitives::BinaryStreamDecoder::create(context_of(key));
  expect(decoder.has_value());
  AsyncDecoder receiver(context.get_executor(), std::move(*decoder));
  Bytes received;
  net::co_spawn(context, receive(receiver, received), net::detached);
  for (const std::size_t which : std::array{3U, 0U, 0U, 5U, 1U, 4U, 2U}) {
    const auto& [sequence, bytes] = network[which];
    expect(receiver.receive_segment(bytes, sequence).has_value());
  }
  // Somebody else changes a bit: refused, and nothing else happens.
  Bytes tampered = network[2].bytes;
  tampered[7] ^= std::byte{1};
  expect(receiver.receive_segment(tampered, network[2].sequence) ==
         fail(Errc::authentication_failed));

  context.restart();
  context.run();
  expect(received.size() == 50 && equal(ByteView(received).first(10), as_bytes("21.3 deg C")));
  // What the bytes mean is for you to say.
}

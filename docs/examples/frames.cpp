// A protocol of your own on top of STT: the frame types 0x80 to 0xFF are yours.
//
// Primitive 6: the dispatcher gives each custom frame to the handler of its type, and looks into
// none. Here two real nodes talk, with nothing between them but this program.
#include <docs/examples/expect.hpp>

#include <string>

#include <stt/crypto/system_random.hpp>
#include <stt/node/node.hpp>
#include <stt/primitives/frame_dispatcher.hpp>

namespace {

using namespace stt;
using example::expect;
using Dispatcher = primitives::FrameDispatcher<SessionHandle>;
using Frame = Dispatcher::Frame;

const Address alice_address = Address::ipv4(192, 0, 2, 1, 9000);
const Address bob_address = Address::ipv4(192, 0, 2, 2, 9000);

std::string text(ByteView bytes) {
  std::string out;
  for (const std::byte byte : bytes) out += static_cast<char>(byte);
  return out;
}

// What a driver does with sockets: brings the datagrams of one node to the other.
bool carry(Instant now, Node& from, const Address& from_address, Node& to) {
  ByteArray<1'500> datagram{};
  bool any = false;
  while (const auto sent = from.poll_transmit(now, datagram)) {
    to.handle_datagram(now, from_address, MutableByteView(datagram).first(sent->size));
    any = true;
  }
  return any;
}

}  // namespace

int main() {
  crypto::SystemRandom random;
  Instant now{1s};
  auto alice = Node::create({}, as_bytes("the seed of alice, over 32 bytes"), random);
  auto bob = Node::create({}, as_bytes("the seed of bob, also over 32 b."), random);
  expect(alice && bob);
  const auto hint = alice->add_shared_seed(as_bytes("the seed that alice and bob share"));
  expect(hint && bob->add_shared_seed(as_bytes("the seed that alice and bob share")));
  expect(alice->start(now) && bob->start(now));
  const auto session = alice->connect(now, {bob_address, *hint, std::nullopt});
  expect(session.has_value());
  while (carry(now, *alice, alice_address, *bob) || carry(now, *bob, bob_address, *alice)) {
  }

  // Bob registers handlers for his frame types. STT's own types are refused.
  Dispatcher dispatcher;
  std::string log;
  expect(dispatcher
             .register_handler(
                 0x80, [&](const Frame& frame) { log += "hello from " + text(frame.payload); })
             .has_value());
  expect(dispatcher
             .register_handler(0x81, [&](const Frame& frame) { log += ": " + text(frame.payload); })
             .has_value());
  dispatcher.on_unhandled([&](const Frame&) { log += " (and something unknown)"; });
  expect(dispatcher.register_handler(0x02, [](const Frame&) {}) ==
         fail(Errc::stream_type_reserved));

  // A custom frame goes as a datagram, once and in any order, or on a stream, reliable and in
  // order.
  expect(alice->send_datagram(now, *session, wire::FrameType{0x80}, as_bytes("alice")).has_value());
  const auto stream = alice->open_stream(now, *session);
  expect(stream && alice->send(now, *session, *stream, as_bytes("how are you?"), true,
                               wire::FrameType{0x81}));
  expect(alice->send_datagram(now, *session, wire::FrameType{0xC0}, {}).has_value());

  // The handlers are called when those frames arrive.
  for (int i = 0; i < 10; ++i) {
    now += 10ms;
    alice->handle_timeout(now);
    bob->handle_timeout(now);
    while (carry(now, *alice, alice_address, *bob) || carry(now, *bob, bob_address, *alice)) {
    }
    while (const auto event = bob->poll_event()) {
      if (const auto* datagram = std::get_if<DatagramReceived>(&*event)) {
        expect(dispatcher.dispatch({datagram->session, datagram->type, datagram->payload})
                   .has_value());
      } else if (const auto* readable = std::get_if<StreamReadable>(&*event)) {
        while (const auto message = bob->receive(now, readable->session, readable->stream)) {
          expect(
              dispatcher.dispatch({readable->session, message->type, message->bytes}).has_value());
        }
      }
    }
  }
  expect(log.find("hello from alice") != std::string::npos);
  expect(log.find(": how are you?") != std::string::npos);
  expect(dispatcher.counters().handled == 2 && dispatcher.counters().unhandled == 1);
}

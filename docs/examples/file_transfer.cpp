// A file that is sent again after a change: only what the receiver lacks crosses the wire.
//
// The composition: on both sides a storage keeps the file's chunks by the hash of what is in them,
// so either can say which it has. Those that are missing cross as one bounded stream. What a chunk
// is, and what is said on the stream, is this program's affair:
//
//   Alice   the recipe: the addresses of all chunks, in the order of the file
//   Bob     the addresses of those that he lacks
//   Alice   segments of these chunks, sealed; each behind its sequence
//   Bob     the address of the whole file, when it is put together
#include <docs/examples/expect.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <stt/adapters/async/node.hpp>
#include <stt/base/hex.hpp>
#include <stt/crypto/identity.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/primitives/decoder.hpp>
#include <stt/primitives/encoder.hpp>
#include <stt/primitives/storage_memory.hpp>
#include <stt/wire/reader.hpp>
#include <stt/wire/writer.hpp>

namespace {

using namespace stt;
using namespace boost::asio::experimental::awaitable_operators;
using example::expect;
using primitives::ObjectAddress;
namespace net = boost::asio;

constexpr std::size_t chunk_bytes = 4'096;
constexpr std::string_view shared_seed = "shared_secret_of_the_two_of_32_bytes";

std::vector<ByteView> chunks_of(ByteView file) {
  std::vector<ByteView> chunks;
  for (; !file.empty(); file = file.subspan(chunks.back().size())) {
    chunks.push_back(file.first(std::min(file.size(), chunk_bytes)));
  }
  return chunks;
}

Bytes packed(const std::vector<ObjectAddress>& addresses) {
  Bytes out;
  for (const ObjectAddress& address : addresses) append(out, address.bytes);
  return out;
}
std::vector<ObjectAddress> addresses_in(ByteView bytes) {
  wire::Reader reader(bytes);
  std::vector<ObjectAddress> addresses;
  while (reader.ok() && reader.remaining() > 0) addresses.push_back({reader.array<32>()});
  expect(reader.finish().has_value());
  return addresses;
}

// The next message; neither ends before it has said everything.
net::awaitable<Bytes> next(async::Stream& stream) {
  auto message = co_await stream.receive();
  expect(message.has_value());
  co_return std::move(message->bytes);
}

// One of the two: a node, and the chunks of all files that it ever had.
struct Side {
  Side(const net::any_io_executor& executor, std::string_view seed)
      : node(executor, {as_bytes(seed), as_bytes(shared_seed)}, on_loopback()),
        storage(crypto::Identity::from_seed(as_bytes(seed))->storage_key(), 10'000'000, random) {}

  static async::NodeOptions on_loopback() {
    async::NodeOptions options;
    options.udp->bind = Address::ipv4(127, 0, 0, 1, 0);
    return options;
  }

  crypto::SystemRandom random;
  async::Node node;
  primitives::MemoryStorage storage;
};

// A context serves one stream only: its name is that of the session, and of the stream in it.
primitives::StreamingContext context_of(const async::Stream& stream) {
  const std::string name =
      to_hex(stream.session().id().bytes) + " " + std::to_string(stream.id().value());
  const auto key = primitives::address_of(as_bytes(shared_seed)).bytes;
  const auto context = primitives::StreamingContext::create(crypto::Key(key), as_bytes(name));
  expect(context.has_value());
  return *context;
}

// Alice's part; how many bytes of the file had to be sent.
net::awaitable<std::size_t> send_file(async::Stream stream, Side& alice, ByteView file) {
  const auto stored = alice.storage.store_all(chunks_of(file));
  expect(stored.has_value());
  co_await stream.send(packed(*stored));

  // Bob may ask for chunks of this file, and for nothing else that she keeps.
  Bytes missing;
  for (const ObjectAddress& address : addresses_in(co_await next(stream))) {
    expect(std::ranges::find(*stored, address) != stored->end());
    append(missing, *alice.storage.retrieve(address));
  }

  // Bounded: the size is declared, and more or less would be an error.
  primitives::SpanSource source(missing);
  auto encoder = primitives::BinaryStreamEncoder::create(context_of(stream), source,
                                                         {.size = missing.size()}, alice.random);
  expect(encoder.has_value());
  while (true) {
    const auto segment = encoder->poll_segment();
    expect(segment.has_value());
    if (!*segment) break;
    Bytes item(8 + (*segment)->bytes.size());
    wire::Writer writer(item);
    writer.be((*segment)->sequence.value());
    writer.bytes((*segment)->bytes);
    co_await stream.send(item);
  }

  const Bytes verdict = co_await next(stream);
  expect(equal(verdict, primitives::address_of(file).bytes));
  co_await stream.close();
  co_return missing.size();
}

// Bob's part; the file.
net::awaitable<Bytes> receive_file(Side& bob) {
  auto session = co_await bob.node.accept();
  auto stream = co_await session->streams().accept();
  const std::vector<ObjectAddress> addresses = addresses_in(co_await next(*stream));
  std::vector<ObjectAddress> lacking;
  for (const ObjectAddress& address : addresses) {
    const bool asked = std::ranges::find(lacking, address) != lacking.end();
    if (!asked && !bob.storage.size_of(address)) lacking.push_back(address);
  }
  co_await stream->send(packed(lacking));

  auto decoder = primitives::BinaryStreamDecoder::create(context_of(*stream));
  expect(decoder.has_value());
  while (!decoder->complete()) {
    const Bytes item = co_await next(*stream);
    const primitives::SegmentSequence sequence(wire::Reader(item).be<std::uint64_t>());
    expect(decoder->receive_segment(ByteView(item).subspan(8), sequence).has_value());
  }

  // He believes no address: the storage computes each from what came. A chunk that is not the one
  // he asked for would get another.
  const auto missing = decoder->receive_all();
  expect(missing.has_value());
  const auto stored = bob.storage.store_all(chunks_of(*missing));
  expect(stored == lacking);

  // From the storage, which verifies whatever it gives.
  Bytes file;
  for (const ObjectAddress& address : addresses) append(file, *bob.storage.retrieve(address));
  co_await stream->send(primitives::address_of(file).bytes);
  co_await stream->close();
  co_return file;
}

// Moves `file` over a session of its own; how many bytes of it had to be sent.
net::awaitable<std::size_t> transfer(Side& alice, Side& bob, ByteView file) {
  async::Session session =
      co_await alice.node.connect_udp("127.0.0.1", bob.node.local_addresses().front().port);
  const async::Stream stream = co_await session.streams().create();
  auto [sent, arrived] = co_await (send_file(stream, alice, file) && receive_file(bob));
  expect(equal(arrived, file));
  // What was said besides, recipe and seals, is little.
  const std::size_t recipe_bytes = 32 * chunks_of(file).size();
  expect(session.statistics().bytes_sent < sent + sent / 10 + recipe_bytes + 200);
  co_await session.close();
  co_return sent;
}

net::awaitable<void> tell() {
  const auto executor = co_await net::this_coro::executor;
  Side alice(executor, "alice_unique_seed_of_at_least_32_bytes!!!");
  Side bob(executor, "bob_unique_seed_of_at_least_32_bytes!!!!!");
  co_await alice.node.start();
  co_await bob.node.start();

  // 25 chunks, of which the last is short, and five that are alike: zeros.
  Bytes file(100'000);
  for (std::size_t i = 5 * chunk_bytes; i < file.size(); ++i) file[i] = std::byte(i / chunk_bytes);
  expect(co_await transfer(alice, bob, file) == file.size() - 4 * chunk_bytes);

  // One byte has changed, and 500 were added: two chunks are new.
  file[50'000] ^= std::byte{1};
  file.resize(file.size() + 500, std::byte{'+'});
  expect(co_await transfer(alice, bob, file) == chunk_bytes + file.size() % chunk_bytes);

  // Nothing has changed: nothing is sent.
  expect(co_await transfer(alice, bob, file) == 0);

  co_await (alice.node.stop() && bob.node.stop());
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

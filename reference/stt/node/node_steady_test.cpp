// A session that has found its pace allocates nothing, in either node.
#include <gtest/gtest.h>

#include <stt/base/allocations.hpp>
#include <stt/node/node.hpp>

namespace stt {
namespace {

class CounterRandom final : public Random {
 public:
  explicit CounterRandom(std::uint64_t seed) : state_(seed) {}
  Result<void> fill(std::string_view, MutableByteView out) override {
    for (std::byte& byte : out)
      byte = static_cast<std::byte>((state_ = state_ * 6364136223846793005U + 1442695U) >> 56U);
    return {};
  }

 private:
  std::uint64_t state_;
};

// The two nodes share one buffer: what one sends the other takes at once.
struct Pair {
  explicit Pair(const Config& config)
      : a(*Node::create(config, as_bytes("alice has a node seed of 32 bytes"), random_a)),
        b(*Node::create(config, as_bytes("bob too has a node seed of 32 bytes"), random_b)) {
    const auto seed = as_bytes("a shared seed of at least 32 bytes!!");
    const auto hint = a.add_shared_seed(seed);
    EXPECT_TRUE(hint && b.add_shared_seed(seed) && a.start(now) && b.start(now));
    EXPECT_TRUE(a.connect(now, {address_b, *hint, std::nullopt}));
  }

  void pump() {
    now += 1ms;
    for (Node* node : {&a, &b}) {
      if (const auto at = node->poll_timeout(); at && *at <= now) node->handle_timeout(now);
    }
    for (bool quiet = false; !quiet;) {
      quiet = true;
      while (const auto event = a.poll_event()) {
        if (const auto* connected = std::get_if<Connected>(&*event)) session = connected->session;
      }
      while (const auto event = b.poll_event()) {
        const auto* readable = std::get_if<StreamReadable>(&*event);
        if (readable == nullptr) continue;
        while (const auto part = b.read(now, readable->session, readable->stream, out)) {
          received += part->bytes;
        }
      }
      while (const auto sent = a.poll_transmit(now, buffer)) {
        b.handle_datagram(now, address_a, MutableByteView(buffer).first(sent->size));
        quiet = false;
      }
      while (const auto sent = b.poll_transmit(now, buffer)) {
        a.handle_datagram(now, address_b, MutableByteView(buffer).first(sent->size));
        quiet = false;
      }
    }
  }

  void offer(StreamId stream) {
    while (true) {
      const auto taken = a.send(now, session, stream, ByteView(message));
      if (!taken || *taken < message.size()) return;
    }
  }

  Instant now{1s};
  CounterRandom random_a{1};
  CounterRandom random_b{2};
  Node a;
  Node b;
  Address address_a = Address::ipv4(192, 0, 2, 1, 1001);
  Address address_b = Address::ipv4(192, 0, 2, 2, 1002);
  SessionHandle session;
  std::uint64_t received = 0;
  Bytes buffer = Bytes(65'536);
  Bytes out = Bytes(65'536);
  ByteArray<4'000> message{};
};

TEST(SteadySession, AllocatesNothing) {
  Config config;
  config.send_buffer_bytes = 128U << 10;
  config.rotate_after_bytes = 1'000'000;
  Pair pair(config);
  for (int i = 0; i < 20 && pair.session == SessionHandle{}; ++i) pair.pump();
  ASSERT_NE(pair.session, SessionHandle{});
  const auto stream = pair.a.open_stream(pair.now, pair.session);
  ASSERT_TRUE(stream);
  const auto move = [&](std::uint64_t bytes) {
    const std::uint64_t goal = pair.received + bytes;
    for (int i = 0; i < 20'000 && pair.received < goal; ++i) {
      pair.offer(*stream);
      pair.pump();
    }
    EXPECT_GE(pair.received, goal);
  };
  move(20'000'000);
  const std::size_t before = allocations();
  move(5'000'000);
  EXPECT_GT(before, 100U);  // they are counted
  EXPECT_EQ(allocations() - before, 0U);
}

}  // namespace
}  // namespace stt

// The reference behind peer.*: two nodes that only these requests connect.
#include <gtest/gtest.h>

#include <conformance/suite/adapter.hpp>
#include <simulator/hosts/labelled_random.hpp>
#include <stt/base/hex.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

const std::string shared_seed(64, 'a');
const std::string entropy(64, '1');

struct Two {
  Two() : adapter(make_reference_adapter()) {
    make("a", std::string(64, 'b'));
    make("b", std::string(64, 'c'));
  }

  json make(const std::string& name, const std::string& node_seed, json config = json::object()) {
    return adapter->request({{"op", "peer.new"},
                             {"peer", name},
                             {"now", now},
                             {"node_seed", node_seed},
                             {"shared_seeds", {shared_seed}},
                             {"entropy", entropy},
                             {"config", std::move(config)}});
  }

  static std::string address(const std::string& name) {
    return name == "a" ? "10.0.0.1:1" : "[fd00::2]:2";
  }

  // Delivers what the reply sends, and what follows, until nobody sends at this moment.
  void deliver(const std::string& from, const json& reply) {
    timers[from] = reply.at("timer");
    for (const json& effect : reply.at("effects")) {
      if (effect.at("effect") != "transmit") {
        effects[from].push_back(effect);
        continue;
      }
      const std::string to = effect.at("to") == address("a") ? "a" : "b";
      deliver(to, adapter->request({{"op", "peer.receive"},
                                    {"peer", to},
                                    {"now", now},
                                    {"from", address(from)},
                                    {"bytes", effect.at("bytes")}}));
    }
  }

  json app(const std::string& peer, json members) {
    members["op"] = "peer.app";
    members["peer"] = peer;
    members["now"] = now;
    json reply = adapter->request(members);
    if (reply.contains("effects")) deliver(peer, reply);
    return reply;
  }

  json last(const std::string& peer, const std::string& effect) const {
    json found;
    for (const json& one : effects.at(peer)) {
      if (one.at("effect") == effect) found = one;
    }
    return found;
  }

  std::int64_t now = 1'000'000;
  std::unique_ptr<Adapter> adapter;
  std::map<std::string, json> timers;
  std::map<std::string, json> effects{{"a", json::array()}, {"b", json::array()}};
};

TEST(ReferencePeer, TwoOfThemConnectAndMoveAMessage) {
  Two two;
  const json reply = two.app("a", {{"do", "connect"}, {"to", Two::address("b")}, {"seed", 0}});
  ASSERT_EQ(reply.at("outcome"), "accept");
  const json session = reply.at("session");
  EXPECT_EQ(two.last("a", "connected").at("session"), session);
  EXPECT_EQ(two.last("b", "connected").at("role"), "responder");
  // The text of an address comes back as it was given.
  EXPECT_EQ(two.last("a", "connected").at("address"), "[fd00::2]:2");

  const json stream = two.app("a", {{"do", "open_stream"}, {"session", session}}).at("stream");
  const json sent = two.app("a", {{"do", "send"},
                                  {"session", session},
                                  {"stream", stream},
                                  {"bytes", "616263"},
                                  {"end", true}});
  EXPECT_EQ(sent.at("taken"), 3);
  const json data = two.last("b", "data");
  EXPECT_EQ(data.at("bytes"), "616263");
  EXPECT_EQ(data.at("end"), true);
  const json said = two.adapter->request({{"op", "peer.query"}, {"peer", "b"}, {"now", two.now}});
  EXPECT_EQ(said.at("sessions").at(0).at("streams_open"), 1);
  EXPECT_EQ(said.at("half_open"), 0);

  const json refused = two.app(
      "a", {{"do", "send"}, {"session", session}, {"stream", 77}, {"bytes", ""}, {"end", true}});
  EXPECT_EQ(refused.at("outcome"), "reject");
  EXPECT_EQ(refused.at("reason"), "stream.unknown");
  two.app("b", {{"do", "close"}, {"session", 1}, {"code", "0"}, {"text", "bye"}});
  EXPECT_TRUE(two.timers["b"].is_number());
}

TEST(ReferencePeer, ADropIsAnEffect) {
  Two two;
  const json reply = two.adapter->request({{"op", "peer.receive"},
                                           {"peer", "a"},
                                           {"now", two.now},
                                           {"from", "10.0.0.9:9"},
                                           {"bytes", "00"}});
  EXPECT_EQ(reply.at("effects"), json::parse(R"([{"effect":"drop","reason":"wire.frame_magic"}])"));
  EXPECT_EQ(reply.at("timer"), nullptr);
}

TEST(ReferencePeer, TheSameRequestsGiveTheSameRepliesAfterAReset) {
  Two two;
  const json connect = {{"op", "peer.app"},        {"peer", "a"},
                        {"now", two.now},          {"do", "connect"},
                        {"to", Two::address("b")}, {"seed", 0}};
  const json before = two.adapter->request(connect);
  two.adapter->request({{"op", "reset"}});
  EXPECT_THROW(two.adapter->request(connect), AdapterError);
  two.make("a", std::string(64, 'b'));
  EXPECT_EQ(two.adapter->request(connect), before);
}

TEST(ReferencePeer, SaysWhatItDoesNotKnow) {
  Two two;
  const json unsupported = {{"outcome", "unsupported"}};
  EXPECT_EQ(two.make("c", std::string(64, 'd'), {{"colour", "blue"}}), unsupported);
  EXPECT_EQ(two.app("a", {{"do", "dance"}}), unsupported);
  EXPECT_EQ(two.adapter->request({{"op", "peer.dance"}}), unsupported);
  EXPECT_EQ(two.make("c", "00").at("stage"), "seed");
  EXPECT_EQ(
      two.make("c", std::string(64, 'd'), {{"parameters", {{"max_streams", 0}}}}).at("reason"),
      "node.config_invalid");
  EXPECT_EQ(two.make("c", shared_seed).at("reason"), "handshake.seed_equals_node_seed");
  EXPECT_EQ(two.app("a", {{"do", "connect"}, {"to", Two::address("b")}, {"seed", 1}}).at("reason"),
            "handshake.unknown_seed");
}

TEST(ReferencePeer, RefusesWhatItCannotRead) {
  Two two;
  EXPECT_THROW(two.make("a", std::string(64, 'b')), AdapterError);  // lives already
  EXPECT_THROW(two.make("c", std::string(64, 'd'), {{"accepts", 3}}), AdapterError);
  for (const char* address : {"", "10.0.0.1", "10.0.0.1:x", "10.0.0.1:65536", ":1", "[fd00::2:1"}) {
    EXPECT_THROW(two.app("a", {{"do", "connect"}, {"to", address}, {"seed", 0}}), AdapterError)
        << address;
  }
  --two.now;
  EXPECT_THROW(two.app("a", {{"do", "stop"}}), AdapterError);
  EXPECT_THROW(two.adapter->request({{"op", "peer.query"}, {"peer", "z"}}), AdapterError);
}

// Computed with Python: hashlib.blake2b(b"hello.nonce" + bytes(7) + b"\x01", key=b"\x11" * 32).
TEST(LabelledRandom, IsWhatTheProtocolOfAdaptersSays) {
  ByteArray<32> key{};
  key.fill(std::byte{0x11});
  sim::LabelledRandom random(key);
  ByteArray<24> first{};
  ByteArray<24> second{};
  ASSERT_TRUE(random.fill("hello.nonce", first));
  ASSERT_TRUE(random.fill("hello.nonce", second));
  EXPECT_NE(first, second);
  EXPECT_EQ(to_hex(second), "0446f13a9c635bfc35ddcde4fe56bc9f4b41e09e98a6617a");
  ByteArray<65> too_much{};
  EXPECT_EQ(random.fill("hello.nonce", too_much).error(), Errc::random_failed);
}

}  // namespace
}  // namespace stt::conform

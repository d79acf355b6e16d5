// For tests: nodes whose applications keep what they hear, and what two of them do on one loop.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include <stt/adapters/asio/event_loop.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/node/node.hpp>

namespace stt::adapters::testing {

inline constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";
inline constexpr std::string_view alice_seed = "alice has a node seed of 32 bytes";
inline constexpr std::string_view bob_seed = "bob too has a node seed of 32 bytes";
inline constexpr Duration limit = 60s;  // a test that waits that long has failed

inline Bytes pattern(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>(i * 7 + i / 251);
  return out;
}

// A node without a driver. Whoever derives adds one, as the last member, and gives it take().
struct RecordingNode {
  explicit RecordingNode(std::string_view seed, const Config& config = {})
      : node(*Node::create(config, as_bytes(seed), random)),
        hint(*node.add_shared_seed(as_bytes(shared_seed))) {}
  RecordingNode(const RecordingNode&) = delete;
  RecordingNode& operator=(const RecordingNode&) = delete;

  void take(Instant now, const Event& event) {
    events.push_back(event);
    if (on_event) on_event(now, event);
    if (on_change) on_change();
  }

  // The newest event of its kind; nullptr if there was none.
  template <class E>
  const E* last() const {
    for (auto at = events.rbegin(); at != events.rend(); ++at) {
      if (const auto* event = std::get_if<E>(&*at)) return event;
    }
    return nullptr;
  }

  crypto::SystemRandom random;
  Node node;
  SeedHint hint;
  std::vector<Event> events;
  std::function<void(Instant, const Event&)> on_event;
  std::function<void()> on_change;  // after each event, and whatever else a test may wait for
};

// `Party` is a RecordingNode with a `driver`.
class TwoNodes : public ::testing::Test {
 protected:
  // Runs until `done` says so after something has changed for either party.
  template <class Party>
  bool run_until(Party& a, Party& b, const std::function<bool()>& done) {
    a.on_change = b.on_change = [this, &done] {
      if (done()) loop_.stop();
    };
    a.driver.pump();
    b.driver.pump();
    const bool in_time = done() || loop_.run_for(limit);
    a.on_change = b.on_change = nullptr;
    return in_time;
  }

  // Whether a message of `size` bytes arrives whole.
  template <class Party>
  bool move(Party& from, Party& to, std::size_t size) {
    const SessionHandle session = from.template last<Connected>()->session;
    const Bytes message = pattern(size);
    const auto stream = from.node.open_stream(loop_.now(), session);
    EXPECT_TRUE(stream);
    std::size_t sent = 0;
    bool ended = false;
    const auto send_more = [&](Instant now) {
      while (!ended) {
        const ByteView rest = ByteView(message).subspan(sent);
        const auto taken = from.node.send(now, session, *stream, rest);
        if (!taken) return;
        sent += *taken;
        ended = *taken == rest.size();
        if (!ended) return;
      }
    };
    from.on_event = [&](Instant now, const Event& event) {
      if (std::holds_alternative<StreamWritable>(event)) send_more(now);
    };
    Bytes received;
    bool complete = false;
    Bytes buffer(1U << 20);
    to.on_event = [&](Instant now, const Event& event) {
      const auto* readable = std::get_if<StreamReadable>(&event);
      if (readable == nullptr) return;
      while (const auto part = to.node.read(now, readable->session, readable->stream, buffer)) {
        append(received, ByteView(buffer).first(part->bytes));
        complete |= part->end_of_message;
      }
    };
    send_more(loop_.now());
    const bool in_time = run_until(from, to, [&] { return complete; });
    from.on_event = to.on_event = nullptr;
    return in_time && received == message;
  }

  EventLoop loop_;
};

}  // namespace stt::adapters::testing

// Two nodes and the wire between them, for tests: no sockets, a clock that jumps to the next timer,
// and a filter that may drop, change or delay what is sent. Fails rather than hangs.
#pragma once

#include <functional>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include <stt/node/node.hpp>

namespace stt::testing {

// SplitMix64: each label has a stream of its own, so a new draw somewhere shifts no other.
class CountingRandom final : public Random {
 public:
  explicit CountingRandom(std::uint64_t seed) : seed_(seed) {}

  Result<void> fill(std::string_view label, MutableByteView out) override {
    if (broken) return fail_with();
    std::uint64_t& state = states_[std::string(label)];
    if (state == 0) {
      state = seed_;
      for (const char c : label) state = mix(state ^ static_cast<unsigned char>(c));
    }
    for (std::byte& byte : out)
      byte = static_cast<std::byte>(mix(state += 0x9E3779B97F4A7C15) >> 56);
    return {};
  }

  bool broken = false;

 private:
  static tl::unexpected<Errc> fail_with() { return stt::fail(Errc::random_failed); }
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  std::uint64_t seed_;
  std::map<std::string, std::uint64_t, std::less<>> states_;
};

// What the filter decides about one datagram.
struct Fate {
  bool deliver = true;
  Duration delay = 5ms;
  unsigned copies = 1;
};

struct Side {
  Side(Config config, std::string_view node_seed, std::uint64_t random_seed, Address own)
      : random(random_seed),
        node(*Node::create(std::move(config), as_bytes(node_seed), random)),
        address(own) {}

  // The newest event of a kind, or nullptr.
  template <class E>
  const E* last() const {
    for (auto i = events.rbegin(); i != events.rend(); ++i) {
      if (const auto* event = std::get_if<E>(&*i)) return event;
    }
    return nullptr;
  }
  template <class E>
  std::size_t count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        events, [](const Event& event) { return std::holds_alternative<E>(event); }));
  }

  CountingRandom random;
  Node node;
  Address address;
  std::vector<Event> events;
  std::function<void(const Event&)> on_event;  // the application
};

inline constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";

class TwoNodes {
 public:
  explicit TwoNodes(Config a_config = {}, Config b_config = {})
      : a(std::move(a_config), "alice has a node seed of 32 bytes", 1,
          Address::ipv4(192, 0, 2, 1, 1001)),
        b(std::move(b_config), "bob too has a node seed of 32 bytes", 2,
          Address::ipv4(192, 0, 2, 2, 1002)) {
    hint = *a.node.add_shared_seed(as_bytes(shared_seed));
    EXPECT_TRUE(b.node.add_shared_seed(as_bytes(shared_seed)));
    EXPECT_TRUE(a.node.start(now));
    EXPECT_TRUE(b.node.start(now));
  }

  // Runs until `done` or for `limit`; false, and a failure, if it was not done by then.
  bool run_until(const std::function<bool()>& done, Duration limit = 60s) {
    const Instant end = now + limit;
    Instant stuck_at{};
    std::size_t stuck = 0;
    for (std::size_t steps = 0; steps < 5'000'000; ++steps) {
      // A timer that stays due without anything being done about it is a bug.
      stuck = now == stuck_at ? stuck + 1 : 0;
      stuck_at = now;
      if (stuck > 10'000) {
        ADD_FAILURE() << "time stands still";
        return false;
      }
      pump(a);
      pump(b);
      if (done()) return true;
      std::optional<Instant> next;
      const auto consider = [&](std::optional<Instant> at) {
        if (at && (!next || *at < *next)) next = at;
      };
      consider(a.node.poll_timeout());
      consider(b.node.poll_timeout());
      consider(wake_at_);
      if (!in_flight.empty()) consider(in_flight.begin()->first);
      if (!next || *next > end) break;
      now = std::max(now, *next);
      step();
    }
    ADD_FAILURE() << "not done after " << (now - Instant{}).count() / 1'000'000 << " ms";
    return false;
  }

  // Lets `time` pass, whatever happens.
  void run_for(Duration time) {
    const Instant end = now + time;
    wake_at_ = end;
    run_until([&] { return now >= end; }, time);
    wake_at_.reset();
  }

  // connect() from a to b, until both have their session.
  bool connect() {
    const auto session = a.node.connect(now, {b.address, hint, std::nullopt});
    EXPECT_TRUE(session);
    if (!session) return false;
    if (!run_until(
            [&] { return a.last<Connected>() != nullptr && b.last<Connected>() != nullptr; })) {
      return false;
    }
    a_session = a.last<Connected>()->session;
    b_session = b.last<Connected>()->session;
    return true;
  }

  void pump(Side& side) {
    while (auto event = side.node.poll_event()) {
      side.events.push_back(*event);
      if (side.on_event) side.on_event(*event);
    }
    while (const auto sent = side.node.poll_transmit(now, buffer)) {
      Bytes bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(sent->size));
      ++datagrams;
      Fate fate;
      if (filter) fate = filter(side, bytes);
      for (unsigned i = 0; fate.deliver && i < fate.copies; ++i) {
        in_flight.emplace(now + fate.delay, Flying{side.address, sent->to, bytes});
      }
    }
  }

  struct Flying {
    Address from;
    Address to;
    Bytes bytes;
  };

  Instant now{1s};
  Side a;
  Side b;
  SeedHint hint;
  SessionHandle a_session;
  SessionHandle b_session;
  std::size_t datagrams = 0;
  std::function<Fate(Side&, Bytes&)> filter;
  std::multimap<Instant, Flying> in_flight;
  Bytes buffer = Bytes(65'536);

 private:
  void step() {
    while (!in_flight.empty() && in_flight.begin()->first <= now) {
      Flying flying = std::move(in_flight.begin()->second);
      in_flight.erase(in_flight.begin());
      for (Side* side : {&a, &b}) {
        if (side->address == flying.to) side->node.handle_datagram(now, flying.from, flying.bytes);
      }
    }
    for (Side* side : {&a, &b}) {
      const auto at = side->node.poll_timeout();
      if (at && *at <= now) side->node.handle_timeout(now);
    }
  }

  std::optional<Instant> wake_at_;
};

}  // namespace stt::testing

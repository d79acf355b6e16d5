// Two nodes over a network that repeats, delays and reorders, beside a list of who talks to whom.
// Everything comes to rest after each operation.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include <stt/base/beside_model_test.hpp>
#include <stt/node/two_nodes.hpp>

namespace stt {
namespace {

using testing::answer_of;
using testing::any_between;
using testing::Fate;
using testing::Side;
using testing::text_of;
using testing::TwoNodes;

constexpr std::uint64_t code = 70'000;

std::string in_words(std::string_view what, std::uint64_t session) {
  return std::string(what) + " " + std::to_string(session);
}
std::string in_words(const Closed& closed) {
  return in_words("closed", closed.session.value()) + " (" + std::string(name(closed.reason)) +
         (closed.by_peer ? ", by peer, " : ", by us, ") + std::to_string(closed.code) + " '" +
         closed.text + "')";
}

// What was answered, and what both sides were told then. In what order sessions that end together
// do so is nobody's promise.
struct Told {
  std::array<std::vector<std::string>, 2> events;

  std::string after(std::string answer) {
    for (std::size_t side = 0; side < 2; ++side) {
      std::ranges::sort(events[side]);
      for (const std::string& event : events[side]) {
        answer += "; " + std::to_string(side) + ": " + event;
      }
      events[side].clear();
    }
    return answer;
  }
};

class Model {
 public:
  std::string connect(std::size_t side) {
    if (stopped_[side]) return refused(Errc::state_violation);
    const std::uint64_t ours = ++last_handle_[side];
    if (stopped_[1 - side]) {
      told_.events[side].push_back(in_words("handshake.timeout", ours));
      ++failed[side];
    } else {
      Pair pair;
      pair.handles[side] = ours;
      pair.handles[1 - side] = ++last_handle_[1 - side];
      for (std::size_t s = 0; s < 2; ++s) {
        const std::string_view role = s == side ? "initiates" : "responds in";
        told_.events[s].push_back(in_words(role, pair.handles[s]));
        ++completed[s];
        has_run_[s] = true;
      }
      sessions.push_back(pair);
    }
    return told_.after(in_words("session", ours));
  }
  std::string close(std::size_t side, std::uint64_t handle) {
    return on_session(side, handle, [&](Pair& pair) { end(side, pair, code, "enough"); });
  }
  std::string talk(std::size_t side, std::uint64_t handle, std::string_view message) {
    return on_session(side, handle, [&](Pair& pair) {
      ++pair.messages[side];
      const std::string heard = in_words("message in", pair.handles[1 - side]);
      told_.events[1 - side].push_back(heard + " '" + std::string(message) + "'");
    });
  }
  std::string send_datagram(std::size_t side, std::uint64_t handle) {
    return on_session(side, handle, [&](Pair& pair) {
      ++pair.messages[side];
      told_.events[1 - side].push_back(in_words("datagram in", pair.handles[1 - side]));
    });
  }
  std::string send_error(std::size_t side, std::uint64_t handle) {
    return on_session(side, handle, [&](Pair& pair) {
      told_.events[1 - side].push_back(in_words("error in", pair.handles[1 - side]));
    });
  }
  std::string rotate(std::size_t side, std::uint64_t handle) {
    return on_session(side, handle, [&](Pair& pair) { ++pair.epochs[side]; });
  }
  std::string stop(std::size_t side) {
    if (!stopped_[side]) {
      for (Pair& pair : sessions) end(side, pair, 0, "");
      std::erase_if(sessions, [](const Pair& pair) { return pair.over; });
      told_.events[side].push_back("stopped");
    }
    stopped_[side] = true;
    return told_.after("done");
  }
  // Nothing arrives until every session has given up.
  std::string silence() {
    for (const Pair& pair : sessions) {
      for (std::size_t side = 0; side < 2; ++side) {
        told_.events[side].push_back(
            in_words(Closed{SessionHandle(pair.handles[side]), Errc::idle_timeout, false, 0,
                            std::string(name(Errc::idle_timeout))}));
      }
    }
    sessions.clear();
    return told_.after("done");
  }
  std::string wait() { return "done"; }

  NodeState state(std::size_t side) const {
    if (stopped_[side]) return NodeState::stopped;
    return has_run_[side] ? NodeState::running : NodeState::started;
  }
  std::uint64_t last_handle(std::size_t side) const { return last_handle_[side]; }

  struct Pair {
    std::array<std::uint64_t, 2> handles{};
    std::array<std::uint64_t, 2> messages{};  // sent
    std::array<std::uint64_t, 2> epochs{};
    bool over = false;
  };
  std::vector<Pair> sessions;
  std::array<std::uint64_t, 2> completed{};
  std::array<std::uint64_t, 2> failed{};

 private:
  static std::string refused(Errc error) { return std::string(name(error)); }

  template <class Then>
  std::string on_session(std::size_t side, std::uint64_t handle, Then then) {
    if (stopped_[side]) return refused(Errc::state_violation);
    const auto found = std::ranges::find_if(
        sessions, [&](const Pair& pair) { return pair.handles[side] == handle; });
    if (found == sessions.end()) return refused(Errc::session_closed);
    then(*found);
    std::erase_if(sessions, [](const Pair& pair) { return pair.over; });
    return told_.after("done");
  }
  void end(std::size_t side, Pair& pair, std::uint64_t with_code, const std::string& text) {
    pair.over = true;
    told_.events[side].push_back(
        in_words(Closed{SessionHandle(pair.handles[side]), Errc::no_error, false, 0, text}));
    told_.events[1 - side].push_back(in_words(Closed{SessionHandle(pair.handles[1 - side]),
                                                     Errc::session_closed, true, with_code, text}));
  }

  std::array<bool, 2> stopped_{};
  std::array<bool, 2> has_run_{};
  std::array<std::uint64_t, 2> last_handle_{};
  Told told_;
};

Config patient() {
  Config config;
  config.parameters.keep_alive_ms = 5'000;
  return config;
}

class Real {
 public:
  explicit Real(std::uint64_t seed) : net_(patient(), patient()), draws_(seed) {
    net_.filter = [this](Side&, Bytes&) { return fate(); };
    for (std::size_t s = 0; s < 2; ++s) {
      side(s).on_event = [this, s](const Event& event) { take(s, event); };
    }
  }

  std::string connect(std::size_t s) {
    const Address& peer = side(1 - s).address;
    return settled(
        answer_of(side(s).node.connect(net_.now, {peer, net_.hint, std::nullopt}),
                  [](SessionHandle handle) { return in_words("session", handle.value()); }));
  }
  std::string close(std::size_t s, std::uint64_t handle) {
    return settled(answer_of(side(s).node.close(net_.now, SessionHandle(handle), code, "enough")));
  }
  // A message on a stream of its own, which both sides close.
  std::string talk(std::size_t s, std::uint64_t handle, std::string_view message) {
    Node& node = side(s).node;
    const auto say = [&]() -> Result<void> {
      STT_TRY_ASSIGN(stream, node.open_stream(net_.now, SessionHandle(handle)));
      STT_TRY_ASSIGN(taken, node.send(net_.now, SessionHandle(handle), stream, as_bytes(message)));
      RC_ASSERT(taken == message.size());
      return node.close_stream(net_.now, SessionHandle(handle), stream);
    };
    return settled(answer_of(say()));
  }
  std::string send_datagram(std::size_t s, std::uint64_t handle) {
    return settled(answer_of(side(s).node.send_datagram(
        net_.now, SessionHandle(handle), wire::FrameType::custom_first, as_bytes("datagram"))));
  }
  std::string send_error(std::size_t s, std::uint64_t handle) {
    return settled(answer_of(side(s).node.send_error(net_.now, SessionHandle(handle), code, "no")));
  }
  std::string rotate(std::size_t s, std::uint64_t handle) {
    return settled(answer_of(side(s).node.rotate_keys(net_.now, SessionHandle(handle))));
  }
  std::string stop(std::size_t s) {
    side(s).node.stop(net_.now);
    return settled("done");
  }
  std::string silence() {
    cut_ = true;
    net_.run_for(90s);
    cut_ = false;
    return settled("done");
  }
  std::string wait() {
    net_.run_for(90s);
    return settled("done");
  }

  Side& side(std::size_t s) { return s == 0 ? net_.a : net_.b; }

 private:
  // Copies and delays, but no loss: whoever closes does not wait to hear that the other knows.
  Fate fate() {
    return {.deliver = !cut_,
            .delay = 1ms * static_cast<int>(draw() % 60),
            .copies = 1 + (draw() % 4 == 0 ? 1U : 0U)};
  }
  std::uint64_t draw() {
    ByteArray<8> bytes{};
    RC_ASSERT(draws_.fill("fate", bytes));
    return std::to_integer<std::uint64_t>(bytes[0]);
  }

  // Long enough for a connect to fail and for what was closed to be forgotten.
  std::string settled(std::string answer) {
    net_.run_for(15s);
    return told_.after(std::move(answer));
  }

  void take(std::size_t s, const Event& event) {
    if (const auto* connected = std::get_if<Connected>(&event)) {
      RC_ASSERT(connected->peer == side(1 - s).node.id());
      note(s, connected->role == Role::initiator ? "initiates" : "responds in", connected->session);
    } else if (const auto* failed = std::get_if<ConnectFailed>(&event)) {
      note(s, name(failed->reason), failed->session);
    } else if (const auto* closed = std::get_if<Closed>(&event)) {
      told_.events[s].push_back(in_words(*closed));
    } else if (std::holds_alternative<Stopped>(event)) {
      told_.events[s].push_back("stopped");
    } else if (const auto* datagram = std::get_if<DatagramReceived>(&event)) {
      RC_ASSERT(text_of(datagram->payload) == "datagram");
      note(s, "datagram in", datagram->session);
    } else if (const auto* error = std::get_if<PeerError>(&event)) {
      RC_ASSERT(error->code == code);
      note(s, "error in", error->session);
    } else if (const auto* readable = std::get_if<StreamReadable>(&event)) {
      hear(s, *readable);
    } else if (const auto* finished = std::get_if<StreamFinished>(&event)) {
      (void)side(s).node.close_stream(net_.now, finished->session, finished->stream);
    }
  }
  void hear(std::size_t s, const StreamReadable& readable) {
    const auto message = side(s).node.receive(net_.now, readable.session, readable.stream);
    if (!message) return;
    told_.events[s].push_back(in_words("message in", readable.session.value()) + " '" +
                              text_of(message->bytes) + "'");
  }
  void note(std::size_t s, std::string_view what, SessionHandle session) {
    told_.events[s].push_back(in_words(what, session.value()));
  }

  TwoNodes net_;
  testing::CountingRandom draws_;
  bool cut_ = false;
  Told told_;
};

void agree(const Model& model, Real& real) {
  for (std::size_t s = 0; s < 2; ++s) {
    const Node& node = real.side(s).node;
    RC_ASSERT(node.state() == model.state(s));
    RC_ASSERT(node.statistics().sessions == model.sessions.size());
    RC_ASSERT(node.statistics().half_open == 0U);
    RC_ASSERT(node.statistics().handshakes_completed == model.completed[s]);
    RC_ASSERT(node.statistics().handshakes_failed == model.failed[s]);
    // Without sessions there is nothing to wake up for.
    RC_ASSERT(!model.sessions.empty() || !node.poll_timeout());
    for (std::uint64_t handle = 1; handle <= model.last_handle(s); ++handle) {
      const auto statistics = node.statistics(SessionHandle(handle));
      const auto pair = std::ranges::find_if(
          model.sessions, [&](const Model::Pair& p) { return p.handles[s] == handle; });
      RC_ASSERT(statistics.has_value() == (pair != model.sessions.end()));
      if (!statistics) continue;
      RC_ASSERT(statistics->messages_sent == pair->messages[s]);
      RC_ASSERT(statistics->messages_received == pair->messages[1 - s]);
      RC_ASSERT(statistics->send_epoch == Epoch(pair->epochs[s]));
      RC_ASSERT(statistics->receive_epoch == Epoch(pair->epochs[1 - s]));
      RC_ASSERT(statistics->streams_open == 0U);
    }
  }
}

struct OfSide {
  std::size_t side = any_between<std::size_t>(0, 1);
};
// A session by its handle: one that lives, did, or never will.
struct OfSession : OfSide {
  explicit OfSession(const Model& model)
      : handle(any_between<std::uint64_t>(1, model.last_handle(side) + 1)) {}
  std::uint64_t handle;
  void show(std::ostream& os, std::string_view what) const {
    os << "side " << side << ": " << what << " " << handle;
  }
};

struct Connect : OfSide {
  std::string operator()(auto& on) const { return on.connect(side); }
  void show(std::ostream& os) const { os << "side " << side << ": connect"; }
};
struct Close : OfSession {
  using OfSession::OfSession;
  std::string operator()(auto& on) const { return on.close(side, handle); }
  void show(std::ostream& os) const { OfSession::show(os, "close"); }
};
struct Talk : OfSession {
  using OfSession::OfSession;
  std::string message = std::string(*rc::gen::element<std::size_t>(0, 5, 3'000), 'm');
  std::string operator()(auto& on) const { return on.talk(side, handle, message); }
  void show(std::ostream& os) const { OfSession::show(os, "talk in"); }
};
struct Datagram : OfSession {
  using OfSession::OfSession;
  std::string operator()(auto& on) const { return on.send_datagram(side, handle); }
  void show(std::ostream& os) const { OfSession::show(os, "send a datagram in"); }
};
struct SendError : OfSession {
  using OfSession::OfSession;
  std::string operator()(auto& on) const { return on.send_error(side, handle); }
  void show(std::ostream& os) const { OfSession::show(os, "send an ERROR in"); }
};
struct Rotate : OfSession {
  using OfSession::OfSession;
  std::string operator()(auto& on) const { return on.rotate(side, handle); }
  void show(std::ostream& os) const { OfSession::show(os, "rotate the keys of"); }
};
struct Stop : OfSide {
  // Seldom: there is no way back.
  Stop() { RC_PRE(*rc::gen::weightedElement<bool>({{1, true}, {9, false}})); }
  std::string operator()(auto& on) const { return on.stop(side); }
  void show(std::ostream& os) const { os << "side " << side << ": stop"; }
};
struct Silence {
  std::string operator()(auto& on) const { return on.silence(); }
  void show(std::ostream& os) const { os << "silence"; }
};
struct Wait {
  std::string operator()(auto& on) const { return on.wait(); }
  void show(std::ostream& os) const { os << "wait"; }
};

//= STT-NODE-001 test
//= STT-NODE-005 test
//= STT-SESSION-001 test
RC_GTEST_PROP(NodeModel, SessionsBeginAndEndOnBothSidesAndLeaveNothing, ()) {
  Real real(*rc::gen::arbitrary<std::uint64_t>());
  testing::keep_beside<Connect, Connect, Connect, Close, Talk, Talk, Talk, Datagram, SendError,
                       Rotate, Stop, Silence, Wait>(Model(), real, 30);
}

}  // namespace
}  // namespace stt

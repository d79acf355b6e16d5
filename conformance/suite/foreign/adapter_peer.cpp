#include <conformance/suite/foreign/adapter_peer.hpp>

#include <algorithm>
#include <deque>
#include <map>

#include <conformance/suite/foreign/peer_effects.hpp>
#include <conformance/suite/reference/fields.hpp>
#include <conformance/suite/reference/peer_config.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// What the adapter has told of one stream and the application has not read.
struct Unread {
  std::deque<Arrived> parts;
  // The application wants whole messages, and there is none: it does not wait for the rest.
  bool is_fragment = false;
};

// An adapter, and whom to name in what is thrown.
struct Named {
  std::shared_ptr<Adapter> adapter;
  std::string who;

  // What `step` does with the reply to a request.
  template <class Step>
  auto request(const json& message, Step step) {
    try {
      return step(adapter->request(message));
    } catch (const Unsupported& error) {
      throw Unsupported(who + ": " + error.what());
    } catch (const AdapterError& error) {
      throw AdapterError(who + ": " + error.what(), error.kind());
    }
  }
};

class AdapterPeer final : public sim::Peer {
 public:
  AdapterPeer(std::shared_ptr<Named> adapter, std::string name, sim::PeerPlan plan)
      : adapter_(std::move(adapter)), name_(std::move(name)), plan_(std::move(plan)) {}

  ~AdapterPeer() override {
    try {
      if (started_) adapter_->adapter->request({{"op", "peer.drop"}, {"peer", name_}});
    } catch (const AdapterError&) {  // then it is gone all the more
    }
  }
  AdapterPeer(const AdapterPeer&) = delete;
  AdapterPeer& operator=(const AdapterPeer&) = delete;

  void start(Instant now) override {
    started_ = true;
    const Result<json> made = ask("peer.new", now,
                                  {{"node_seed", to_hex(plan_.node_seed)},
                                   {"shared_seeds", {to_hex(plan_.shared_seed)}},
                                   {"entropy", to_hex(plan_.entropy)},
                                   {"config", peer_config_of(plan_.config)}});
    if (!made) throw AdapterError("peer.new is refused: " + std::string(name(made.error())));
  }

  Result<SessionHandle> connect(Instant now, const Address& to) override {
    const auto reply = command(now, "connect", {{"to", text_of(to)}, {"seed", 0}});
    if (!reply) return fail(reply.error());
    return SessionHandle(Fields(*reply).number("session", json_number_max));
  }
  Result<void> close(Instant now, SessionHandle session) override {
    return done(command(now, "close", {{"session", session.value()}, {"code", "0"}, {"text", ""}}));
  }
  Result<StreamId> open_stream(Instant now, SessionHandle session) override {
    const auto reply = command(now, "open_stream", {{"session", session.value()}});
    if (!reply) return fail(reply.error());
    return StreamId(static_cast<std::uint16_t>(Fields(*reply).number("stream", 0xFFFF)));
  }
  Result<std::size_t> send(Instant now, SessionHandle session, StreamId stream,
                           const sim::Offer& offer) override {
    const auto reply = command(now, "send",
                               {{"session", session.value()},
                                {"stream", stream.value()},
                                {"bytes", to_hex(offer.bytes)},
                                {"end", offer.end_of_message},
                                {"type", static_cast<unsigned>(offer.type)}});
    if (!reply) return fail(reply.error());
    return Fields(*reply).number("taken", offer.bytes.size());
  }
  Result<void> close_stream(Instant now, SessionHandle session, StreamId stream) override {
    return done(
        command(now, "close_stream", {{"session", session.value()}, {"stream", stream.value()}}));
  }
  Result<void> send_datagram(Instant now, SessionHandle session, wire::FrameType type,
                             ByteView payload) override {
    return done(command(now, "datagram",
                        {{"session", session.value()},
                         {"type", static_cast<unsigned>(type)},
                         {"bytes", to_hex(payload)}}));
  }

  Result<ReadPart> read(Instant now, SessionHandle session, StreamId stream,
                        MutableByteView out) override;
  Result<Message> receive(Instant now, SessionHandle session, StreamId stream) override;

  void handle_datagram(Instant now, const Address& from, MutableByteView datagram) override {
    ask_to("peer.receive", now, {{"from", text_of(from)}, {"bytes", to_hex(datagram)}});
  }
  void handle_timeout(Instant now) override { ask_to("peer.tick", now, json::object()); }

  std::optional<Event> poll_event() override {
    if (events_.empty() || must_wait(events_.front())) return std::nullopt;
    std::optional<Event> event(std::move(events_.front()));
    events_.pop_front();
    return event;
  }
  std::optional<Transmit> poll_transmit(Instant, MutableByteView buffer) override {
    if (transmits_.empty()) return std::nullopt;
    const Transmitted sent = std::move(transmits_.front());
    transmits_.pop_front();
    if (sent.bytes.size() > buffer.size()) throw AdapterError("effect transmit: is too long");
    std::ranges::copy(sent.bytes, buffer.begin());
    return Transmit{address_of(sent.to), sent.bytes.size()};
  }
  std::optional<Instant> poll_timeout() const override { return timer_; }

  bool has_forgotten_all() override {
    if (!has_forgotten_) {
      const json query = {{"op", "peer.query"}, {"peer", name_}, {"now", microseconds(last_)}};
      has_forgotten_ = adapter_->request(query, [](const json& reply) {
        require_answer("peer.query", reply);
        const Fields in(reply);
        return in.at("sessions").empty() && in.number("half_open", json_number_max) == 0;
      });
    }
    return *has_forgotten_;
  }

 private:
  using Key = std::pair<SessionHandle, StreamId>;
  static constexpr std::uint64_t json_number_max = std::uint64_t{1} << 53;

  static std::int64_t microseconds(Instant at) {
    return (at - Instant{}) / std::chrono::microseconds(1);
  }
  static Result<void> done(const Result<json>& reply) {
    if (!reply) return fail(reply.error());
    return {};
  }
  static void require_answer(const std::string& what, const json& reply);

  Result<json> ask(const char* operation, Instant now, json members);
  // For what cannot be refused.
  void ask_to(const char* operation, Instant now, json members) {
    if (!ask(operation, now, std::move(members))) {
      throw AdapterError(std::string(operation) + ": is refused, which only commands can be");
    }
  }
  Result<json> command(Instant now, const char* what, json members) {
    members["do"] = what;
    return ask("peer.app", now, std::move(members));
  }
  void take(Effect&& effect);
  bool must_wait(const Event& event) const;
  bool has_unread(SessionHandle session, std::optional<StreamId> stream) const;

  std::string text_of(const Address& address) {
    std::string text = to_string(address);
    addresses_.emplace(text, address);
    return text;
  }
  const Address& address_of(const std::string& text) const {
    const auto known = addresses_.find(text);
    if (known == addresses_.end()) throw AdapterError("nobody has the address \"" + text + "\"");
    return known->second;
  }

  std::shared_ptr<Named> adapter_;
  std::string name_;  // of this peer
  sim::PeerPlan plan_;
  bool started_ = false;
  Instant last_{};
  std::map<std::string, Address> addresses_;  // that it was told
  std::deque<Event> events_;
  std::deque<Transmitted> transmits_;
  std::map<Key, Unread> unread_;
  std::optional<Instant> timer_;
  std::optional<bool> has_forgotten_;  // unknown since it was last asked something
};

void AdapterPeer::require_answer(const std::string& what, const json& reply) {
  const std::string outcome = Fields(reply).text("outcome");
  if (outcome == "unsupported") throw Unsupported(what + " is unsupported");
  if (outcome == "error") {
    throw AdapterError(what + ": " + Fields(reply).text("message"));
  }
  if (outcome != "accept" && outcome != "reject")
    throw AdapterError("outcome: is \"" + outcome + "\"");
}

Result<json> AdapterPeer::ask(const char* operation, Instant now, json members) {
  last_ = now;
  has_forgotten_.reset();
  members["op"] = operation;
  members["peer"] = name_;
  members["now"] = microseconds(now);
  const std::string what =
      operation + (members.contains("do") ? " " + members["do"].get<std::string>() : "");
  return adapter_->request(members, [&](json reply) -> Result<json> {
    require_answer(what, reply);
    const bool is_refused = reply["outcome"] == "reject";
    if (is_refused && operation == std::string_view("peer.new")) return fail(read_reason(reply));
    for (Effect& each : read_effects(reply)) take(std::move(each));
    timer_ = read_timer(reply);
    if (is_refused) return fail(read_reason(reply));
    return reply;
  });
}

void AdapterPeer::take(Effect&& effect) {
  if (auto* transmitted = std::get_if<Transmitted>(&effect)) {
    transmits_.push_back(std::move(*transmitted));
  } else if (auto* arrived = std::get_if<Arrived>(&effect)) {
    Unread& unread = unread_[{arrived->session, arrived->stream}];
    unread.is_fragment = false;
    events_.emplace_back(StreamReadable{arrived->session, arrived->stream});
    unread.parts.push_back(std::move(*arrived));
  } else if (auto* addressed = std::get_if<Addressed>(&effect)) {
    Event& event = addressed->event;
    const Address& address = address_of(addressed->address);
    if (auto* connected = std::get_if<Connected>(&event)) connected->address = address;
    if (auto* moved = std::get_if<PeerAddressChanged>(&event)) moved->address = address;
    events_.push_back(std::move(event));
  } else if (auto* event = std::get_if<Event>(&effect)) {
    if (const auto* reset = std::get_if<StreamReset>(event)) {
      unread_.erase({reset->session, reset->stream});
    }
    events_.push_back(std::move(*event));
  }
}

// An end is told after what came before it was read.
bool AdapterPeer::must_wait(const Event& event) const {
  if (const auto* finished = std::get_if<StreamFinished>(&event)) {
    return has_unread(finished->session, finished->stream);
  }
  if (const auto* closed = std::get_if<StreamClosed>(&event)) {
    return has_unread(closed->session, closed->stream);
  }
  if (const auto* closed = std::get_if<Closed>(&event)) {
    return has_unread(closed->session, std::nullopt);
  }
  return false;
}

bool AdapterPeer::has_unread(SessionHandle session, std::optional<StreamId> stream) const {
  return std::ranges::any_of(unread_, [&](const auto& each) {
    const auto& [key, unread] = each;
    return key.first == session && (!stream || key.second == *stream) && !unread.parts.empty() &&
           !unread.is_fragment;
  });
}

Result<ReadPart> AdapterPeer::read(Instant, SessionHandle session, StreamId stream,
                                   MutableByteView out) {
  std::deque<Arrived>& parts = unread_[{session, stream}].parts;
  while (!parts.empty() && parts.front().bytes.empty() && !parts.front().end_of_message) {
    parts.pop_front();
  }
  if (parts.empty()) return fail(Errc::would_block);
  Arrived& part = parts.front();
  const std::size_t size = std::min(out.size(), part.bytes.size());
  std::ranges::copy(ByteView(part.bytes).first(size), out.begin());
  ReadPart taken{size, part.end_of_message && size == part.bytes.size(), part.type};
  part.bytes.erase(part.bytes.begin(), part.bytes.begin() + static_cast<std::ptrdiff_t>(size));
  if (part.bytes.empty()) parts.pop_front();
  return taken;
}

Result<Message> AdapterPeer::receive(Instant, SessionHandle session, StreamId stream) {
  Unread& unread = unread_[{session, stream}];
  const auto end = std::ranges::find(unread.parts, true, &Arrived::end_of_message);
  if (end == unread.parts.end()) {
    unread.is_fragment = true;
    return fail(Errc::would_block);
  }
  Message message{end->type, {}};
  for (bool is_whole = false; !is_whole; unread.parts.pop_front()) {
    append(message.bytes, unread.parts.front().bytes);
    is_whole = unread.parts.front().end_of_message;
  }
  return message;
}

}  // namespace

sim::ForeignPeer foreign_peer(std::shared_ptr<Adapter> adapter, std::string who) {
  const auto named = std::make_shared<Named>(Named{std::move(adapter), std::move(who)});
  const json hello = named->request({{"op", "hello"}, {"protocol", 1}}, [](json reply) {
    if (reply.value("peer", json()) != true)
      throw Unsupported("it answers no peer.*: its hello does not say \"peer\":true");
    return reply;
  });
  sim::ForeignPeer foreign;
  foreign.is_repeatable = hello.value("entropy", json()) == "injected";
  auto made = std::make_shared<std::uint64_t>(0);
  foreign.make = [named, made](const sim::PeerPlan& plan) {
    return std::make_unique<AdapterPeer>(named, "p" + std::to_string(++*made), plan);
  };
  return foreign;
}

}  // namespace stt::conform

#include <simulator/hosts/host.hpp>

#include <utility>

#include <simulator/hosts/node_peer.hpp>
#include <simulator/hosts/seeded_random.hpp>

namespace stt::sim {
namespace {

enum Code : std::uint32_t { node_timer, application_wake, outage_begins, outage_ends, wall_step };

// Of a UDP socket, as Linux has it by default.
constexpr std::size_t socket_bytes_max = 212'992;

constexpr unsigned life_shift = 32;

constexpr std::size_t seed_bytes = 32;

void put(Bytes& to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<std::byte>(value >> shift));
}

// One overload per event; the compiler says when one is missing.
struct EventEncoder {
  Bytes& to;

  void operator()(const Connected& event) const {
    put(to, event.session.value());
    append(to, event.session_id.bytes);
    append(to, event.peer.bytes);
    put(to, static_cast<std::uint64_t>(event.role));
  }
  void operator()(const ConnectFailed& event) const {
    put(to, event.session.value());
    put(to, static_cast<std::uint64_t>(event.reason));
  }
  void operator()(const StreamOpened& event) const { on_stream(event.session, event.stream); }
  void operator()(const StreamReadable& event) const { on_stream(event.session, event.stream); }
  void operator()(const StreamWritable& event) const { on_stream(event.session, event.stream); }
  void operator()(const StreamFinished& event) const { on_stream(event.session, event.stream); }
  void operator()(const StreamReset& event) const {
    on_stream(event.session, event.stream);
    put(to, event.code);
  }
  void operator()(const StreamClosed& event) const {
    on_stream(event.session, event.stream);
    put(to, static_cast<std::uint64_t>(event.reason));
    put(to, event.code);
  }
  void operator()(const DatagramReceived& event) const {
    put(to, event.session.value());
    append(to, event.payload);
  }
  void operator()(const PeerAddressChanged& event) const {
    put(to, event.session.value());
    append(to, event.address.ip);
    put(to, event.address.port);
  }
  void operator()(const PeerError& event) const {
    put(to, event.session.value());
    put(to, event.code);
  }
  void operator()(const Closed& event) const {
    put(to, event.session.value());
    put(to, static_cast<std::uint64_t>(event.reason));
    put(to, event.code);
  }
  void operator()(const Stopped&) const {}

  void on_stream(SessionHandle session, StreamId stream) const {
    put(to, session.value());
    put(to, stream.value());
  }
};

}  // namespace

Bytes node_seed(std::uint64_t world_seed, HostIndex host, std::uint64_t identity) {
  Bytes seed(seed_bytes);
  Draws(world_seed, identity << life_shift | host, "host.node_seed").fill(seed);
  return seed;
}

ByteArray<32> foreign_entropy(std::uint64_t world_seed, std::uint64_t life) {
  ByteArray<32> entropy{};
  Draws(world_seed, life, "host.entropy").fill(entropy);
  return entropy;
}

std::uint64_t life_number(HostIndex host, std::uint32_t life) {
  return std::uint64_t{life} << life_shift | host;
}

Bytes shared_seed(std::uint64_t world_seed, std::string_view seed_name) {
  Bytes seed(seed_bytes);
  Draws(world_seed, 0, "shared_seed." + std::string(seed_name)).fill(seed);
  return seed;
}

void encode(const stt::Event& event, Bytes& to) {
  to.assign(1, static_cast<std::byte>(event.index()));
  std::visit(EventEncoder{to}, event);
}

Host::Host(Engine& engine, Network& network, HostIndex index, const HostPlan& plan,
           Application& application)
    : engine_(engine),
      network_(network),
      index_(index),
      plan_(plan),
      application_(application),
      id_(engine.add(*this)),
      clock_(plan.clock) {
  for (std::size_t i = 0; i < plan.outages.size(); ++i) {
    const Outage& outage = plan.outages[i];
    engine_.queue().schedule(Instant(outage.at), id_, outage_begins, i);
    engine_.queue().schedule(Instant(outage.at + outage.lasts), id_, outage_ends, i);
  }
  for (const ClockStep& step : plan.clock.wall_steps) {
    engine_.queue().schedule(Instant(step.at), id_, wall_step, 0);
  }
  peer_ = make_peer(lives_++);
}

std::unique_ptr<Peer> Host::make_peer(std::uint32_t life) const {
  const std::uint64_t number = life_number(index_, life);
  PeerPlan plan{plan_.config,
                node_seed(engine_.seed(), index_, identity_),
                shared_seed(engine_.seed(), plan_.shared_seed),
                {}};
  if (foreign_ == nullptr) {
    return std::make_unique<NodePeer>(plan, std::make_unique<SeededRandom>(engine_.seed(), number));
  }
  plan.entropy = foreign_entropy(engine_.seed(), number);
  return foreign_->make(plan);
}

void Host::house(const ForeignPeer& foreign) {
  foreign_ = &foreign;
  peer_ = make_peer(lives_ - 1);
}

void Host::start() {
  peer_->start(now());
  application_.start(*this);
  drain();
  arm(false);
}

void Host::wake_at(Instant at, std::uint32_t argument) {
  engine_.queue().schedule(at, id_, application_wake,
                           std::uint64_t{lives_} << life_shift | argument);
}

void Host::handle(const Event& event) {
  switch (event.code) {
    case node_timer: return on_timer(event.at);
    case application_wake: {
      if (!peer_ || event.argument >> life_shift != lives_) return;
      const auto argument = static_cast<std::uint32_t>(event.argument);
      if (paused_) return missed_wakes_.push_back(argument);
      application_.on_wake(*this, argument);
      drain();
      return arm(false);
    }
    case outage_begins: return begin(plan_.outages[event.argument]);
    case outage_ends: return end(plan_.outages[event.argument]);
    default:
      engine_.observe(id_, Kind::clock_stepped,
                      static_cast<std::uint64_t>(clock_.wall(engine_.now()).count()));
  }
}

void Host::begin(const Outage& outage) {
  if (!peer_ || paused_) return;  // one at a time
  if (outage.what == Outage::What::pause) {
    engine_.observe(id_, Kind::paused);
    paused_ = true;
    return;
  }
  const bool loses = outage.what == Outage::What::crash_and_lose_storage;
  engine_.observe(id_, loses ? Kind::crashed_without_storage : Kind::crashed);
  if (loses) ++identity_;
  peer_.reset();
  armed_at_.reset();
  application_.on_crash(*this, !loses);
  for (HostWatcher* watcher : watchers_) watcher->on_crash(*this);
}

void Host::end(const Outage& outage) {
  if (outage.what == Outage::What::pause) {
    if (!paused_) return;
    paused_ = false;
    // First what the socket has kept, then the timers that are overdue.
    while (!socket_.empty()) {
      Arrived arrived = std::move(socket_.front());
      socket_.pop_front();
      socket_bytes_ -= arrived.bytes.size();
      take(arrived.from, arrived.bytes);
    }
    for (const std::uint32_t argument : std::exchange(missed_wakes_, {})) {
      application_.on_wake(*this, argument);
    }
    drain();
    return arm(false);
  }
  if (peer_) return;
  peer_ = make_peer(lives_++);
  engine_.observe(id_, Kind::restarted);
  start();
}

void Host::on_timer(Instant at) {
  // Timers are never taken back: one that is not the newest, or that the node has since moved
  // away, means nothing.
  if (!peer_ || !armed_at_ || at != *armed_at_) return;
  armed_at_.reset();
  if (paused_) return;
  const std::optional<Instant> wanted = peer_->poll_timeout();
  if (!wanted || *wanted > now()) return arm(false);
  engine_.observe(id_, Kind::timer);
  peer_->handle_timeout(now());
  drain();
  arm(true);
}

std::optional<Kind> Host::refuses(std::size_t bytes) const {
  if (!peer_) return Kind::host_down;
  if (paused_ && socket_bytes_ + bytes > socket_bytes_max) return Kind::socket_full;
  return std::nullopt;
}

void Host::receive(const Address& from, MutableByteView bytes) {
  if (!paused_) return take(from, bytes);
  socket_bytes_ += bytes.size();
  socket_.push_back({from, to_bytes(bytes)});
}

void Host::take(const Address& from, MutableByteView bytes) {
  for (HostWatcher* watcher : watchers_) watcher->before_datagram(*this, bytes);
  peer_->handle_datagram(now(), from, bytes);
  for (HostWatcher* watcher : watchers_) watcher->after_datagram(*this);
  drain();
  arm(false);
}

void Host::drain() {
  // Whatever the application does about an event may make more of them, and more to send.
  bool had_event = true;
  while (had_event) {
    had_event = false;
    while (const std::optional<stt::Event> event = peer_->poll_event()) {
      had_event = true;
      encode(*event, encoded_);
      engine_.observe(id_, Kind::node_event, event->index(), encoded_);
      for (HostWatcher* watcher : watchers_) watcher->on_event(*this, *event);
      application_.on_event(*this, *event);
    }
    const MutableByteView buffer = engine_.transmit_buffer();
    while (const std::optional<Transmit> transmit = peer_->poll_transmit(now(), buffer)) {
      network_.send(index_, transmit->to, ByteView(buffer).first(transmit->size));
    }
  }
}

void Host::arm(bool after_timeout) {
  const std::optional<Instant> wanted = peer_->poll_timeout();
  if (!wanted) return;
  // A node that has just handled its timeouts and is due again at once would never let time go on.
  if (after_timeout && *wanted <= now()) engine_.observe(id_, Kind::timer_not_in_future);
  const Instant at = std::max(clock_.world(*wanted), engine_.now());
  if (armed_at_ && *armed_at_ <= at) return;
  armed_at_ = at;
  engine_.queue().schedule(at, id_, node_timer, 0);
}

}  // namespace stt::sim

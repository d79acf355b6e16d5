#include <simulator/host.hpp>

#include <stt/wire/limits.hpp>

namespace stt::sim {
namespace {

enum Code : std::uint32_t { node_timer, application_wake };

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

Bytes node_seed(std::uint64_t world_seed, HostIndex host) {
  Bytes seed(seed_bytes);
  Draws(world_seed, host, "host.node_seed").fill(seed);
  return seed;
}

Bytes shared_seed(std::uint64_t world_seed, std::string_view seed_name) {
  Bytes seed(seed_bytes);
  Draws(world_seed, 0, "shared_seed." + std::string(seed_name)).fill(seed);
  return seed;
}

Bytes encode(const stt::Event& event) {
  Bytes bytes;
  bytes.push_back(static_cast<std::byte>(event.index()));
  std::visit(EventEncoder{bytes}, event);
  return bytes;
}

Host::Host(Engine& engine, Network& network, HostIndex index, const HostPlan& plan,
           Application& application)
    : engine_(engine),
      network_(network),
      index_(index),
      application_(application),
      id_(engine.add(*this)),
      random_(engine.seed(), index),
      transmit_buffer_(std::max<std::size_t>(plan.config.datagram_bytes_max, 65'536)) {
  Result<Node> node = Node::create(plan.config, node_seed(engine.seed(), index), random_);
  STT_ASSERT(node.has_value());  // a scenario's settings were judged when it was read
  node_.emplace(std::move(*node));
  const Result<SeedHint> hint =
      node_->add_shared_seed(shared_seed(engine.seed(), plan.shared_seed));
  STT_ASSERT(hint.has_value());
  hint_ = *hint;
}

void Host::start() {
  const Result<void> started = node_->start(now());
  STT_ASSERT(started.has_value());
  application_.start(*this);
  drain();
  arm(false);
}

void Host::wake_at(Instant at, std::uint64_t argument) {
  engine_.queue().schedule(at, id_, application_wake, argument);
}

void Host::handle(const Event& event) {
  if (event.code == application_wake) {
    application_.on_wake(*this, event.argument);
    drain();
    return arm(false);
  }
  // Timers are never taken back: one that is not the newest, or that the node has since moved
  // away, means nothing.
  if (!armed_at_ || event.at != *armed_at_) return;
  armed_at_.reset();
  const std::optional<Instant> wanted = node_->poll_timeout();
  if (!wanted || *wanted > now()) return arm(false);
  engine_.observe(id_, Kind::timer);
  node_->handle_timeout(now());
  drain();
  arm(true);
}

void Host::receive(const Address& from, MutableByteView bytes) {
  node_->handle_datagram(now(), from, bytes);
  drain();
  arm(false);
}

void Host::drain() {
  // Whatever the application does about an event may make more of them, and more to send.
  bool had_event = true;
  while (had_event) {
    had_event = false;
    while (const std::optional<stt::Event> event = node_->poll_event()) {
      had_event = true;
      engine_.observe(id_, Kind::node_event, event->index(), encode(*event));
      application_.on_event(*this, *event);
    }
    while (const std::optional<Transmit> transmit = node_->poll_transmit(now(), transmit_buffer_)) {
      network_.send(index_, transmit->to, ByteView(transmit_buffer_).first(transmit->size));
    }
  }
}

void Host::arm(bool after_timeout) {
  const std::optional<Instant> wanted = node_->poll_timeout();
  if (!wanted) return;
  // A node that has just handled its timeouts and is due again at once would never let time go on.
  if (after_timeout && *wanted <= now()) engine_.observe(id_, Kind::timer_not_in_future);
  const Instant at = std::max(*wanted, now());
  if (armed_at_ && *armed_at_ <= at) return;
  armed_at_ = at;
  engine_.queue().schedule(at, id_, node_timer, 0);
}

}  // namespace stt::sim

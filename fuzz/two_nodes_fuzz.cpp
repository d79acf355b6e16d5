#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>

#include <fuzz/fuzz.hpp>
#include <fuzz/input.hpp>
#include <fuzz/plain_random.hpp>
#include <stt/node/node.hpp>

namespace stt::fuzz {
namespace {

constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";

// The byte at a position of a stream's direction, so that whoever reads it can tell.
std::byte byte_at(StreamId stream, std::size_t writer, std::uint64_t position) {
  return static_cast<std::byte>(position ^ position >> 8U ^ stream.value() * 7U ^ writer);
}

// What was written on one direction of a stream, and what has been read of it.
struct Line {
  std::uint64_t written = 0;
  std::vector<std::uint64_t> ends;  // of messages, as counts of bytes before them
  std::uint64_t read = 0;
  std::size_t ends_read = 0;
  bool broken = false;  // by a reset or a stop: what follows may be missing
};

struct Side {
  Side(std::string_view seed, std::uint64_t random_seed, const Address& own)
      : random(random_seed), node(make(seed, random)), address(own) {}

  static Node make(std::string_view seed, Random& random) {
    Config config;
    config.parameters.max_streams = 6;
    config.parameters.initial_stream_credit = 3'000;
    config.parameters.max_message_bytes = 20'000;
    config.receive_budget_bytes = 64U << 10;
    config.parameters.initial_session_credit = config.receive_budget_bytes;
    config.send_buffer_bytes = 8U << 10;
    config.rotate_after_bytes = 30'000;
    auto node = Node::create(config, as_bytes(seed), random);
    STT_FUZZ_PROMISE(node.has_value());
    return std::move(*node);
  }

  PlainRandom random;
  Node node;
  Address address;
  // A responder can have more than one, if FINAL stays away and the initiator begins anew.
  std::map<SessionId, SessionHandle> sessions;
  std::set<SessionHandle> over;
  std::vector<StreamId> streams;
  std::map<StreamId, Line> lines;  // that this side writes
};

// Two nodes with a network between them. Whatever it does, what is read is what was written.
class Pair {
 public:
  Pair()
      : sides_{Side("alice has a node seed of 32 bytes", 1, Address::ipv4(192, 0, 2, 1, 1)),
               Side("bob too has a node seed of 32 bytes", 2, Address::ipv4(192, 0, 2, 2, 2))} {
    SeedHint hint;
    for (Side& side : sides_) {
      const auto added = side.node.add_shared_seed(as_bytes(shared_seed));
      STT_FUZZ_PROMISE(added && side.node.start(now_));
      hint = *added;
    }
    STT_FUZZ_PROMISE(sides_[0].node.connect(now_, {sides_[1].address, hint, std::nullopt}));
    settle();
  }

  // One order of the input.
  void step(Input& input) {
    switch (input.below(12)) {
      case 0: lose(input); break;
      case 1: repeat(input); break;
      case 2: overtake(input); break;
      case 3: corrupt(input); break;
      case 4: let_time_pass(1ms * input.byte()); break;
      case 5:
      case 6: advance(); break;
      case 7: write(input); break;
      case 8: end_stream(input); break;
      case 9: command(input); break;
      default: deliver(input); break;
    }
    settle();
  }

  // The network heals. What was written arrives, unless its session or stream has ended; when,
  // depends on what the input has made of the estimates of the round trip, and may be hours.
  void heal() {
    constexpr int steps_max = 3'000;
    for (int step = 0; step < steps_max && !all_arrived(); ++step) {
      if (in_flight_.empty()) advance();
      while (!in_flight_.empty()) deliver_front();
      settle();
    }
    STT_FUZZ_PROMISE(all_arrived());
  }

 private:
  struct Flying {
    std::size_t to = 0;
    Bytes bytes;
  };

  static constexpr std::size_t flying_max = 256;

  // At that side, the session that both have: the initiator's only one.
  std::optional<SessionHandle> session(std::size_t index) const {
    if (sides_[0].sessions.empty()) return std::nullopt;
    const auto found = sides_[index].sessions.find(sides_[0].sessions.begin()->first);
    STT_FUZZ_PROMISE(found != sides_[index].sessions.end());
    return found->second;
  }
  bool is_over(std::size_t index) const {
    const auto handle = session(index);
    return handle && sides_[index].over.contains(*handle);
  }

  bool all_arrived() const {
    if (!session(0)) return gave_up_;
    if (is_over(0) || is_over(1)) return true;
    return std::ranges::all_of(sides_, [](const Side& side) {
      return std::ranges::all_of(side.lines, [](const auto& each) {
        const Line& line = each.second;
        return line.broken || (line.read == line.written && line.ends_read == line.ends.size());
      });
    });
  }

  void settle() {
    for (std::size_t turn = 0; turn < sides_.size(); ++turn) {
      Side& side = sides_[turn];
      while (const auto event = side.node.poll_event()) take_event(turn, *event);
      read_all(turn);
      while (const auto sent = side.node.poll_transmit(now_, buffer_)) {
        if (in_flight_.size() >= flying_max) continue;  // a queue that is full
        in_flight_.push_back({1 - turn, to_bytes(ByteView(buffer_).first(sent->size))});
      }
      while (const auto event = side.node.poll_event()) take_event(turn, *event);
    }
  }

  void take_event(std::size_t index, const Event& event) {
    Side& side = sides_[index];
    if (const auto* connected = std::get_if<Connected>(&event)) {
      STT_FUZZ_PROMISE(connected->peer == sides_[1 - index].node.id());
      STT_FUZZ_PROMISE(side.sessions.emplace(connected->session_id, connected->session).second);
      STT_FUZZ_PROMISE(index == 1 || side.sessions.size() == 1);
    } else if (std::holds_alternative<ConnectFailed>(event)) {
      gave_up_ = true;
    } else if (const auto* opened = std::get_if<StreamOpened>(&event)) {
      side.streams.push_back(opened->stream);
    } else if (const auto* reset = std::get_if<StreamReset>(&event)) {
      // One stream more than the peer has room for is refused, both directions of it.
      if (reset->code == static_cast<std::uint64_t>(Errc::stream_refused)) {
        for (Side& each : sides_) each.lines[reset->stream].broken = true;
      }
      STT_FUZZ_PROMISE(sides_[1 - index].lines[reset->stream].broken);
    } else if (const auto* closed = std::get_if<StreamClosed>(&event)) {
      std::erase(side.streams, closed->stream);
    } else if (const auto* ended = std::get_if<Closed>(&event)) {
      side.over.insert(ended->session);
    }
  }

  // Reads whatever can be read, and holds it against what was written.
  void read_all(std::size_t index) {
    Side& side = sides_[index];
    const auto handle = session(index);
    if (!handle) return;
    for (auto& [stream, line] : sides_[1 - index].lines) {
      ByteArray<1'000> out{};
      while (const auto part = side.node.read(now_, *handle, stream, out)) {
        for (std::size_t i = 0; i < part->bytes; ++i) {
          STT_FUZZ_PROMISE(out[i] == byte_at(stream, 1 - index, line.read + i));
        }
        line.read += part->bytes;
        STT_FUZZ_PROMISE(line.read <= line.written);
        if (!part->end_of_message) continue;
        STT_FUZZ_PROMISE(line.ends_read < line.ends.size());
        STT_FUZZ_PROMISE(line.ends[line.ends_read++] == line.read);
      }
    }
  }

  // --- The network.

  std::size_t any_flying(Input& input) { return input.byte() % in_flight_.size(); }
  void lose(Input& input) {
    if (in_flight_.empty()) return;
    in_flight_.erase(in_flight_.begin() + static_cast<std::ptrdiff_t>(any_flying(input)));
  }
  void repeat(Input& input) {
    if (in_flight_.empty() || in_flight_.size() >= flying_max) return;
    const Flying copy = in_flight_[any_flying(input)];
    in_flight_.push_back(copy);
  }
  void overtake(Input& input) {
    if (in_flight_.empty()) return;
    std::swap(in_flight_.front(), in_flight_[any_flying(input)]);
  }
  void corrupt(Input& input) {
    if (in_flight_.empty()) return;
    Bytes& bytes = in_flight_[any_flying(input)].bytes;
    bytes[input.below(bytes.size())] ^= std::byte{static_cast<std::uint8_t>(1 + input.below(255))};
  }
  void deliver(Input& input) {
    for (std::size_t count = 1 + input.below(8); count > 0 && !in_flight_.empty(); --count) {
      deliver_front();
    }
  }
  void deliver_front() {
    Flying flying = std::move(in_flight_.front());
    in_flight_.pop_front();
    sides_[flying.to].node.handle_datagram(now_, sides_[1 - flying.to].address, flying.bytes);
  }

  // --- Time.

  void let_time_pass(Duration time) {
    const Instant then = now_ + time;
    for (std::optional<Instant> next = next_timer(); next && *next <= then; next = next_timer()) {
      expire(*next);
    }
    now_ = then;
  }
  void advance() {
    if (const auto next = next_timer()) expire(*next);
  }
  std::optional<Instant> next_timer() const {
    std::optional<Instant> next;
    for (const Side& side : sides_) {
      const auto timer = side.node.poll_timeout();
      if (timer && (!next || *timer < *next)) next = timer;
    }
    return next;
  }
  void expire(Instant at) {
    now_ = std::max(now_, at);
    for (Side& side : sides_) side.node.handle_timeout(now_);
    settle();
    const auto next = next_timer();
    STT_FUZZ_PROMISE(!next || *next > now_);
  }

  // --- Applications.

  void write(Input& input) {
    const std::size_t index = input.below(2);
    Side& side = sides_[index];
    const auto handle = session(index);
    if (!handle) return;
    if (side.streams.empty() || input.below(4) == 3) {
      const auto opened = side.node.open_stream(now_, *handle);
      if (opened) side.streams.push_back(*opened);
    }
    if (side.streams.empty()) return;
    const StreamId stream = side.streams[input.below(side.streams.size())];
    Line& line = side.lines[stream];
    Bytes text(input.below(5'000));
    for (std::size_t i = 0; i < text.size(); ++i) {
      text[i] = byte_at(stream, index, line.written + i);
    }
    const bool ends = input.flag();
    const auto taken = side.node.send(now_, *handle, stream, text, ends);
    if (!taken) return;
    line.written += *taken;
    if (ends && *taken == text.size()) line.ends.push_back(line.written);
  }

  void end_stream(Input& input) {
    const std::size_t index = input.below(2);
    Side& side = sides_[index];
    const auto handle = session(index);
    if (side.streams.empty() || !handle) return;
    const StreamId stream = side.streams[input.below(side.streams.size())];
    switch (input.below(4)) {
      case 0:
        if (side.node.reset_stream(now_, *handle, stream, 1)) side.lines[stream].broken = true;
        break;
      case 1:
        if (side.node.stop_stream(now_, *handle, stream, 1)) {
          sides_[1 - index].lines[stream].broken = true;
        }
        break;
      default:
        // A message that its writer never ends is no message: its reader may see an error.
        if (side.node.close_stream(now_, *handle, stream)) note_unfinished(side.lines[stream]);
        break;
    }
  }

  static void note_unfinished(Line& line) {
    const std::uint64_t finished = line.ends.empty() ? 0 : line.ends.back();
    if (line.written > finished) line.broken = true;
  }

  void command(Input& input) {
    const std::size_t index = input.below(2);
    Side& side = sides_[index];
    const auto handle = session(index);
    if (!handle) return;
    switch (input.below(4)) {
      case 0: std::ignore = side.node.rotate_keys(now_, *handle); break;
      case 1: std::ignore = side.node.ping(now_, *handle); break;
      case 2: {
        const Bytes text(input.byte());
        std::ignore =
            side.node.send_datagram(now_, *handle, static_cast<wire::FrameType>(0x90), text);
        break;
      }
      default:
        if (input.below(32) == 31) std::ignore = side.node.close(now_, *handle);
        break;
    }
  }

  Instant now_{1s};
  std::array<Side, 2> sides_;
  std::deque<Flying> in_flight_;
  bool gave_up_ = false;
  Bytes buffer_ = Bytes(65'536);
};

}  // namespace

// The input is a schedule: what the network does to which datagram, when time passes, and what both
// applications do.
void run(ByteView bytes) {
  constexpr int steps_max = 120;
  Input input(bytes);
  Pair pair;
  for (int step = 0; step < steps_max && !input.empty(); ++step) pair.step(input);
  pair.heal();
}

}  // namespace stt::fuzz

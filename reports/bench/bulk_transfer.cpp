#include <reports/bench/bulk_transfer.hpp>

#include <chrono>

namespace stt::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view shared_seed = "the seed of a pair in a benchmark";
constexpr std::size_t read_bytes_max = 256U << 10;  // at once
constexpr std::size_t write_bytes_max = 2U << 20;   // offered at once
constexpr Duration session_limit = 5s;
constexpr Duration round_limit = 20s;

}  // namespace

Party::Party(const Config& config, std::string_view seed, adapters::NodeDriver::OnEvent on_event)
    : node(*Node::create(config, as_bytes(seed), random)),
      hint(*node.add_shared_seed(as_bytes(shared_seed))),
      driver(loop, node, std::move(on_event)) {}

BulkReceiver::BulkReceiver(const Config& config)
    : buffer_(read_bytes_max),
      party_(config, "the node seed of the one who takes",
             [this](Instant now, const Event& event) { on_event(now, event); }) {}

BulkReceiver::~BulkReceiver() {
  party_.loop.stop();
  if (thread_.joinable()) thread_.join();
}

void BulkReceiver::run() {
  (void)party_.node.start(party_.loop.now());
  thread_ = std::thread([this] { party_.loop.run(); });
}

void BulkReceiver::on_event(Instant now, const Event& event) {
  const auto* readable = std::get_if<StreamReadable>(&event);
  if (readable == nullptr) return;
  while (const auto part = party_.node.read(now, readable->session, readable->stream, buffer_)) {
    if (part->end_of_message) {
      (void)party_.node.send(now, readable->session, readable->stream, as_bytes("!"));
    }
  }
}

BulkSender::BulkSender(const Config& config, std::size_t round_bytes)
    : bytes_(write_bytes_max),
      round_bytes_(round_bytes),
      party_(config, "the node seed of the one who sends",
             [this](Instant now, const Event& event) { on_event(now, event); }) {
  (void)party_.node.start(party_.loop.now());
}

void BulkSender::connect(const Address& to) {
  (void)party_.node.connect(party_.loop.now(), {to, party_.hint, std::nullopt});
  party_.driver.pump();
}

void BulkSender::wait_for_session() {
  party_.loop.run_for(session_limit);
}

bool BulkSender::move() {
  if (!stream_) return false;
  left_ = round_bytes_;
  answered_ = false;
  send_more(party_.loop.now());
  party_.driver.pump();
  return party_.loop.run_for(round_limit) && answered_;
}

void BulkSender::on_event(Instant now, const Event& event) {
  if (const auto* connected = std::get_if<Connected>(&event)) {
    session_ = connected->session;
    if (const auto stream = party_.node.open_stream(now, session_)) stream_ = *stream;
    party_.loop.stop();
  } else if (std::holds_alternative<StreamWritable>(event)) {
    send_more(now);
  } else if (std::holds_alternative<StreamReadable>(event)) {
    answered_ = party_.node.receive(now, session_, *stream_).has_value();
    if (answered_) party_.loop.stop();
  }
}

void BulkSender::send_more(Instant now) {
  while (left_ > 0) {
    const ByteView part = ByteView(bytes_).first(std::min(left_, bytes_.size()));
    const auto taken = party_.node.send(now, session_, *stream_, part, part.size() == left_);
    if (!taken) return;
    left_ -= *taken;
    if (*taken < part.size()) return;
  }
}

void measure(benchmark::State& state, BulkSender& sender, std::size_t round_bytes) {
  if (!sender.move()) {
    state.SkipWithError("no session");
    return;
  }
  for (auto _ : state) {
    const auto begin = SteadyClock::now();
    if (!sender.move()) {
      state.SkipWithError("stalled");
      break;
    }
    state.SetIterationTime(std::chrono::duration<double>(SteadyClock::now() - begin).count());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(round_bytes) * state.iterations());
}

}  // namespace stt::bench

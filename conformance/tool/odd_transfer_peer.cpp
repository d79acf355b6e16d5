// For node_live_test.py: a peer that moves files as no honest one does.
//
//   odd_transfer_peer answer SEED_FILE VERDICT
// prints its port, and answers whatever comes by VERDICT.
//
//   odd_transfer_peer send SEED_FILE PORT version
// sends a file in a version that nobody speaks, without an end.
//
//   odd_transfer_peer send SEED_FILE PORT digest
// sends a file with the digest of another.
//
// It prints `code N` when the other side ends its direction of a stream, or ours, by RESET or STOP.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <conformance/tool/seed_file.hpp>
#include <conformance/tool/transfer_message.hpp>
#include <stt/adapters/asio/node_driver.hpp>
#include <stt/base/assert.hpp>
#include <stt/crypto/system_random.hpp>

namespace {

using namespace stt;
using namespace stt::tool;

constexpr Duration patience = 60s;

class OddPeer {
 public:
  explicit OddPeer(ByteView shared_seed)
      : node_(*Node::create({}, as_bytes("the node seed of an odd transfer peer"), random_)),
        hint_(*node_.add_shared_seed(shared_seed)),
        driver_(loop_, node_, [this](Instant now, const Event& event) { on_event(now, event); }) {
    adapters::UdpOptions udp;
    udp.bind = Address::ipv4(127, 0, 0, 1, 0);
    const bool ready = driver_.open_udp(udp) && node_.start(loop_.now());
    STT_ASSERT(ready);
  }

  // Whether the other side has closed the session by the end.
  bool answer(std::uint8_t verdict) {
    messages_ = {encode(VerdictMessage{static_cast<Verdict>(verdict), "as asked"})};
    std::printf("%u\n", unsigned{driver_.local_addresses().front().port});
    std::fflush(stdout);
    return loop_.run_for(patience);
  }

  // Whether the other side gave a verdict.
  bool send(std::uint16_t port, std::string_view oddity) {
    TransferHeader header{.size = 1, .name = "odd"};
    if (oddity == "version") {
      header.version = 2;
      ends_ = false;
    }
    messages_ = {encode(header), Bytes(1), Bytes(digest_bytes)};
    const auto session =
        node_.connect(loop_.now(), {Address::ipv4(127, 0, 0, 1, port), hint_, std::nullopt});
    STT_ASSERT(session);
    driver_.pump();
    return loop_.run_for(patience);
  }

 private:
  void on_event(Instant now, const Event& event) {
    if (const auto* connected = std::get_if<Connected>(&event)) {
      if (connected->role != Role::initiator) return;
      initiated_ = true;
      const auto stream = node_.open_stream(now, connected->session);
      if (stream) say_all(now, connected->session, *stream);
    } else if (const auto* readable = std::get_if<StreamReadable>(&event)) {
      on_readable(now, *readable);
    } else if (const auto* reset = std::get_if<StreamReset>(&event)) {
      say_code(reset->code);
    } else if (const auto* over = std::get_if<StreamClosed>(&event)) {
      if (over->code != 0) say_code(over->code);
      if (initiated_) (void)node_.close(now, over->session);
    } else if (std::holds_alternative<Closed>(event)) {
      loop_.stop();
    }
  }

  static void say_code(std::uint64_t code) {
    std::printf("code %llu\n", static_cast<unsigned long long>(code));
    std::fflush(stdout);
  }

  void on_readable(Instant now, const StreamReadable& readable) {
    Bytes part(65'536);
    while (node_.read(now, readable.session, readable.stream, part)) {
    }
    if (!said_) say_all(now, readable.session, readable.stream);
  }

  void say_all(Instant now, SessionHandle session, StreamId stream) {
    said_ = true;
    for (const Bytes& message : messages_) (void)node_.send(now, session, stream, message);
    if (ends_) (void)node_.close_stream(now, session, stream);
  }

  adapters::EventLoop loop_;
  crypto::SystemRandom random_;
  Node node_;
  SeedHint hint_;
  adapters::NodeDriver driver_;
  std::vector<Bytes> messages_;
  bool said_ = false;
  bool ends_ = true;
  bool initiated_ = false;
};

}  // namespace

int main(int count, char** arguments) {
  const std::string_view command = count > 1 ? arguments[1] : "";
  if ((command != "answer" || count != 4) && (command != "send" || count != 5)) return 64;
  const SeedFile file = read_seed_file(arguments[2], false);
  if (!file.seed) return 64;
  OddPeer peer(file.seed->bytes);
  const auto number = static_cast<std::uint16_t>(std::atoi(arguments[3]));
  const bool done = command == "answer" ? peer.answer(static_cast<std::uint8_t>(number))
                                        : peer.send(number, arguments[4]);
  return done ? 0 : 1;
}

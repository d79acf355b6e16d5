// Two nodes between which a benchmark moves bytes: each round is one message, which the receiver
// answers with one byte. Whoever uses them opens the transport.
#pragma once

#include <benchmark/benchmark.h>

#include <memory>
#include <thread>

#include <stt/adapters/asio/node_driver.hpp>
#include <stt/crypto/system_random.hpp>

namespace stt::bench {

// A node on a loop of its own.
struct Party {
  Party(const Config& config, std::string_view seed, adapters::NodeDriver::OnEvent on_event);

  adapters::EventLoop loop;
  crypto::SystemRandom random;
  Node node;
  SeedHint hint;                                             // of the seed that both hold
  std::unique_ptr<adapters::ConnectionTransport> transport;  // if there is one: it outlives driver
  adapters::NodeDriver driver;
};

// Takes messages on a thread of its own, and answers.
class BulkReceiver {
 public:
  explicit BulkReceiver(const Config& config);
  ~BulkReceiver();
  BulkReceiver(const BulkReceiver&) = delete;
  BulkReceiver& operator=(const BulkReceiver&) = delete;

  Party& party() { return party_; }  // until run()
  void run();

 private:
  void on_event(Instant now, const Event& event);

  Bytes buffer_;
  Party party_;
  std::thread thread_;
};

// Moves rounds, on the caller's thread.
class BulkSender {
 public:
  BulkSender(const Config& config, std::size_t round_bytes);
  BulkSender(const BulkSender&) = delete;
  BulkSender& operator=(const BulkSender&) = delete;

  Party& party() { return party_; }
  // Once the transport reaches it.
  void connect(const Address& to);
  // Until there is a session, which takes 5 s at most.
  void wait_for_session();
  // One round; false if there is no session, or it took too long.
  bool move();

 private:
  void on_event(Instant now, const Event& event);
  void send_more(Instant now);

  Bytes bytes_;
  std::size_t round_bytes_;
  Party party_;
  SessionHandle session_;
  std::optional<StreamId> stream_;
  std::size_t left_ = 0;
  bool answered_ = false;
};

// A round for each iteration; before them one that opens the congestion window.
void measure(benchmark::State& state, BulkSender& sender, std::size_t round_bytes);

}  // namespace stt::bench

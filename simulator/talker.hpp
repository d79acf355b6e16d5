// The application of a host: holds the conversations that begin here, answers those that begin
// elsewhere, and compares every byte with what the script says.
#pragma once

#include <map>
#include <optional>

#include <simulator/host.hpp>
#include <simulator/script.hpp>
#include <simulator/violations.hpp>
#include <stt/crypto/sha3.hpp>

namespace stt::sim {

// What all talkers of a world share.
struct Stage {
  ScriptBook book;
  Violations violations;
  Marker marker{};
  std::optional<ByteView> file;  // of the run; none: drawn bytes are sent instead

  std::uint64_t bytes_delivered = 0;  // of messages that arrived, compared
  std::uint64_t messages_delivered = 0;
  std::uint64_t digests_equal = 0;  // of files, SHA3-256
  std::optional<ByteArray<32>> file_digest;
  std::optional<Instant> first_connected;
  Instant last_delivered{};
};

class Talker final : public Application {
 public:
  struct Talk {
    Conversation plan;
    std::size_t number = 0;  // in the scenario
    std::optional<SessionHandle> session;
    SessionId session_id;
    std::uint32_t streams_opened = 0;
    std::uint32_t streams_closed = 0;
    bool over = false;
    std::optional<Errc> failure;
  };

  // `stage` outlives it.
  Talker(Stage& stage, std::uint64_t seed) : stage_(stage), seed_(seed) {}

  void add(const Conversation& plan, std::size_t number) {
    talks_.push_back({plan, number, {}, {}, 0, 0, false, {}});
  }
  const std::vector<Talk>& talks() const { return talks_; }
  bool over() const;
  // Of sessions that were closed: what their senders had reached. See Outcome.
  const std::vector<SessionStatistics>& closed_sessions() const { return closed_sessions_; }

  void start(Host& host) override;
  void on_event(Host& host, const stt::Event& event) override;
  void on_wake(Host& host, std::uint64_t argument) override;

 private:
  using Key = std::pair<SessionHandle, StreamId>;
  // One stream, both directions.
  struct Play {
    ScriptBook::Entry entry;
    bool is_opener = false;
    std::size_t sent_messages = 0;
    std::uint64_t sent_bytes = 0;  // of the message under way
    bool closed = false;           // our direction
    std::size_t received_messages = 0;
    std::uint64_t received_bytes = 0;  // of the message under way
    bool finished = false;             // the peer's direction
    std::optional<crypto::Sha3> digest;
  };
  struct Session {
    SessionId id;
    Talk* talk = nullptr;  // if it began here
  };

  void on(Host& host, const Connected& event);
  void on(Host& host, const ConnectFailed& event);
  void on(Host& host, const StreamOpened& event);
  void on(Host& host, const StreamReadable& event);
  void on(Host& host, const StreamWritable& event);
  void on(Host& host, const StreamFinished& event);
  void on(Host& host, const StreamReset& event);
  void on(Host& host, const StreamClosed& event);
  void on(Host& host, const Closed& event);
  void on(Host&, const DatagramReceived&) {}
  void on(Host&, const PeerAddressChanged&) {}
  void on(Host& host, const PeerError& event);
  void on(Host&, const Stopped&) {}

  void open_streams(Host& host, Talk& talk);
  ScriptBook::Entry script_of(const Talk& talk, std::uint32_t stream) const;
  void send(Host& host, const Key& key, Play& play);
  void read(Host& host, const Key& key, Play& play);
  std::optional<Errc> read_part(Host& host, const Key& key, Play& play);
  std::optional<Errc> read_whole(Host& host, const Key& key, Play& play);
  void compare(Host& host, Play& play, ByteView bytes, bool end);
  void end_message(Host& host, Play& play);
  bool expects_bytes(const Play& play) const { return !play.is_opener || play.entry.echo; }
  Play* find(Host& host, const Key& key);
  void violate(Host& host, std::string what);

  Stage& stage_;
  std::uint64_t seed_;
  std::vector<Talk> talks_;  // does not grow once the world has begun
  std::map<SessionHandle, Session> sessions_;
  std::map<Key, Play> plays_;
  std::vector<SessionStatistics> closed_sessions_;
  Bytes buffer_;
  Bytes expected_;
};

}  // namespace stt::sim

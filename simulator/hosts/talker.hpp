// The application of a host: holds the conversations that begin here, answers those that begin
// elsewhere, and compares every byte with what the script says.
#pragma once

#include <map>
#include <optional>

#include <simulator/hosts/host.hpp>
#include <simulator/hosts/playback.hpp>

namespace stt::sim {

class Talker final : public Application {
 public:
  struct Talk {
    Conversation plan;
    std::size_t number = 0;  // in the scenario
    std::optional<SessionHandle> session;
    SessionId session_id;
    // Streams whose work is done: what the host remembers in its storage.
    std::vector<bool> complete;
    std::uint32_t next_stream = 0;  // the first that was not opened in this session
    std::uint32_t streams_open = 0;
    std::size_t datagrams_sent = 0;
    bool over = false;
    std::optional<Errc> failure;

    bool all_complete() const;
  };

  // `stage` outlives it.
  Talker(Stage& stage, std::uint64_t seed) : stage_(stage), seed_(seed) {}

  void add(const Conversation& plan, std::size_t number);
  const std::vector<Talk>& talks() const { return talks_; }
  bool over() const;
  // Of sessions that began here, when their work was done.
  std::uint64_t retransmissions() const { return retransmissions_; }

  void start(Host& host) override;
  void on_event(Host& host, const stt::Event& event) override;
  void on_wake(Host& host, std::uint32_t argument) override;
  void on_crash(Host& host, bool keeps_storage) override;

 private:
  using Key = std::pair<SessionHandle, StreamId>;
  // One stream, both directions.
  struct Play {
    Part part;
    std::optional<std::uint32_t> number;  // in its conversation, where it was opened here
    std::size_t sent_messages = 0;
    std::uint64_t sent_bytes = 0;  // of the message under way
    ScriptWindow window;           // of what is to be sent
    bool closed = false;           // our direction
    Playback heard;
    bool finished = false;    // the peer's direction
    bool read_waits = false;  // a slow reader has not come to it yet
    bool send_waits = false;  // the next message is not there yet

    bool is_opener() const { return number.has_value(); }
  };
  struct Session {
    SessionId id;
    Talk* talk = nullptr;  // if it began here
    DatagramPlayback datagrams;
  };
  // Something to be done to a stream later.
  struct Wake {
    Key key;
    bool reads = false;  // else sends
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
  void on(Host& host, const DatagramReceived& event);
  void on(Host&, const PeerAddressChanged&) {}
  void on(Host& host, const PeerError& event);
  void on(Host&, const Stopped&) {}

  void connect(Host& host, Talk& talk);
  void fail(Host& host, Talk& talk, Errc reason);
  void open_streams(Host& host, Talk& talk);
  void finish(Host& host, Talk& talk);
  void send_datagram(Host& host, Talk& talk);
  Part part_of(const Talk& talk, std::uint32_t stream) const;
  void wake_at(Host& host, Instant at, const Wake& wake);

  void send(Host& host, const Key& key, Play& play);
  // How many messages are there to be sent; asks to be woken when there will be more.
  std::size_t ready_messages(Host& host, const Key& key, Play& play);
  void close_stream(Host& host, const Key& key, Play& play);
  void read(Host& host, const Key& key, Play& play);
  void read_slowly(Host& host, const Key& key, Play& play);
  std::optional<Errc> read_part(Host& host, const Key& key, Play& play, std::size_t bytes_max);
  std::optional<Errc> read_whole(Host& host, const Key& key, Play& play);
  void hear(Host& host, Play& play, ByteView bytes, bool end, wire::FrameType type);
  Play* find(Host& host, const Key& key);
  void violate(Host& host, std::string what);

  Stage& stage_;
  std::uint64_t seed_;
  std::vector<Talk> talks_;  // does not grow once the world has begun
  std::map<SessionHandle, Session> sessions_;
  std::map<Key, Play> plays_;
  std::map<std::uint32_t, Wake> wakes_;  // by the argument of on_wake(); below: talks_ by index
  std::uint32_t next_wake_ = 1U << 31;
  std::uint64_t retransmissions_ = 0;
  Bytes buffer_;
};

}  // namespace stt::sim

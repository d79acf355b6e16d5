// An honest peer: the reference, by its own drivers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <conformance/live/scene.hpp>
#include <conformance/suite/verdict.hpp>
#include <stt/adapters/asio/node_driver.hpp>
#include <stt/adapters/websocket/transport.hpp>
#include <stt/node/node.hpp>

namespace stt::conform::live {

class Party {
 public:
  // `name` makes its identity. Throws EndOfCase, as all of this does, where the implementation does
  // not do what it should. `scene` outlives it.
  Party(Scene& scene, std::string_view name);

  // A session with the implementation; a second one when the first is over.
  void join();
  // Sends messages on a new stream, and ends its direction; nothing where no more streams are
  // allowed. Where the implementation echoes, it has to send the same.
  bool send(std::vector<Bytes> messages);
  // Until the implementation has everything, and has sent it back if it echoes. Then ends the
  // session in order.
  void finish();

 private:
  struct Talk {
    std::vector<Bytes> messages;
    std::size_t sent_messages = 0;
    std::size_t sent_bytes = 0;  // of the next one
    bool finished = false;       // by the implementation
    std::vector<Bytes> echo;
    Bytes rest;  // of the echo
  };

  void connect();
  void connect_to(const Address& peer);
  void on_event(Instant now, const Event& event);
  Talk* talk_on(StreamId stream);
  void go_on(Instant now, StreamId stream, Talk& talk);
  void read(Instant now, StreamId stream, Talk& talk);
  void judge_end(const StreamClosed& over);
  void fault(Verdict verdict, const std::string& what);
  void wait(const std::function<bool()>& done, const std::string& missing);
  std::size_t answers() const;

  Scene& scene_;
  adapters::WebSocketTransport websockets_;
  std::optional<Node> node_;
  SeedHint hint_;
  std::optional<Address> connection_;  // the newest WebSocket
  std::optional<SessionHandle> session_;
  std::optional<std::pair<Verdict, std::string>> fault_;  // the first one
  bool gave_up_ = false;                                  // the handshake had no end in time
  bool closing_ = false;
  bool closed_ = false;
  std::map<StreamId, Talk> talks_;
  Bytes buffer_ = Bytes(65'536);
  std::optional<adapters::NodeDriver> driver_;
};

}  // namespace stt::conform::live

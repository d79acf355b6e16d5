#include <stt/adapters/websocket/connection.hpp>

#include <algorithm>
#include <deque>

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <stt/adapters/websocket/byte_stream.hpp>
#include <stt/adapters/websocket/tls.hpp>
#include <stt/adapters/websocket/upgrade.hpp>
#include <stt/adapters/websocket/whole_frames.hpp>
#include <stt/base/assert.hpp>
#include <stt/wire/frame.hpp>

namespace stt::adapters {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
namespace websocket = beast::websocket;
using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::size_t read_bytes_max = 64U << 10;        // at once
constexpr std::size_t write_bytes_max = 64U << 10;       // a client masks that much at once
constexpr std::size_t kept_buffer_bytes_max = 4U << 20;  // between messages

struct CloseCode {
  Errc error;
  websocket::close_code code;
};
// docs/spec/websocket.md. Beast itself says 1002, 1007 (of text) and 1009.
constexpr CloseCode close_codes[] = {
    {Errc::websocket_closed, websocket::close_code::normal},
    {Errc::upgrade_refused, websocket::close_code::protocol_error},
    {Errc::websocket_text_message, websocket::close_code::unknown_data},
    {Errc::websocket_not_frames, websocket::close_code::bad_payload},
    {Errc::websocket_deadline, websocket::close_code::policy_error},
};

websocket::close_code close_code_of(Errc error) {
  const auto* const found = std::ranges::find(close_codes, error, &CloseCode::error);
  STT_ASSERT(found != std::end(close_codes));
  return found->code;
}

ConnectionError closed_in_order() {
  return {Errc::websocket_closed, "closed in order"};
}

// Why a stream does not go on, in the words of the registry.
Errc errc_of(const ErrorCode& error) {
  if (error == websocket::error::closed) return Errc::websocket_closed;
  if (error == websocket::error::message_too_big) return Errc::websocket_message_too_long;
  if (error == websocket::error::bad_frame_payload) return Errc::websocket_text_message;
  if (error == beast::error::timeout) return Errc::websocket_idle_timeout;
  const ErrorCode some = websocket::error::closed;
  return error.category() == some.category() ? Errc::websocket_protocol_error
                                             : Errc::websocket_connection_lost;
}

class Connection final : public WebSocketConnection,
                         public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, ConnectionOwner& owner, ConnectionSetup setup)
      : owner_(&owner),
        setup_(std::move(setup)),
        stream_(std::move(socket), setup_.tls),
        timer_(stream_.get_executor()) {}

  void start() override;
  void on_authenticated() override;
  void send(ByteView message) override;
  bool has_room() const override { return state_ == State::open && !close_wanted_ && !full(); }
  void close() override;
  void drop(const ConnectionError& error) override;
  void abandon() override {
    owner_ = nullptr;
    drop({});
  }

 private:
  enum class State : std::uint8_t { opening, open, closing, over };

  // TLS and HTTP
  void on_tls(const ErrorCode& error);
  void read_request();
  void on_request(const ErrorCode& error);
  void refuse(http::status status);
  void request_upgrade();
  void on_upgraded(const ErrorCode& error);

  // Messages
  void read();
  void on_read(const ErrorCode& error);
  void take_message();
  void write();
  void on_written(const ErrorCode& error);
  bool full() const { return queued_bytes_ >= setup_.limits.queue_bytes_max; }

  // The end
  void arm(Duration limit, Errc meaning);
  void on_timer();
  // With a close code; for open connections.
  void fail(const ConnectionError& error);
  void tell_end(const ConnectionError& error);

  template <class... Arguments>
  auto then(void (Connection::*method)(Arguments...)) {
    return beast::bind_front_handler(method, shared_from_this());
  }
  // The same for operations that also tell how many bytes they moved.
  auto then_without_size(void (Connection::*method)(const ErrorCode&)) {
    return [self = shared_from_this(), method](const ErrorCode& error, std::size_t) {
      (self.get()->*method)(error);
    };
  }

  ConnectionOwner* owner_;  // nullptr: abandoned
  ConnectionSetup setup_;
  websocket::stream<ByteStream, false> stream_;  // false: has no compression to negotiate
  net::steady_timer timer_;
  std::optional<Errc> timer_means_;  // with what it ends the connection, while it runs
  State state_ = State::opening;
  bool close_wanted_ = false;  // once the queue is empty

  // The upgrade
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
  websocket::response_type answer_;

  std::deque<Bytes> queue_;  // the first is being written
  std::size_t queued_bytes_ = 0;
  Bytes spare_;  // memory of a message that was written
};

// TLS and HTTP

void Connection::start() {
  //= STT-WS-008
  arm(setup_.limits.session_deadline, Errc::websocket_deadline);
  ByteStream& bytes = stream_.next_layer();
  // However the end comes about, it does not take for ever.
  bytes.on_end = [this] { arm(setup_.limits.close_limit, Errc::websocket_closed); };
  if (bytes.tls() == nullptr) return on_tls({});
  if (setup_.url && !expect_host(bytes.tls(), setup_.url->host)) {
    return drop({Errc::tls_failed, "the host cannot be named to TLS"});
  }
  bytes.handshake(setup_.url ? beast::role_type::client : beast::role_type::server,
                  then(&Connection::on_tls));
}

void Connection::on_tls(const ErrorCode& error) {
  if (state_ == State::over) return;
  if (error) return drop(tls_error(stream_.next_layer().tls(), error.message()));
  stream_.auto_fragment(false);
  stream_.write_buffer_bytes(write_bytes_max);
  //= STT-WS-007
  stream_.read_message_max(wire::handshake_frame_bytes_max);
  //= STT-WS-026
  stream_.set_option(websocket::stream_base::timeout{
      websocket::stream_base::none(),
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(setup_.limits.silence_max),
      true});
  if (setup_.url) {
    request_upgrade();
  } else {
    read_request();
  }
}

void Connection::read_request() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(setup_.limits.request_bytes_max));
  buffer_.max_size(setup_.limits.request_bytes_max);
  http::async_read_header(stream_.next_layer(), buffer_, *parser_,
                          then_without_size(&Connection::on_request));
}

void Connection::on_request(const ErrorCode& error) {
  if (state_ == State::over) return;
  const ErrorCode some = http::error::end_of_stream;
  if (error && (error.category() != some.category() || error == http::error::end_of_stream ||
                error == http::error::partial_message)) {
    drop({Errc::websocket_connection_lost, error.message()});
    return;
  }
  const bool more_bytes = !parser_->is_done() || buffer_.size() > 0;
  if (const auto status = refusal_of(error, parser_->get(), more_bytes)) {
    refuse(*status);
    return;
  }
  buffer_.max_size(std::numeric_limits<std::size_t>::max());
  stream_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
    response.set(http::field::sec_websocket_protocol, websocket_subprotocol);
    response.set(http::field::server, "STT");
  }));
  stream_.async_accept(parser_->get(), then(&Connection::on_upgraded));
}

void Connection::refuse(http::status status) {
  tell_end({Errc::upgrade_refused, std::string(http::obsolete_reason(status))});
  response_.result(status);
  response_.version(11);
  response_.keep_alive(false);
  if (status == http::status::upgrade_required) {
    response_.set(http::field::upgrade, "websocket");
    response_.set(http::field::sec_websocket_version, "13");
  }
  response_.body() = "This is a WebSocket of the subprotocol stt.v1.\n";
  response_.prepare_payload();
  arm(setup_.limits.close_limit, Errc::websocket_closed);
  http::async_write(stream_.next_layer(), response_,
                    [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                      if (error) return self->drop({});
                      self->stream_.next_layer().end(beast::role_type::server,
                                                     [self](const ErrorCode&) { self->drop({}); });
                    });
}

void Connection::request_upgrade() {
  stream_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
    request.set(http::field::sec_websocket_protocol, websocket_subprotocol);
  }));
  stream_.async_handshake(answer_, setup_.url->host_header(), setup_.url->target,
                          then(&Connection::on_upgraded));
}

void Connection::on_upgraded(const ErrorCode& error) {
  if (state_ == State::over) return;
  if (error) {
    const bool declined = error == websocket::error::upgrade_declined;
    drop({Errc::upgrade_refused,
          declined ? "HTTP " + std::to_string(answer_.result_int()) : error.message()});
    return;
  }
  parser_.reset();
  state_ = State::open;
  //= STT-WS-020
  if (setup_.url && (answer_[http::field::sec_websocket_protocol] != websocket_subprotocol ||
                     answer_.count(http::field::sec_websocket_extensions) > 0)) {
    fail({Errc::upgrade_refused, "the server does not speak stt.v1, and that alone"});
    return;
  }
  answer_ = {};
  stream_.binary(true);
  owner_->on_open(setup_.number);
  if (state_ == State::open) read();
}

// Messages

void Connection::read() {
  stream_.async_read_some(buffer_, read_bytes_max, then_without_size(&Connection::on_read));
}

void Connection::on_read(const ErrorCode& error) {
  if (state_ != State::open) return;
  if (error) {
    const bool closed = error == websocket::error::closed;
    drop({errc_of(error), closed ? "the peer closed with " + std::to_string(stream_.reason().code)
                                 : error.message()});
    return;
  }
  //= STT-WS-002
  if (!stream_.got_binary()) {
    fail({Errc::websocket_text_message, "a text message"});
  } else if (stream_.is_message_done()) {
    take_message();
  }
  if (state_ == State::open) read();
}

void Connection::take_message() {
  const auto bytes = buffer_.data();
  const MutableByteView message(static_cast<std::byte*>(bytes.data()), bytes.size());
  //= STT-WS-002
  if (!is_whole_frames(message)) {
    fail({Errc::websocket_not_frames, "a message that is not whole frames"});
    return;
  }
  owner_->on_message(setup_.number, message);
  buffer_.clear();
  if (buffer_.capacity() > kept_buffer_bytes_max) buffer_.shrink_to_fit();
}

void Connection::on_authenticated() {
  if (state_ != State::open) return;
  //= STT-WS-017
  stream_.read_message_max(setup_.limits.message_bytes_max);
  if (timer_means_ != Errc::websocket_deadline) return;
  timer_means_.reset();
  timer_.cancel();
}

void Connection::send(ByteView message) {
  if (state_ != State::open || close_wanted_) return;
  Bytes bytes = std::move(spare_);
  bytes.assign(message.begin(), message.end());
  queued_bytes_ += bytes.size();
  queue_.push_back(std::move(bytes));
  if (queue_.size() == 1) write();
}

void Connection::write() {
  stream_.async_write(net::buffer(queue_.front()), then_without_size(&Connection::on_written));
}

void Connection::on_written(const ErrorCode& error) {
  if (state_ != State::open) return;
  if (error) {
    drop({errc_of(error), error.message()});
    return;
  }
  const bool was_full = full();
  queued_bytes_ -= queue_.front().size();
  spare_ = std::move(queue_.front());
  queue_.pop_front();
  if (!queue_.empty()) {
    write();
  } else if (close_wanted_) {
    fail(closed_in_order());
    return;
  }
  if (was_full && !full()) owner_->on_room(setup_.number);
}

// The end

void Connection::arm(Duration limit, Errc meaning) {
  timer_means_ = meaning;
  timer_.expires_after(std::chrono::duration_cast<net::steady_timer::duration>(limit));
  timer_.async_wait([weak = weak_from_this()](const ErrorCode& error) {
    const auto self = weak.lock();
    if (!error && self) self->on_timer();
  });
}

void Connection::on_timer() {
  // It may have been armed again, or disarmed, after it fired.
  if (!timer_means_ || timer_.expiry() > net::steady_timer::clock_type::now()) return;
  if (*timer_means_ == Errc::websocket_deadline && state_ == State::open) {
    fail({Errc::websocket_deadline, "no session in time"});
  } else {
    //= STT-WS-016
    drop({*timer_means_, "the peer took too long"});
  }
}

void Connection::close() {
  if (state_ != State::open || close_wanted_) return;
  close_wanted_ = true;
  arm(setup_.limits.close_limit, Errc::websocket_closed);
  // Later: who asks for the end is not told of it meanwhile.
  net::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->state_ == State::open && self->queue_.empty()) self->fail(closed_in_order());
  });
}

// Beast waits for a message that is being written, sends the close frame, and reads until the
// peer's.
//= STT-WS-022
void Connection::fail(const ConnectionError& error) {
  arm(setup_.limits.close_limit, Errc::websocket_closed);
  stream_.async_close({close_code_of(error.code), error.text},
                      [self = shared_from_this()](const ErrorCode&) { self->drop({}); });
  tell_end(error);
}

void Connection::tell_end(const ConnectionError& error) {
  if (state_ == State::closing || state_ == State::over) return;
  state_ = State::closing;
  if (owner_ != nullptr) owner_->on_end(setup_.number, error);
}

void Connection::drop(const ConnectionError& error) {
  if (state_ == State::over) return;
  tell_end(error);
  state_ = State::over;
  timer_.cancel();
  stream_.next_layer().close();
  // The last thing: the owner may let go of us.
  if (owner_ != nullptr) owner_->on_gone(setup_.number);
}

}  // namespace

std::shared_ptr<WebSocketConnection> WebSocketConnection::make(tcp::socket socket,
                                                               ConnectionOwner& owner,
                                                               ConnectionSetup setup) {
  return std::make_shared<Connection>(std::move(socket), owner, std::move(setup));
}

}  // namespace stt::adapters

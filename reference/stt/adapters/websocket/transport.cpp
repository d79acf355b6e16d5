#include <stt/adapters/websocket/transport.hpp>

#include <map>
#include <set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stt/adapters/asio/event_loop_impl.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/adapters/websocket/acceptors.hpp>
#include <stt/adapters/websocket/connection.hpp>
#include <stt/adapters/websocket/tls.hpp>
#include <stt/base/assert.hpp>

namespace stt::adapters {
namespace {

using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr ConnectionNumber no_number = 0;
// After a failed accept, which comes from a lack of descriptors or memory.
constexpr std::chrono::milliseconds accept_pause{100};

// The inverse of connection_address().
ConnectionNumber number_of(const Address& connection) {
  if (connection.transport != Transport::websocket) return no_number;
  ConnectionNumber number = 0;
  for (std::size_t i = 12; i < connection.ip.size(); ++i) {
    number = number << 8U | std::to_integer<ConnectionNumber>(connection.ip[i]);
  }
  return number;
}

}  // namespace

class WebSocketTransport::Impl final : public ConnectionOwner,
                                       public std::enable_shared_from_this<Impl> {
 public:
  Impl(const net::any_io_executor& executor, const WebSocketLimits& limits)
      : executor_(executor), limits_(limits) {}

  tl::expected<std::vector<Address>, ConnectionError> listen(const WebSocketListen& options);
  Attempt connect(const WebSocketConnect& options, OnConnected on_connected);
  void cancel(Attempt attempt);
  void attach(ConnectionSink* sink);
  void end_all();
  WebSocketConnection* find(const Address& connection) const;
  std::optional<Address> remote(const Address& connection) const;
  void on_authenticated(const Address& connection);

  void on_open(ConnectionNumber number) override;
  void on_message(ConnectionNumber number, MutableByteView message) override;
  void on_room(ConnectionNumber number) override;
  void on_end(ConnectionNumber number, const ConnectionError& error) override;
  void on_gone(ConnectionNumber number) override;

  OnEnded on_ended_;
  WebSocketCounters counters_;

 private:
  struct Listener {
    tcp::acceptor acceptor;
    net::steady_timer pause;
    std::shared_ptr<SSL_CTX> tls;  // of all acceptors of one listen(); none: ws
  };
  // On the way to a TCP connection. Its own operations keep it alive; they end when it is closed.
  struct Dialling {
    void close() {
      ErrorCode ignored;
      resolver.cancel();
      socket.close(ignored);
      deadline.cancel();
    }

    WebSocketConnect options;
    TlsContext tls;
    OnConnected on_connected;
    tcp::resolver resolver;
    tcp::socket socket;
    net::steady_timer deadline;
  };
  struct Entry {
    std::shared_ptr<WebSocketConnection> connection;
    Address remote;
    bool accepted = false;
    bool opened = false;
    OnConnected on_connected;  // until it is called
  };

  void accept(const std::shared_ptr<Listener>& listener);
  void on_accept(const std::shared_ptr<Listener>& listener, const ErrorCode& error,
                 tcp::socket socket);
  bool make_room();
  void dial(ConnectionNumber number, const std::vector<tcp::endpoint>& endpoints);
  void on_dialled(ConnectionNumber number, const ErrorCode& error);
  void fail_dialling(ConnectionNumber number, const ConnectionError& error);
  void begin(ConnectionNumber number, Entry entry, tcp::socket socket, ConnectionSetup setup);
  template <class Action>
  auto if_alive(Action action) {
    return [weak = weak_from_this(), action = std::move(action)](auto&&... arguments) {
      if (const auto self = weak.lock()) {
        action(*self, std::forward<decltype(arguments)>(arguments)...);
      }
    };
  }

  net::any_io_executor executor_;
  WebSocketLimits limits_;
  ConnectionSink* sink_ = nullptr;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::map<ConnectionNumber, std::shared_ptr<Dialling>> dialling_;
  std::map<ConnectionNumber, Entry> connections_;
  std::size_t accepted_ = 0;                    // of connections_
  std::set<ConnectionNumber> without_session_;  // of those accepted; the oldest first
  ConnectionNumber last_number_ = 0;
};

// Listening

tl::expected<std::vector<Address>, ConnectionError> WebSocketTransport::Impl::listen(
    const WebSocketListen& options) {
  std::shared_ptr<SSL_CTX> tls;
  if (options.tls) {
    auto context = make_server_context(*options.tls);
    if (!context) return tl::unexpected(context.error());
    tls = std::move(*context);
  }
  auto acceptors = open_acceptors(executor_, options.bind, options.port);
  if (!acceptors) return tl::unexpected(acceptors.error());
  std::vector<Address> addresses;
  for (tcp::acceptor& acceptor : *acceptors) {
    addresses.push_back(address_of(acceptor.local_endpoint()));
    listeners_.push_back(std::make_shared<Listener>(
        Listener{std::move(acceptor), net::steady_timer(executor_), tls}));
    accept(listeners_.back());
  }
  return addresses;
}

void WebSocketTransport::Impl::accept(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.async_accept(
      if_alive([listener](Impl& self, const ErrorCode& error, tcp::socket socket) {
        self.on_accept(listener, error, std::move(socket));
      }));
}

void WebSocketTransport::Impl::on_accept(const std::shared_ptr<Listener>& listener,
                                         const ErrorCode& error, tcp::socket socket) {
  if (error == net::error::operation_aborted || !listener->acceptor.is_open()) return;
  if (error) {
    listener->pause.expires_after(accept_pause);
    listener->pause.async_wait(
        if_alive([listener](Impl& self, const ErrorCode&) { self.accept(listener); }));
    return;
  }
  ++counters_.accepted;
  ErrorCode gone;
  const tcp::endpoint remote = socket.remote_endpoint(gone);
  if (!gone && make_room()) {
    const ConnectionNumber number = ++last_number_;
    Entry entry;
    entry.remote = address_of(remote);
    entry.accepted = true;
    begin(number, std::move(entry), std::move(socket),
          {number, limits_, std::nullopt, listener->tls.get()});
  }
  accept(listener);
}

// Room for one more connection without a session; false if there is none.
//= STT-WS-024
bool WebSocketTransport::Impl::make_room() {
  const bool full = accepted_ >= limits_.connections_max;
  const ConnectionError error{Errc::too_many_connections, "room is made for another"};
  if (full && without_session_.empty()) {
    counters_.ended.add(error.code);
    return false;
  }
  if (full || without_session_.size() >= limits_.without_session_max) {
    connections_.at(*without_session_.begin()).connection->drop(error);
  }
  return true;
}

void WebSocketTransport::Impl::begin(ConnectionNumber number, Entry entry, tcp::socket socket,
                                     ConnectionSetup setup) {
  ErrorCode ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  entry.connection = WebSocketConnection::make(std::move(socket), *this, std::move(setup));
  if (entry.accepted) {
    ++accepted_;
    without_session_.insert(number);
  }
  const auto connection = entry.connection;
  connections_.emplace(number, std::move(entry));
  connection->start();
}

// Connecting

WebSocketTransport::Attempt WebSocketTransport::Impl::connect(const WebSocketConnect& options,
                                                              OnConnected on_connected) {
  const ConnectionNumber number = ++last_number_;
  const auto dialling = std::make_shared<Dialling>(Dialling{options,
                                                            {},
                                                            std::move(on_connected),
                                                            tcp::resolver(executor_),
                                                            tcp::socket(executor_),
                                                            net::steady_timer(executor_)});
  Dialling& begun = *dialling;
  dialling_.emplace(number, dialling);
  begun.deadline.expires_after(
      std::chrono::duration_cast<net::steady_timer::duration>(limits_.session_deadline));
  begun.deadline.async_wait(if_alive([number](Impl& self, const ErrorCode& error) {
    if (!error) self.fail_dialling(number, {Errc::websocket_unreachable, "no answer in time"});
  }));
  if (options.url.tls) {
    auto context = make_client_context(options.tls);
    if (!context) {
      net::post(executor_, if_alive([number, error = context.error()](Impl& self) {
                  self.fail_dialling(number, error);
                }));
      return number;
    }
    begun.tls = std::move(*context);
  }
  if (const auto literal = parse_ip(options.url.host, options.url.port)) {
    dial(number, {endpoint_of(*literal)});
    return number;
  }
  begun.resolver.async_resolve(
      options.url.host, std::to_string(options.url.port), net::ip::resolver_base::numeric_service,
      if_alive(
          [number](Impl& self, const ErrorCode& error, const tcp::resolver::results_type& found) {
            if (!self.dialling_.contains(number)) return;
            if (error) {
              self.fail_dialling(number, {Errc::websocket_unreachable, error.message()});
            } else {
              self.dial(number, {found.begin(), found.end()});
            }
          }));
  return number;
}

// One address after the other.
void WebSocketTransport::Impl::dial(ConnectionNumber number,
                                    const std::vector<tcp::endpoint>& endpoints) {
  const std::shared_ptr<Dialling> dialling = dialling_.at(number);
  net::async_connect(
      dialling->socket, endpoints,
      [weak = weak_from_this(), number, dialling](const ErrorCode& error, const tcp::endpoint&) {
        if (const auto self = weak.lock()) self->on_dialled(number, error);
      });
}

void WebSocketTransport::Impl::on_dialled(ConnectionNumber number, const ErrorCode& error) {
  const auto found = dialling_.find(number);
  if (found == dialling_.end()) return;  // cancelled
  if (error) {
    fail_dialling(number, {Errc::websocket_unreachable, error.message()});
    return;
  }
  const std::shared_ptr<Dialling> dialling = std::move(found->second);
  dialling_.erase(found);
  dialling->deadline.cancel();
  ErrorCode gone;
  Entry entry;
  entry.remote = address_of(dialling->socket.remote_endpoint(gone));
  entry.on_connected = std::move(dialling->on_connected);
  begin(number, std::move(entry), std::move(dialling->socket),
        {number, limits_, dialling->options.url, dialling->tls.get()});
}

void WebSocketTransport::Impl::fail_dialling(ConnectionNumber number,
                                             const ConnectionError& error) {
  const auto found = dialling_.find(number);
  if (found == dialling_.end()) return;
  const OnConnected on_connected = std::move(found->second->on_connected);
  found->second->close();
  dialling_.erase(found);
  counters_.ended.add(error.code);
  on_connected(tl::unexpected(error));
}

void WebSocketTransport::Impl::cancel(Attempt attempt) {
  if (const auto dialling = dialling_.find(attempt); dialling != dialling_.end()) {
    dialling->second->close();
    dialling_.erase(dialling);
    return;
  }
  const auto found = connections_.find(attempt);
  if (found == connections_.end() || found->second.opened) return;
  found->second.on_connected = nullptr;
  found->second.connection->drop({Errc::websocket_closed, "cancelled"});
}

// What connections tell

void WebSocketTransport::Impl::on_open(ConnectionNumber number) {
  ++counters_.opened;
  Entry& entry = connections_.at(number);
  entry.opened = true;
  const OnConnected on_connected = std::exchange(entry.on_connected, nullptr);
  if (on_connected) on_connected(connection_address(number));
}

void WebSocketTransport::Impl::on_message(ConnectionNumber number, MutableByteView message) {
  if (sink_ != nullptr) sink_->on_message(connection_address(number), message);
}

void WebSocketTransport::Impl::on_room(ConnectionNumber number) {
  if (sink_ != nullptr) sink_->on_room(connection_address(number));
}

void WebSocketTransport::Impl::on_end(ConnectionNumber number, const ConnectionError& error) {
  counters_.ended.add(error.code);
  Entry& entry = connections_.at(number);
  const bool opened = entry.opened;
  const OnConnected on_connected = std::exchange(entry.on_connected, nullptr);
  if (on_ended_) on_ended_(connection_address(number), error);
  if (on_connected) on_connected(tl::unexpected(error));
  if (opened && sink_ != nullptr) sink_->on_lost(connection_address(number));
}

void WebSocketTransport::Impl::on_gone(ConnectionNumber number) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return;
  if (found->second.accepted) {
    --accepted_;
    without_session_.erase(number);
  }
  connections_.erase(found);
}

// What the driver asks

void WebSocketTransport::Impl::attach(ConnectionSink* sink) {
  sink_ = sink;
  if (sink == nullptr) end_all();
}

void WebSocketTransport::Impl::end_all() {
  sink_ = nullptr;
  on_ended_ = nullptr;
  for (auto& [number, dialling] : std::exchange(dialling_, {})) dialling->close();
  for (const auto& listener : listeners_) {
    ErrorCode ignored;
    listener->acceptor.close(ignored);
    listener->pause.cancel();
  }
  listeners_.clear();
  without_session_.clear();
  accepted_ = 0;
  for (auto& [number, entry] : std::exchange(connections_, {})) entry.connection->abandon();
}

WebSocketConnection* WebSocketTransport::Impl::find(const Address& connection) const {
  const auto found = connections_.find(number_of(connection));
  return found == connections_.end() ? nullptr : found->second.connection.get();
}

std::optional<Address> WebSocketTransport::Impl::remote(const Address& connection) const {
  const auto found = connections_.find(number_of(connection));
  if (found == connections_.end()) return std::nullopt;
  return found->second.remote;
}

void WebSocketTransport::Impl::on_authenticated(const Address& connection) {
  without_session_.erase(number_of(connection));
  if (auto* const found = find(connection)) found->on_authenticated();
}

WebSocketTransport::WebSocketTransport(EventLoop& loop, const WebSocketLimits& limits)
    : WebSocketTransport(net::any_io_executor(loop.impl().context.get_executor()), limits) {}

WebSocketTransport::WebSocketTransport(const net::any_io_executor& executor,
                                       const WebSocketLimits& limits)
    : impl_(std::make_shared<Impl>(executor, limits)) {}

WebSocketTransport::~WebSocketTransport() {
  impl_->end_all();
}

tl::expected<std::vector<Address>, ConnectionError> WebSocketTransport::listen(
    const WebSocketListen& options) {
  return impl_->listen(options);
}

WebSocketTransport::Attempt WebSocketTransport::connect(const WebSocketConnect& options,
                                                        OnConnected on_connected) {
  return impl_->connect(options, std::move(on_connected));
}

void WebSocketTransport::cancel(Attempt attempt) {
  impl_->cancel(attempt);
}

void WebSocketTransport::on_ended(OnEnded on_ended) {
  impl_->on_ended_ = std::move(on_ended);
}

std::optional<Address> WebSocketTransport::remote(const Address& connection) const {
  return impl_->remote(connection);
}

const WebSocketCounters& WebSocketTransport::counters() const {
  return impl_->counters_;
}

void WebSocketTransport::attach(ConnectionSink* sink) {
  impl_->attach(sink);
}

bool WebSocketTransport::has_room(const Address& connection) const {
  const WebSocketConnection* const found = impl_->find(connection);
  return found != nullptr && found->has_room();
}

void WebSocketTransport::send(const Address& connection, ByteView message) {
  if (auto* const found = impl_->find(connection)) found->send(message);
}

void WebSocketTransport::on_authenticated(const Address& connection) {
  impl_->on_authenticated(connection);
}

void WebSocketTransport::close(const Address& connection) {
  if (auto* const found = impl_->find(connection)) found->close();
}

}  // namespace stt::adapters

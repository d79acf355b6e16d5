#include <stt/adapters/websocket/byte_stream.hpp>

#include <openssl/ssl.h>

#include <boost/asio/compose.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <stt/base/assert.hpp>
#include <stt/base/bytes.hpp>

namespace stt::adapters {
namespace {

namespace beast = boost::beast;
namespace net = boost::asio;
using tcp = net::ip::tcp;
using ErrorCode = ByteStream::ErrorCode;

constexpr std::size_t discard_bytes = 16U << 10;  // at once

// Reads what a peer still sends, until it ends too.
struct Discard {
  tcp::socket& socket;
  std::unique_ptr<ByteArray<discard_bytes>> bytes = std::make_unique<ByteArray<discard_bytes>>();

  template <class Self>
  void operator()(Self& self, ErrorCode error = {}, std::size_t = 0) {
    if (error) {
      self.complete(error == net::error::eof ? ErrorCode{} : error);
      return;
    }
    const net::mutable_buffer buffer = net::buffer(*bytes);
    socket.async_read_some(buffer, std::move(self));
  }
};

// Beast 1.81 has one of its own, which closes with bytes unread: TCP then sends a reset, which
// destroys the close frame on its way.
void end_tcp(beast::role_type role, tcp::socket& socket, ByteStream::EndHandler handler) {
  ErrorCode ignored;
  if (role == beast::role_type::server) socket.shutdown(tcp::socket::shutdown_send, ignored);
  net::async_compose<ByteStream::EndHandler, void(ErrorCode)>(Discard{socket}, handler, socket);
}

net::ssl::context context_of(SSL_CTX* tls) {
  ::SSL_CTX_up_ref(tls);
  return net::ssl::context(tls);
}

}  // namespace

class ByteStream::Layer {
 public:
  virtual ~Layer() = default;
  virtual tcp::socket& socket() = 0;
  virtual SSL* tls() { return nullptr; }
  virtual void handshake(beast::role_type role, EndHandler handler) = 0;
  virtual void read_some(const MutableBuffers& buffers, TransferHandler handler) = 0;
  virtual void write_some(const ConstBuffers& buffers, TransferHandler handler) = 0;
  virtual void end(beast::role_type role, EndHandler handler) = 0;
};

class ByteStream::Tcp final : public Layer {
 public:
  explicit Tcp(tcp::socket socket) : socket_(std::move(socket)) {}

  tcp::socket& socket() override { return socket_; }
  void handshake(beast::role_type, EndHandler) override { STT_ASSERT(false); }
  void read_some(const MutableBuffers& buffers, TransferHandler handler) override {
    socket_.async_read_some(buffers, std::move(handler));
  }
  void write_some(const ConstBuffers& buffers, TransferHandler handler) override {
    socket_.async_write_some(buffers, std::move(handler));
  }
  void end(beast::role_type role, EndHandler handler) override {
    end_tcp(role, socket_, std::move(handler));
  }

 private:
  tcp::socket socket_;
};

class ByteStream::Tls final : public Layer {
 public:
  Tls(tcp::socket socket, SSL_CTX* tls)
      : context_(context_of(tls)), stream_(std::move(socket), context_) {}

  tcp::socket& socket() override { return stream_.next_layer(); }
  SSL* tls() override { return stream_.native_handle(); }
  void handshake(beast::role_type role, EndHandler handler) override {
    stream_.async_handshake(role == beast::role_type::client ? net::ssl::stream_base::client
                                                             : net::ssl::stream_base::server,
                            std::move(handler));
  }
  void read_some(const MutableBuffers& buffers, TransferHandler handler) override {
    stream_.async_read_some(buffers, std::move(handler));
  }
  void write_some(const ConstBuffers& buffers, TransferHandler handler) override {
    stream_.async_write_some(buffers, std::move(handler));
  }
  // TLS says goodbye first, and then TCP, whether the peer has listened to the first or not.
  void end(beast::role_type role, EndHandler handler) override {
    stream_.async_shutdown(
        [this, role, handler = std::move(handler)](const ErrorCode& error) mutable {
          if (error == net::error::operation_aborted) return std::move(handler)(error);
          end_tcp(role, socket(), std::move(handler));
        });
  }

 private:
  net::ssl::context context_;
  beast::ssl_stream<tcp::socket> stream_;
};

ByteStream::ByteStream(tcp::socket socket, SSL_CTX* tls) {
  if (tls == nullptr) {
    layer_ = std::make_unique<Tcp>(std::move(socket));
  } else {
    layer_ = std::make_unique<Tls>(std::move(socket), tls);
  }
}

ByteStream::~ByteStream() = default;
ByteStream::ByteStream(ByteStream&&) noexcept = default;

ByteStream::executor_type ByteStream::get_executor() const {
  return layer_->socket().get_executor();
}

SSL* ByteStream::tls() const {
  return layer_->tls();
}

void ByteStream::handshake(beast::role_type role, EndHandler handler) {
  layer_->handshake(role, std::move(handler));
}

void ByteStream::read_some(const MutableBuffers& buffers, TransferHandler handler) {
  layer_->read_some(buffers, std::move(handler));
}

void ByteStream::write_some(const ConstBuffers& buffers, TransferHandler handler) {
  layer_->write_some(buffers, std::move(handler));
}

void ByteStream::end(beast::role_type role, EndHandler handler) {
  on_end();
  layer_->end(role, std::move(handler));
}

void ByteStream::close() {
  ErrorCode ignored;
  layer_->socket().close(ignored);
}

}  // namespace stt::adapters

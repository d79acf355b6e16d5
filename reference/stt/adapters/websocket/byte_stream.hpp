// What a WebSocket runs on: TCP, or TLS over TCP, as one type. A stream in the sense of Asio: one
// read and one write at a time. So Beast, which takes minutes to compile, is instantiated once, and
// nothing above asks which of the two it is. For .cpp files.
#pragma once

#include <functional>
#include <memory>

#include <openssl/types.h>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/container/static_vector.hpp>

namespace stt::adapters {

class ByteStream {
 public:
  using ErrorCode = boost::system::error_code;
  using executor_type = boost::asio::any_io_executor;
  using TransferHandler = boost::asio::any_completion_handler<void(ErrorCode, std::size_t)>;
  using EndHandler = boost::asio::any_completion_handler<void(ErrorCode)>;
  // More than Beast gives at once; what a caller has beyond that waits for its next call.
  template <class Buffer>
  using Buffers = boost::container::static_vector<Buffer, 8>;
  using MutableBuffers = Buffers<boost::asio::mutable_buffer>;
  using ConstBuffers = Buffers<boost::asio::const_buffer>;

  // Plain, unless there is a context; a reference to it is kept.
  ByteStream(boost::asio::ip::tcp::socket socket, SSL_CTX* tls);
  ~ByteStream();
  ByteStream(ByteStream&&) noexcept;
  ByteStream& operator=(ByteStream&&) = delete;

  executor_type get_executor() const;
  SSL* tls() const;  // nullptr: plain

  // For TLS only.
  void handshake(boost::beast::role_type role, EndHandler handler);

  template <class Sequence, class Token>
  auto async_read_some(const Sequence& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto handler, const MutableBuffers& taken) {
          read_some(taken, TransferHandler(std::move(handler)));
        },
        token, take<boost::asio::mutable_buffer>(buffers));
  }
  template <class Sequence, class Token>
  auto async_write_some(const Sequence& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto handler, const ConstBuffers& taken) {
          write_some(taken, TransferHandler(std::move(handler)));
        },
        token, take<boost::asio::const_buffer>(buffers));
  }

  // The orderly end: says goodbye, and reads what the peer still sends until it ends, too. Beast
  // asks for it as well, by async_teardown(); `on_end` is told whenever it begins.
  void end(boost::beast::role_type role, EndHandler handler);
  std::function<void()> on_end = [] {};
  // At once.
  void close();

 private:
  class Layer;
  class Tcp;
  class Tls;

  void read_some(const MutableBuffers& buffers, TransferHandler handler);
  void write_some(const ConstBuffers& buffers, TransferHandler handler);

  template <class Buffer, class Sequence>
  static Buffers<Buffer> take(const Sequence& buffers) {
    Buffers<Buffer> taken;
    const auto last = boost::asio::buffer_sequence_end(buffers);
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         at != last && taken.size() < taken.capacity(); ++at) {
      taken.push_back(*at);
    }
    return taken;
  }

  std::unique_ptr<Layer> layer_;
};

// How Beast asks for the end.
template <class Handler>
void async_teardown(boost::beast::role_type role, ByteStream& stream, Handler&& handler) {
  stream.end(role, ByteStream::EndHandler(std::forward<Handler>(handler)));
}

// How Beast closes.
inline void beast_close_socket(ByteStream& stream) {
  stream.close();
}

}  // namespace stt::adapters

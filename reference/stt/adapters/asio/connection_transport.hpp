// The seam between a NodeDriver and the transport of its reliable connections (WebSocket). The
// transport owns the connections, opens, accepts and numbers them; to the Node a connection is an
// Address, and a message on it what a datagram is on UDP.
//
//   transport                      driver
//     on_message(connection)  ->     Node::handle_datagram
//     send(connection)        <-     Node::poll_transmit, while has_room(connection)
//     on_room(connection)     ->     the Node is asked for this connection again
//     on_authenticated(...)   <-     a session is Active on it: Connected
//     close(connection)       <-     its session is over
//     on_lost(connection)     ->     Node::handle_connection_lost
//
// One thread, that of the driver's executor. What the driver calls never calls back from within:
// what follows from it is told later, from a handler of the transport's own.
#pragma once

#include <stt/base/address.hpp>

namespace stt::adapters {

// How the Node knows connection `number`. A transport uses a number once.
inline Address connection_address(std::uint32_t number) {
  Address address;
  address.transport = Transport::websocket;
  for (std::size_t i = 0; i < 4; ++i) {
    address.ip[12 + i] = static_cast<std::byte>(number >> (24 - 8 * i));
  }
  return address;
}

// What a transport tells the driver.
class ConnectionSink {
 public:
  // One whole message; its bytes are opened in place, and are the transport's again on return.
  virtual void on_message(const Address& connection, MutableByteView message) = 0;
  // has_room() was false, and is true again.
  virtual void on_room(const Address& connection) = 0;
  // The connection has ended, whoever ended it and however; the last word about it. Not told of
  // those that ended before they could carry a message.
  virtual void on_lost(const Address& connection) = 0;

 protected:
  ~ConnectionSink() = default;
};

class ConnectionTransport {
 public:
  virtual ~ConnectionTransport() = default;

  // To whom everything is told from now on; nullptr: nobody listens any more, and all connections
  // end. A driver calls this first, and with nullptr when it is destroyed.
  virtual void attach(ConnectionSink* sink) = 0;

  // Whether the connection's queue takes one more message, of any size. Turns false only by send()
  // and with the end of the connection.
  virtual bool has_room(const Address& connection) const = 0;
  // Copies the message into the queue. Dropped if the connection does not stand.
  virtual void send(const Address& connection, ByteView message) = 0;

  // A session is Active on the connection: the limits of STT-WS-007 and STT-WS-008 are over.
  virtual void on_authenticated(const Address& connection) = 0;
  // The session that lived on it is over: sends what is queued, then ends the connection.
  virtual void close(const Address& connection) = 0;
};

}  // namespace stt::adapters

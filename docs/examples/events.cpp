// Your own events, by your own names, with whatever payload you like.
//
// Primitive 5: the emitter defines no events and looks into none. A handler says by what it takes
// which payload it is for; it may be a plain function or a coroutine.
#include <docs/examples/expect.hpp>

#include <stdexcept>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stt/adapters/primitives/async_event_emitter.hpp>

namespace {

using example::expect;
using stt::async::AsyncEventEmitter;
namespace net = boost::asio;

struct Overheated {
  double celsius = 0;
  std::string sensor;
};

net::awaitable<void> emit(AsyncEventEmitter& emitter, bool& done) {
  const Overheated event{95.3, "cpu"};
  const auto report = co_await emitter.async_emit("temperature_threshold_exceeded", event);
  // All three ran, in order. One failed: it is named here, and kept nobody else from running.
  expect(report.handlers == 3 && report.failures.size() == 1);
  expect(report.failures[0].failure.error == stt::Errc::handler_threw);

  // Nobody listens: no error.
  const auto nobody = co_await emitter.async_emit("peer_connected");
  expect(nobody.ok() && nobody.handlers == 0);
  done = true;
}

}  // namespace

int main() {
  net::io_context context(1);
  AsyncEventEmitter emitter;
  std::string log;

  emitter.on("temperature_threshold_exceeded",
             [&](const Overheated& event) { log += event.sensor + " is hot; "; });
  emitter.on("temperature_threshold_exceeded",
             [](const Overheated&) { throw std::runtime_error("the pager has no battery"); });
  emitter.on("temperature_threshold_exceeded", [&](const Overheated&) -> net::awaitable<void> {
    co_await net::post(context, net::use_awaitable);  // something that takes its time
    log += "fan started";
  });

  bool done = false;
  net::co_spawn(context, emit(emitter, done), net::detached);
  context.run();
  expect(done && log == "cpu is hot; fan started");
}

#include <stt/adapters/async/wait_queue.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace stt::async {
namespace {

using namespace std::chrono_literals;
using namespace net::experimental::awaitable_operators;
using ::testing::ElementsAre;

// Numbers in, numbers out: the simplest thing to wait for.
class Pipe {
 public:
  explicit Pipe(const net::any_io_executor& executor) : takers_(executor) {}

  void put(int number) {
    state_->numbers.push_back(number);
    takers_.notify();
  }
  void break_with(Errc error) {
    state_->error = error;
    takers_.notify();
  }
  template <class Token>
  auto take(Token&& token) {
    return async_attempt<int>(
        takers_,
        [state = state_]() -> Result<int> {
          if (state->error) return fail(*state->error);
          if (state->numbers.empty()) return fail(Errc::would_block);
          const int number = state->numbers.front();
          state->numbers.pop_front();
          return number;
        },
        std::forward<Token>(token));
  }
  WaitQueue& takers() { return takers_; }
  std::size_t size() const { return state_->numbers.size(); }

 private:
  struct State {
    std::deque<int> numbers;
    std::optional<Errc> error;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
  WaitQueue takers_;
};

// Takes `goal` in steps of what `room` allows.
struct Filling {
  std::shared_ptr<int> room;
  int goal;
  int done = 0;

  Result<int> operator()() {
    const int step = std::min(*room, goal - done);
    *room -= step;
    done += step;
    if (done < goal) return fail(Errc::would_block);
    return done;
  }
  std::optional<int> progress() const { return done == 0 ? std::nullopt : std::optional(done); }
};

class WaitQueueTest : public ::testing::Test {
 protected:
  // A handler that notes what it was called with.
  auto note() {
    return [this](const error_code& error, int number) {
      errors.push_back(error);
      numbers.push_back(number);
    };
  }
  // Runs what can run now; a test must never have to wait.
  void run() {
    context.restart();
    context.poll();
  }

  net::io_context context{1};
  Pipe pipe{context.get_executor()};
  std::vector<error_code> errors;
  std::vector<int> numbers;
};

TEST_F(WaitQueueTest, ServesInTheOrderOfTheBeginnings) {
  pipe.put(1);
  pipe.take(note());
  pipe.take(note());
  pipe.take(note());
  EXPECT_TRUE(numbers.empty()) << "completed from within its beginning";
  run();
  EXPECT_THAT(numbers, ElementsAre(1));
  pipe.put(2);
  EXPECT_THAT(numbers, ElementsAre(1)) << "completed from within notify()";
  pipe.put(3);
  run();
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3));
  EXPECT_TRUE(pipe.takers().empty());
}

TEST_F(WaitQueueTest, WhoeverWouldBlockHoldsBackThoseBehind) {
  const auto room = std::make_shared<int>(1);
  async_attempt<int>(pipe.takers(), Filling{room, 3}, note());
  async_attempt<int>(pipe.takers(), Filling{room, 1}, note());
  run();
  *room = 1;
  pipe.takers().notify();
  run();
  EXPECT_TRUE(numbers.empty());
  *room = 2;
  pipe.takers().notify();
  run();
  EXPECT_THAT(numbers, ElementsAre(3, 1));
}

// Nobody says that anything has changed: the one in front was all that held it back.
TEST_F(WaitQueueTest, WhoeverIsCancelledHoldsBackNobodyAnyMore) {
  const auto room = std::make_shared<int>(0);
  net::cancellation_signal cancel;
  async_attempt<int>(pipe.takers(), Filling{room, 3},
                     net::bind_cancellation_slot(cancel.slot(), note()));
  async_attempt<int>(pipe.takers(), Filling{room, 1}, note());
  run();
  *room = 1;
  run();
  EXPECT_TRUE(numbers.empty());
  cancel.emit(net::cancellation_type::terminal);
  run();
  EXPECT_THAT(errors, ElementsAre(net::error::operation_aborted, error_code()));
  EXPECT_THAT(numbers, ElementsAre(0, 1));
}

TEST_F(WaitQueueTest, AnErrorOfTheAttemptCompletesTheOperation) {
  pipe.take(note());
  pipe.break_with(Errc::stream_reset);
  run();
  EXPECT_THAT(errors, ElementsAre(error_code(Errc::stream_reset)));
}

TEST_F(WaitQueueTest, AnOperationWithoutResultHasASignatureWithoutOne) {
  bool open = false;
  std::optional<error_code> ended;
  async_attempt<void>(
      pipe.takers(),
      [&]() -> Result<void> {
        if (!open) return fail(Errc::would_block);
        return {};
      },
      [&](const error_code& error) { ended = error; });
  run();
  EXPECT_FALSE(ended);
  open = true;
  pipe.takers().notify();
  run();
  EXPECT_EQ(ended, error_code());
}

TEST_F(WaitQueueTest, ACancelledOperationTakesNothing) {
  net::cancellation_signal signal;
  pipe.take(net::bind_cancellation_slot(signal.slot(), note()));
  run();
  pipe.put(7);  // it would be served next
  signal.emit(net::cancellation_type::total);
  signal.emit(net::cancellation_type::all);  // says it again
  EXPECT_TRUE(errors.empty()) << "completed from within emit()";
  run();
  EXPECT_THAT(errors, ElementsAre(net::error::operation_aborted));
  signal.emit(net::cancellation_type::all);  // nobody listens any more
  EXPECT_EQ(pipe.size(), 1U);
  pipe.take(note());
  run();
  EXPECT_EQ(numbers.back(), 7);
}

TEST_F(WaitQueueTest, ACancelledOperationHoldsNobodyBack) {
  const auto room = std::make_shared<int>(1);
  net::cancellation_signal signal;
  async_attempt<int>(pipe.takers(), Filling{room, 3},
                     net::bind_cancellation_slot(signal.slot(), note()));
  run();
  async_attempt<int>(pipe.takers(), Filling{room, 1}, note());
  *room = 1;
  signal.emit(net::cancellation_type::terminal);
  run();
  EXPECT_THAT(numbers, ElementsAre(1, 1));
  EXPECT_THAT(errors, ::testing::UnorderedElementsAre(net::error::operation_aborted, error_code()));
}

TEST_F(WaitQueueTest, WhatHasBegunToTakeIsNotCancelledTotally) {
  const auto room = std::make_shared<int>(2);
  net::cancellation_signal signal;
  async_attempt<int>(pipe.takers(), Filling{room, 3},
                     net::bind_cancellation_slot(signal.slot(), note()));
  signal.emit(net::cancellation_type::none);
  run();
  signal.emit(net::cancellation_type::total);
  run();
  EXPECT_TRUE(errors.empty());
  signal.emit(net::cancellation_type::partial);
  run();
  EXPECT_THAT(errors, ElementsAre(net::error::operation_aborted));
  EXPECT_THAT(numbers, ElementsAre(2)) << "says how much was done";
}

TEST_F(WaitQueueTest, AClosedQueueAbortsWhatWaitsAndWhatBegins) {
  pipe.take(note());
  pipe.takers().close();
  pipe.take(note());
  EXPECT_TRUE(errors.empty());
  run();
  EXPECT_THAT(errors, ElementsAre(net::error::operation_aborted, net::error::operation_aborted));
}

TEST_F(WaitQueueTest, MayBeDestroyedBeforeADeferredOperationBegins) {
  auto own = std::make_unique<Pipe>(context.get_executor());
  auto deferred = own->take(net::deferred);
  own->take(note());
  own.reset();
  std::move(deferred)(note());
  run();
  EXPECT_THAT(errors, ElementsAre(net::error::operation_aborted, net::error::operation_aborted));
}

TEST_F(WaitQueueTest, HandlersMayBeginOperationsAndDestroyTheQueue) {
  auto own = std::make_unique<Pipe>(context.get_executor());
  own->put(1);
  own->put(2);
  own->take([&](const error_code&, int) {
    own->take(note());
    own.reset();
  });
  own->take(note());
  run();
  EXPECT_THAT(errors, ElementsAre(net::error::operation_aborted, net::error::operation_aborted));
}

TEST_F(WaitQueueTest, HandlersRunOnTheirOwnExecutor) {
  net::io_context other;
  pipe.put(1);
  pipe.take(net::bind_executor(other, note()));
  run();
  EXPECT_TRUE(numbers.empty());
  other.run();
  EXPECT_THAT(numbers, ElementsAre(1));
}

TEST_F(WaitQueueTest, WhatWaitsIsWorkForTheContext) {
  std::future<int> number = pipe.take(net::use_future);
  std::thread thread([this] { context.run(); });
  net::post(context, [this] { pipe.put(5); });
  EXPECT_EQ(number.get(), 5);
  thread.join();  // run() returns: there is no more work
}

net::awaitable<int> take_or_give_up(Pipe& pipe, net::steady_timer& timer) {
  auto result = co_await (pipe.take(net::use_awaitable) || timer.async_wait(net::use_awaitable));
  co_return result.index() == 0 ? std::get<0>(result) : -1;
}

TEST_F(WaitQueueTest, TimersEndWaitsAndLoseNothing) {
  net::steady_timer timer(context);
  for (const bool number_first : {false, true}) {
    timer.expires_at(net::steady_timer::time_point::max());
    auto number = net::co_spawn(context, take_or_give_up(pipe, timer), net::use_future);
    run();
    // Both are over before anybody has been told.
    if (number_first) pipe.put(3);
    timer.cancel();
    if (!number_first) pipe.put(3);
    run();
    try {
      const int got = number.get();
      EXPECT_TRUE(got == 3 || pipe.size() == 1);
    } catch (const boost::system::system_error& error) {
      EXPECT_EQ(error.code(), net::error::operation_aborted);
      EXPECT_EQ(pipe.size(), 1U);
    }
    if (pipe.size() == 1) pipe.take(note());
    run();
    EXPECT_EQ(pipe.size(), 0U);
  }
}

net::awaitable<void> expect_timed_out(Pipe& pipe) {
  net::steady_timer timer(co_await net::this_coro::executor, 1ms);
  const int number = co_await take_or_give_up(pipe, timer);
  EXPECT_EQ(number, -1);
  pipe.put(8);
  timer.expires_after(30s);
  const int next = co_await take_or_give_up(pipe, timer);
  EXPECT_EQ(next, 8);
}

TEST_F(WaitQueueTest, CanBeAwaitedAgainAfterATimeOut) {
  auto done = net::co_spawn(context, expect_timed_out(pipe), net::use_future);
  context.run();
  done.get();
}

net::awaitable<void> note_tuple(Pipe& pipe, std::string& out) {
  const auto [error, number] = co_await pipe.take(net::as_tuple(net::use_awaitable));
  out = error.message() + " " + std::to_string(number);
}

TEST_F(WaitQueueTest, ErrorsCanBeValues) {
  std::string out;
  net::co_spawn(context, note_tuple(pipe, out), net::detached);
  pipe.break_with(Errc::stream_reset);
  context.run();
  EXPECT_EQ(out, "stream.reset 0");
}

// A coroutine that owns what it waits for; only the context can free the two.
net::awaitable<void> wait_for_ever(std::shared_ptr<Pipe> pipe) {
  co_await pipe->take(net::use_awaitable);
}

TEST(WaitQueueAndItsContext, AContextThatDiesFreesWhatWaits) {
  std::weak_ptr<Pipe> alive;
  {
    net::io_context context;
    auto pipe = std::make_shared<Pipe>(context.get_executor());
    alive = pipe;
    net::co_spawn(context, wait_for_ever(std::move(pipe)), net::detached);
    context.poll();
    EXPECT_FALSE(alive.expired());
  }
  EXPECT_TRUE(alive.expired());
}

TEST(ErrorCategory, NamesErrorsAndKnowsTheGenericOnes) {
  const error_code timeout = Errc::handshake_timeout;
  EXPECT_TRUE(timeout.failed());
  EXPECT_EQ(timeout.message(), "handshake.timeout");
  EXPECT_STREQ(timeout.category().name(), "stt");
  EXPECT_EQ(timeout, Errc::handshake_timeout);
  EXPECT_EQ(timeout, boost::system::errc::timed_out);
  EXPECT_EQ(error_code(Errc::idle_timeout), boost::system::errc::timed_out);
  EXPECT_EQ(error_code(Errc::invalid_argument), boost::system::errc::invalid_argument);
  EXPECT_EQ(error_code(Errc::would_block), boost::system::errc::operation_would_block);
  EXPECT_EQ(error_code(Errc::address_in_use), boost::system::errc::address_in_use);
  EXPECT_EQ(error_code(Errc::address_unusable), boost::system::errc::address_not_available);
  EXPECT_NE(error_code(Errc::stream_reset), boost::system::errc::timed_out);
  EXPECT_FALSE(error_code(Errc::no_error).failed());
  EXPECT_FALSE(error_code(0, error_category()).failed());
  EXPECT_EQ(error_code(4'711, error_category()).message(), "an unknown error");
}

}  // namespace
}  // namespace stt::async

// The one asynchronous operation of this folder: try; if it would block, wait until something has
// changed; try again. Every awaitable face of the protocol and its primitives is made of it.
//
//   Result<T> attempt();                       // Errc::would_block: not yet
//   async_attempt<T>(queue, attempt, token);   // completes with (error_code, T); (error_code), if
//   T is void queue.notify();                            // whoever changes what attempts depend on
//
// Any completion token will do; associated executors, allocators and cancellation slots are kept.
//
// - Operations of one queue are served in the order in which they began. The first that would
//   block holds back those behind it.
// - An attempt runs as late as possible, in the handler that completes the operation. So an
//   operation that is cancelled before it completes has had no effect: what it would have taken is
//   there for the next one.
// - An attempt may get on in several steps (`progress`, below). Once it has, total cancellation is
//   no longer possible; partial and terminal cancellation complete it with what it has done.
// - A queue that is closed or destroyed completes what waits with operation_aborted. If the
//   io_context is destroyed first, what waits is destroyed without being completed, as it is by
//   Asio's own objects.
//
// A queue, its attempts and its cancellations belong to one executor, and one thread at a time.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stt/adapters/async/error.hpp>
#include <stt/base/result.hpp>

namespace stt::async {

namespace net = boost::asio;
using boost::system::error_code;

// What an operation that gives a T completes with.
template <class T>
struct CompletionOf {
  using Signature = void(error_code, T);
};
template <>
struct CompletionOf<void> {
  using Signature = void(error_code);
};
template <class T>
using Signature = typename CompletionOf<T>::Signature;
template <class T>
using Handler = net::any_completion_handler<Signature<T>>;

// An attempt that gets on in steps says how far: nothing, while it has done nothing.
template <class Attempt, class T>
concept HasProgress = requires(const Attempt& attempt) {
  { attempt.progress() } -> std::convertible_to<std::optional<T>>;
};

namespace detail {

class WaitLine;

// An operation that has begun and is not complete.
class Waiting {
 public:
  virtual ~Waiting() = default;
  // Whether it is done; false if it would block.
  virtual bool attempt() = 0;
  // Whether it is done, aborted as `type` asks; false if that is not possible any more.
  virtual bool abort(net::cancellation_type type) = 0;
  // Once, when it is done: calls the handler on its executor; at once, if that is possible.
  virtual void complete() = 0;
};

// What a WaitQueue and the handlers of its operations share.
class WaitLine : public std::enable_shared_from_this<WaitLine> {
 public:
  static std::shared_ptr<WaitLine> create(const net::any_io_executor& executor);
  ~WaitLine();

  const net::any_io_executor& executor() const { return executor_; }
  bool closed() const { return closed_; }
  bool empty() const { return waiting_.empty(); }

  // Operations have numbers that rise, and are served in their order.
  std::uint64_t next_number() const { return next_number_; }
  void add(std::unique_ptr<Waiting> operation);
  // Nothing happens if it does not wait any more.
  void cancel(std::uint64_t number, net::cancellation_type type);
  // For one that is done, and not in the line.
  void complete_later(std::unique_ptr<Waiting> operation);
  // Serves the first operation, soon.
  void serve_soon();
  void close();
  // The io_context is about to be destroyed: so are the operations.
  void abandon();

 private:
  class Lines;  // of one io_context

  explicit WaitLine(const net::any_io_executor& executor);
  void serve();
  std::unique_ptr<Waiting> take(std::map<std::uint64_t, std::unique_ptr<Waiting>>::iterator place);

  net::any_io_executor executor_;
  Lines* lines_ = nullptr;
  std::map<std::uint64_t, std::unique_ptr<Waiting>> waiting_;
  std::uint64_t next_number_ = 0;
  bool serving_soon_ = false;
  bool closed_ = false;
};

template <class T>
struct Outcome {
  error_code error;
  T value{};
};
template <>
struct Outcome<void> {
  error_code error;
};

template <class T>
void call(Handler<T> handler, Outcome<T> outcome) {
  if constexpr (std::is_void_v<T>) {
    std::move(handler)(outcome.error);
  } else {
    std::move(handler)(outcome.error, std::move(outcome.value));
  }
}

template <class T, class Attempt>
class Operation final : public Waiting {
 public:
  Operation(const net::any_io_executor& executor, Attempt attempt, Handler<T> handler)
      : attempt_(std::move(attempt)),
        handler_(std::move(handler)),
        executor_(net::get_associated_executor(handler_, executor)),
        own_work_(net::prefer(executor, net::execution::outstanding_work.tracked)),
        work_(net::prefer(executor_, net::execution::outstanding_work.tracked)) {}

  bool attempt() override {
    auto result = attempt_();
    if (!result) {
      if (result.error() == Errc::would_block) return false;
      outcome_.error = result.error();
      keep_progress();
    } else if constexpr (!std::is_void_v<T>) {
      outcome_.value = std::move(*result);
    }
    return true;
  }

  bool abort(net::cancellation_type type) override {
    const bool total_only =
        (type & (net::cancellation_type::terminal | net::cancellation_type::partial)) ==
        net::cancellation_type::none;
    if (keep_progress() && total_only) return false;
    outcome_.error = net::error::operation_aborted;
    return true;
  }

  void complete() override {
    net::get_associated_cancellation_slot(handler_).clear();
    net::dispatch(executor_, [handler = std::move(handler_), outcome = std::move(outcome_),
                              own_work = std::move(own_work_), work = std::move(work_)]() mutable {
      call<T>(std::move(handler), std::move(outcome));
    });
  }

  Handler<T>& handler() { return handler_; }

 private:
  // Whether there is any.
  bool keep_progress() {
    if constexpr (HasProgress<Attempt, T>) {
      if (auto progress = attempt_.progress()) {
        outcome_.value = std::move(*progress);
        return true;
      }
    }
    return false;
  }

  Attempt attempt_;
  Handler<T> handler_;
  net::any_completion_executor executor_;
  net::any_io_executor own_work_;  // the io_context has something to do
  net::any_completion_executor work_;
  Outcome<T> outcome_;
};

template <class T, class Attempt>
void begin(WaitLine& line, Attempt attempt, Handler<T> handler) {
  auto operation = std::make_unique<Operation<T, Attempt>>(line.executor(), std::move(attempt),
                                                           std::move(handler));
  if (line.closed()) {
    operation->abort(net::cancellation_type::terminal);
    line.complete_later(std::move(operation));
    return;
  }
  auto slot = net::get_associated_cancellation_slot(operation->handler());
  if (slot.is_connected()) {
    slot.assign(
        [weak = line.weak_from_this(), number = line.next_number()](net::cancellation_type type) {
          if (const auto alive = weak.lock()) alive->cancel(number, type);
        });
  }
  line.add(std::move(operation));
}

}  // namespace detail

class WaitQueue {
 public:
  explicit WaitQueue(const net::any_io_executor& executor)
      : line_(detail::WaitLine::create(executor)) {}
  ~WaitQueue() { close(); }
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  const net::any_io_executor& executor() const { return line_->executor(); }
  // What attempts depend on has changed: they are made again, soon.
  void notify() { line_->serve_soon(); }
  // Whatever waits, and whatever begins from now on, completes with operation_aborted.
  void close() { line_->close(); }
  // Whether nothing waits.
  bool empty() const { return line_->empty(); }

  // Begins an operation with a handler whose type is hidden already: for .cpp files.
  template <class T, class Attempt>
  void begin(Attempt attempt, Handler<T> handler) {
    detail::begin<T>(*line_, std::move(attempt), std::move(handler));
  }

  // Of async_attempt, which may begin when the queue is gone.
  const std::shared_ptr<detail::WaitLine>& line() const { return line_; }

 private:
  std::shared_ptr<detail::WaitLine> line_;
};

// `attempt` gives a Result<T> and owns, or shares, what it needs: it may be called whenever the
// operation is not complete yet. T is default constructible.
template <class T, class Attempt, net::completion_token_for<Signature<T>> CompletionToken>
auto async_attempt(const WaitQueue& queue, Attempt attempt, CompletionToken&& token) {
  return net::async_initiate<CompletionToken, Signature<T>>(
      [](auto handler, const std::shared_ptr<detail::WaitLine>& line, Attempt its_attempt) {
        detail::begin<T>(*line, std::move(its_attempt), Handler<T>(std::move(handler)));
      },
      token, queue.line(), std::move(attempt));
}

// For objects whose operations begin in a .cpp file: calls begin(handler, args...), in which the
// type of the completion token is hidden. `args` are copied, and given when the operation begins.
template <class T, class CompletionToken, class Begin, class... Args>
auto initiate(CompletionToken& token, Begin begin, Args... args) {
  return net::async_initiate<CompletionToken, Signature<T>>(
      [begin](auto handler, Args... held) {  // NOLINT(performance-unnecessary-value-param): moved
        begin(Handler<T>(std::move(handler)), std::move(held)...);
      },
      token, std::move(args)...);
}

// What an operation is given when its caller says nothing else: it is to be awaited.
using Await = net::use_awaitable_t<>;

template <class Token, class T>
concept CompletesWith = net::completion_token_for<Token, Signature<T>>;

}  // namespace stt::async

#include <stt/adapters/async/wait_queue.hpp>

#include <mutex>
#include <unordered_set>
#include <vector>

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <stt/base/assert.hpp>

namespace stt::async::detail {

// A coroutine that waits in a line may own, by way of its frame, the line. When the io_context is
// destroyed nothing would break that circle, so every line is known to its io_context, as a
// service.
class WaitLine::Lines final : public net::execution_context::service {
 public:
  static inline net::execution_context::id id;

  explicit Lines(net::execution_context& context) : service(context) {}

  void add(WaitLine& line) {
    const std::lock_guard lock(mutex_);
    lines_.insert(&line);
  }
  void remove(WaitLine& line) {
    const std::lock_guard lock(mutex_);
    lines_.erase(&line);
  }

 private:
  // Destroying what waits in one line may destroy other lines.
  void shutdown() override {
    std::vector<std::shared_ptr<WaitLine>> alive;
    {
      const std::lock_guard lock(mutex_);
      for (WaitLine* line : lines_) {
        if (auto shared = line->weak_from_this().lock()) alive.push_back(std::move(shared));
      }
      lines_.clear();
    }
    for (const auto& line : alive) line->lines_ = nullptr;
    for (const auto& line : alive) line->abandon();
  }

  std::mutex mutex_;  // lines of several strands
  std::unordered_set<WaitLine*> lines_;
};

std::shared_ptr<WaitLine> WaitLine::create(const net::any_io_executor& executor) {
  std::shared_ptr<WaitLine> line(new WaitLine(executor));
  line->lines_->add(*line);
  return line;
}

WaitLine::WaitLine(const net::any_io_executor& executor)
    : executor_(executor),
      lines_(&net::use_service<Lines>(net::query(executor, net::execution::context))) {}

WaitLine::~WaitLine() {
  STT_ASSERT(waiting_.empty());
  if (lines_ != nullptr) lines_->remove(*this);
}

void WaitLine::add(std::unique_ptr<Waiting> operation) {
  waiting_.emplace(next_number_++, std::move(operation));
  serve_soon();
}

std::unique_ptr<Waiting> WaitLine::take(
    std::map<std::uint64_t, std::unique_ptr<Waiting>>::iterator place) {
  std::unique_ptr<Waiting> taken = std::move(place->second);
  waiting_.erase(place);
  return taken;
}

void WaitLine::cancel(std::uint64_t number, net::cancellation_type type) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end() || !found->second->abort(type)) return;
  complete_later(take(found));
  serve_soon();  // it may have held back others
}

void WaitLine::serve_soon() {
  if (waiting_.empty() || std::exchange(serving_soon_, true)) return;
  net::post(executor_, [self = shared_from_this()] { self->serve(); });
}

// One operation a handler: completing it may run any code of the application.
void WaitLine::serve() {
  serving_soon_ = false;
  if (waiting_.empty() || !waiting_.begin()->second->attempt()) return;
  const std::unique_ptr<Waiting> done = take(waiting_.begin());
  serve_soon();
  done->complete();
}

void WaitLine::complete_later(std::unique_ptr<Waiting> operation) {
  net::post(executor_, [done = std::move(operation)] { done->complete(); });
}

void WaitLine::close() {
  closed_ = true;
  while (!waiting_.empty()) {
    waiting_.begin()->second->abort(net::cancellation_type::terminal);
    complete_later(take(waiting_.begin()));
  }
}

void WaitLine::abandon() {
  closed_ = true;
  const auto abandoned = std::move(waiting_);
  waiting_.clear();
}

}  // namespace stt::async::detail

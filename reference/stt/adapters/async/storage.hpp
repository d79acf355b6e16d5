// The awaitable face of a storage. A disk keeps its caller waiting, so the caller says where that
// may happen: on an executor of his own, a net::thread_pool as a rule.
//
//   net::thread_pool disk(1);
//   ObjectAddress address = co_await async_store(disk.get_executor(), storage, bytes, token);
//   Bytes bytes = co_await async_retrieve(disk.get_executor(), storage, address, token);
//
// Each completes with (error_code, value) on the handler's own executor. A call that has begun
// cannot be cancelled: what a disk was told to write may be written. The storage outlives the call,
// and takes as many calls at a time as the executor has threads: a MemoryStorage takes one.
#pragma once

#include <functional>
#include <utility>

#include <stt/adapters/async/wait_queue.hpp>
#include <stt/primitives/storage.hpp>

namespace stt::async {

namespace detail {

// Calls `work` on `executor`, then `handler` on its own.
template <class T>
void run_on(const net::any_io_executor& executor, std::function<Result<T>()> work,
            Handler<T> handler) {
  const net::any_completion_executor home = net::get_associated_executor(handler, executor);
  // What the handler returns to must not believe meanwhile that it has nothing to do.
  net::any_completion_executor busy = net::prefer(home, net::execution::outstanding_work.tracked);
  net::post(executor, [home, busy = std::move(busy), work = std::move(work),
                       handler = std::move(handler)]() mutable {
    Outcome<T> outcome;
    if (Result<T> result = work()) {
      outcome.value = std::move(*result);
    } else {
      outcome.error = result.error();
    }
    net::dispatch(home, [busy = std::move(busy), handler = std::move(handler),
                         outcome = std::move(outcome)]() mutable {
      call<T>(std::move(handler), std::move(outcome));
    });
  });
}

template <class T, class CompletionToken>
auto async_run_on(net::any_io_executor executor, std::function<Result<T>()> work,
                  CompletionToken&& token) {
  return net::async_initiate<CompletionToken, Signature<T>>(
      [](auto handler, net::any_io_executor where, std::function<Result<T>()> what) {
        run_on<T>(where, std::move(what), Handler<T>(std::move(handler)));
      },
      token, std::move(executor), std::move(work));
}

}  // namespace detail

// BinaryStorage::store. Owns the bytes meanwhile.
template <class CompletionToken>
auto async_store(net::any_io_executor executor, primitives::BinaryStorage& storage, Bytes object,
                 CompletionToken&& token) {
  return detail::async_run_on<primitives::ObjectAddress>(
      std::move(executor), [&storage, object = std::move(object)] { return storage.store(object); },
      std::forward<CompletionToken>(token));
}

// BinaryStorage::retrieve.
template <class CompletionToken>
auto async_retrieve(net::any_io_executor executor, primitives::BinaryStorage& storage,
                    const primitives::ObjectAddress& address, CompletionToken&& token) {
  return detail::async_run_on<Bytes>(
      std::move(executor), [&storage, address] { return storage.retrieve(address); },
      std::forward<CompletionToken>(token));
}

}  // namespace stt::async

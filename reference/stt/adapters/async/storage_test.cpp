#include <stt/adapters/async/storage.hpp>

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/primitives/storage_laws_test.hpp>
#include <stt/primitives/storage_memory.hpp>

namespace stt::async {
namespace {

using primitives::ObjectAddress;
using primitives::laws::object_of;

// A disk that takes its time: until somebody lets it go on.
class SlowStorage final : public primitives::BinaryStorage {
 public:
  Result<std::vector<ObjectAddress>> store_all(std::span<const ByteView> objects) override {
    called_on = std::this_thread::get_id();
    go_on.get_future().wait();
    return memory_.store_all(objects);
  }
  Result<Bytes> retrieve(const ObjectAddress& address) override {
    return memory_.retrieve(address);
  }
  Result<std::uint64_t> size_of(const ObjectAddress& address) override {
    return memory_.size_of(address);
  }
  Result<void> remove(const ObjectAddress& address) override { return memory_.remove(address); }
  Result<primitives::Listing> list(std::optional<primitives::RecordName> after,
                                   std::size_t count_max) override {
    return memory_.list(after, count_max);
  }
  Result<primitives::StorageTotals> totals() override { return memory_.totals(); }

  std::promise<void> go_on;
  std::thread::id called_on;

 private:
  crypto::SystemRandom random_;
  primitives::MemoryStorage memory_{primitives::laws::test_key(), 1'000'000, random_};
};

// Only the loop lets the storage go on: a store that held up the loop would never end.
TEST(AsyncStorage, WaitsForTheDiskElsewhereAndComesBack) {
  net::io_context loop;
  net::thread_pool disk(1);
  SlowStorage storage;
  Bytes back;
  std::thread::id resumed_on;
  const auto store_and_retrieve = [&]() -> net::awaitable<void> {
    const ObjectAddress address =
        co_await async_store(disk.get_executor(), storage, object_of(1, 1'000), net::use_awaitable);
    resumed_on = std::this_thread::get_id();
    back = co_await async_retrieve(disk.get_executor(), storage, address, net::use_awaitable);
  };
  net::co_spawn(loop, store_and_retrieve, net::detached);
  net::post(loop, [&] { storage.go_on.set_value(); });
  loop.run();
  EXPECT_EQ(back, object_of(1, 1'000));
  EXPECT_EQ(resumed_on, std::this_thread::get_id());
  EXPECT_NE(storage.called_on, std::this_thread::get_id());
}

TEST(AsyncStorage, GivesErrorsAsCodes) {
  net::io_context loop;
  net::thread_pool disk(1);
  SlowStorage storage;
  error_code error;
  net::co_spawn(
      loop,
      [&]() -> net::awaitable<void> {
        std::tie(error, std::ignore) = co_await async_retrieve(
            disk.get_executor(), storage, ObjectAddress{}, net::as_tuple(net::use_awaitable));
      },
      net::detached);
  loop.run();
  EXPECT_EQ(error, Errc::object_not_found);
}

}  // namespace
}  // namespace stt::async

// Several processes on one database, and a disk without room.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include <stt/adapters/storage/database.hpp>
#include <stt/adapters/storage/storage_fixture.hpp>

namespace stt::adapters {
namespace {

using primitives::address_of;
using primitives::laws::object_of;
using primitives::laws::stored;

// A child of this process that runs `work` and ends with its answer.
class Child {
 public:
  explicit Child(const std::function<int()>& work) : process_(::fork()) {
    if (process_ == 0) ::_exit(work());
  }
  int exit_code() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void kill() {
    ::kill(process_, SIGKILL);
    exit_code();
  }

 private:
  pid_t process_;
};

// A pipe on which one side says that it is ready.
class Signal {
 public:
  Signal() { EXPECT_EQ(::pipe(ends_), 0); }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  void give() const { EXPECT_EQ(::write(ends_[1], "x", 1), 1); }
  void await() const {
    char byte = 0;
    EXPECT_EQ(::read(ends_[0], &byte, 1), 1);
  }

 private:
  int ends_[2]{};
};

class ProcessesTest : public ::testing::Test {
 protected:
  StorageOpener opener_;
};

// The other process makes the file grow beyond what this one has mapped.
//= STT-STORAGE-020 test
TEST_F(ProcessesTest, SeeWhatTheOtherStores) {
  const Signal opened;
  Child writer([&] {
    opened.await();
    const auto storage = opener_.open();
    if (!storage) return 1;
    for (std::uint64_t i = 0; i < 30; ++i) {
      if (!(*storage)->store(object_of(i, 1'000'000))) return 2;
    }
    return 0;
  });
  const auto storage = opener_.opened();
  stored(*storage, object_of(100, 100));
  opened.give();
  const auto last = address_of(object_of(29, 1'000'000));
  while (!storage->size_of(last)) std::this_thread::yield();
  EXPECT_EQ(storage->retrieve(last), object_of(29, 1'000'000));
  EXPECT_EQ(writer.exit_code(), 0);
  stored(*storage, object_of(101, 100));
  EXPECT_EQ(storage->totals()->objects, 32U);
}

TEST_F(ProcessesTest, WriteInTurns) {
  constexpr std::uint64_t count = 40;
  const auto write = [&](std::uint64_t first) {
    const auto storage = opener_.open();
    if (!storage) return 1;
    for (std::uint64_t i = first; i < first + count; ++i) {
      if (!(*storage)->store(object_of(i, 2'000))) return 2;
    }
    return 0;
  };
  Child one([&] { return write(0); });
  Child two([&] { return write(count); });
  EXPECT_EQ(write(2 * count), 0);
  EXPECT_EQ(one.exit_code(), 0);
  EXPECT_EQ(two.exit_code(), 0);
  EXPECT_EQ(opener_.opened()->totals()->objects, 3 * count);
}

Result<std::unique_ptr<Database>> database_in(const StorageFolder& folder) {
  return Database::open({.folder = folder.storage(), .file_bytes_max = 1U << 20, .readers_max = 2},
                        [](Transaction&, const DatabaseContents&) { return Result<void>(); });
}

// Two readers fit: one here, and one of a process that dies while it reads.
TEST_F(ProcessesTest, AReaderThatDiedMakesRoom) {
  const Signal reads;
  Child reader([&] {
    const auto database = database_in(opener_.folder);
    if (!database) return 1;
    static_cast<void>((*database)->read([&](Transaction&) -> Result<void> {
      reads.give();
      ::pause();
      return {};
    }));
    return 2;
  });
  reads.await();
  const auto database = database_in(opener_.folder);
  ASSERT_TRUE(database);
  const auto nothing = [](Transaction&) { return Result<void>(); };
  EXPECT_TRUE((*database)->read([&](Transaction&) -> Result<void> {
    Result<void> second;
    std::thread([&] { second = (*database)->read(nothing); }).join();
    EXPECT_EQ(second, fail(Errc::too_many_readers));
    reader.kill();
    std::thread([&] { second = (*database)->read(nothing); }).join();
    return second;
  }));
}

// A writer that dies within its transaction leaves nothing of it, and no lock.
TEST_F(ProcessesTest, AWriterThatDiedIsForgotten) {
  const Signal writes;
  Child writer([&] {
    const auto database = database_in(opener_.folder);
    if (!database) return 1;
    static_cast<void>((*database)->write(0, [&](Transaction& transaction) -> Result<void> {
      STT_TRY(transaction.reserve(as_bytes("key"), 5'000));
      writes.give();
      ::pause();
      return {};
    }));
    return 2;
  });
  writes.await();
  writer.kill();
  const auto database = database_in(opener_.folder);
  ASSERT_TRUE(database);
  EXPECT_TRUE((*database)->write(0, [](Transaction& transaction) -> Result<void> {
    STT_TRY_ASSIGN(found, transaction.find(as_bytes("key")));
    EXPECT_FALSE(found);
    return {};
  }));
}

TEST_F(ProcessesTest, AFileAtItsLimitRefusesAndGoesOn) {
  const auto database = database_in(opener_.folder);
  ASSERT_TRUE(database);
  const auto put = [&](std::string_view key) {
    return (*database)->write(600'000, [&](Transaction& transaction) -> Result<void> {
      STT_TRY(transaction.reserve(as_bytes(key), 600'000));
      return {};
    });
  };
  EXPECT_TRUE(put("one"));
  EXPECT_EQ(put("two"), fail(Errc::storage_full));
  EXPECT_TRUE((*database)->write(0, [](Transaction& transaction) -> Result<void> {
    STT_TRY(transaction.erase(as_bytes("one")));
    return {};
  }));
}

// No file of this process may become longer, for as long as this lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

// The disk fills up at every place that a commit writes to.
//= STT-STORAGE-024 test
TEST_F(ProcessesTest, AFullDiskLosesNothing) {
  const auto storage = opener_.opened();
  const Bytes old = object_of(1, 10'000);
  stored(*storage, old);
  std::uint64_t refused = 0;
  for (std::uint64_t number = 2; number < 5; ++number) {
    const Bytes object = object_of(number, 30'000);
    const std::uint64_t size = std::filesystem::file_size(opener_.folder.data_file());
    bool is_stored = false;
    for (std::uint64_t more = 0; !is_stored; more += 2'048) {
      {
        const FileLimit limit(size + more);
        const auto result = storage->store(object);
        is_stored = result.has_value();
        if (!is_stored) {
          EXPECT_EQ(result.error(), Errc::disk_full) << more;
          ++refused;
        }
      }
      EXPECT_EQ(storage->retrieve(address_of(old)), old);
      EXPECT_EQ(storage->size_of(address_of(object)).has_value(), is_stored);
      ASSERT_LT(more, 1U << 20);
    }
  }
  EXPECT_GT(refused, 10U);
  EXPECT_EQ(storage->totals()->objects, 4U);
}

TEST_F(ProcessesTest, ADiskWithoutRoomForADatabaseRefusesIt) {
  {
    const FileLimit limit(1'000);
    EXPECT_EQ(opener_.open().error(), Errc::disk_full);
  }
  EXPECT_TRUE(std::filesystem::remove_all(opener_.folder.storage()));
  EXPECT_TRUE(opener_.open());
}

// As somebody to whom the folder does not belong.
TEST_F(ProcessesTest, AFolderThatOnlyOthersMayWriteIsRefused) {
  stored(*opener_.opened(), object_of(1, 100));
  ::chmod(opener_.folder.parent().c_str(), 0755);
  ::chmod(opener_.folder.storage().c_str(), 0555);
  for (const auto& file : std::filesystem::directory_iterator(opener_.folder.storage())) {
    ::chmod(file.path().c_str(), 0444);
  }
  Child stranger([&] {
    constexpr uid_t nobody = 65'534;
    if (::geteuid() == 0 && ::setuid(nobody) != 0) return 1;
    const auto storage = opener_.open();
    return !storage && storage.error() == Errc::storage_no_access ? 0 : 2;
  });
  EXPECT_EQ(stranger.exit_code(), 0);
  ::chmod(opener_.folder.storage().c_str(), 0755);
}

}  // namespace
}  // namespace stt::adapters

// What a storage asks of the system before it acknowledges, seen from between the two: this program
// has its own fdatasync, fsync, pwrite and writev, which count, forward, and fail when told to.
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <stt/adapters/storage/storage_fixture.hpp>

namespace {

// One letter a call: w a write, W a write that returns when it is synced (O_DSYNC), s a sync of
// data, S of everything.
std::string calls;
char failing_call = 0;  // this one fails,
int failing_code = 0;   // once, with this
bool fails_for_ever = false;

bool refuse(char call) {
  if (call != failing_call) return false;
  if (!fails_for_ever) failing_call = 0;
  errno = failing_code;
  return true;
}

template <class Function>
Function* next(const char* symbol) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, symbol));
}

char kind_of_write(int descriptor) {
  return (::fcntl(descriptor, F_GETFL) & O_DSYNC) == 0 ? 'w' : 'W';
}

}  // namespace

extern "C" {

int fdatasync(int descriptor) {
  calls += 's';
  return refuse('s') ? -1 : next<int(int)>("fdatasync")(descriptor);
}

int fsync(int descriptor) {
  calls += 'S';
  return refuse('S') ? -1 : next<int(int)>("fsync")(descriptor);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
  const char kind = kind_of_write(descriptor);
  calls += kind;
  if (refuse(kind)) return -1;
  return next<ssize_t(int, const void*, size_t, off_t)>("pwrite")(descriptor, bytes, count, offset);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  const char kind = kind_of_write(descriptor);
  calls += kind;
  if (refuse(kind)) return -1;
  return next<ssize_t(int, const iovec*, int)>("writev")(descriptor, parts, count);
}

}  // extern "C"

namespace stt::adapters {
namespace {

using primitives::address_of;
using primitives::laws::object_of;
using primitives::laws::stored;

class SyncTest : public ::testing::Test {
 protected:
  // The calls of `work`.
  static std::string calls_of(const std::function<void()>& work) {
    calls.clear();
    work();
    return calls;
  }
  // Data first, a sync, the meta page synced with its write, and nothing behind that.
  static bool is_synced_commit(const std::string& made) {
    const std::size_t first_sync = made.find_first_not_of('w');
    return first_sync != std::string::npos && first_sync > 0 && made.substr(first_sync) == "sW";
  }

  StorageOpener opener_;
};

//= STT-STORAGE-019 test
TEST_F(SyncTest, EveryAcknowledgementComesAfterItsSync) {
  const auto storage = opener_.opened();
  for (const std::size_t size : {0U, 100U, 5'000U, 300'000U}) {
    const Bytes object = object_of(size, size);
    const auto first = calls_of([&] { stored(*storage, object); });
    EXPECT_TRUE(is_synced_commit(first)) << size << " " << first;
    EXPECT_EQ(calls_of([&] { stored(*storage, object); }), "s") << "what is there already";
    const auto removal = calls_of([&] { EXPECT_TRUE(storage->remove(address_of(object))); });
    EXPECT_TRUE(is_synced_commit(removal)) << size << " " << removal;
  }
  EXPECT_EQ(calls_of([&] { EXPECT_FALSE(storage->retrieve(address_of(object_of(1, 1)))); }), "");
}

TEST_F(SyncTest, ManyObjectsOfOneCallAreOneCommit) {
  const auto storage = opener_.opened();
  std::vector<Bytes> objects;
  for (std::size_t i = 0; i < 200; ++i) objects.push_back(object_of(i, 1'000));
  const std::vector<ByteView> views(objects.begin(), objects.end());
  const auto made = calls_of([&] { EXPECT_TRUE(storage->store_all(views)); });
  EXPECT_TRUE(is_synced_commit(made)) << made;
}

// The names of a new folder and of the files in it are synced too, before anything is promised.
TEST_F(SyncTest, OpeningSyncsTheFoldersAndWhatItFound) {
  const auto made = calls_of([&] { opener_.opened(); });
  EXPECT_EQ(std::ranges::count(made, 'S'), 2) << made;
  EXPECT_TRUE(made.ends_with("sW")) << made;
  EXPECT_TRUE(calls_of([&] { opener_.opened(); }).ends_with("s"));
}

// Whatever write or sync fails: an error, nothing lost, and the next call works.
//= STT-STORAGE-024 test
TEST_F(SyncTest, AFailedWriteLosesNothing) {
  const auto storage = opener_.opened();
  const Bytes old = object_of(1, 5'000);
  stored(*storage, old);
  std::uint64_t number = 10;
  for (const char call : {'w', 's', 'W'}) {
    for (const auto& [code, expected] :
         {std::pair(EIO, Errc::disk_failed), std::pair(ENOSPC, Errc::disk_full)}) {
      const Bytes object = object_of(++number, 20'000);
      failing_call = call;
      failing_code = code;
      EXPECT_EQ(storage->store(object), fail(expected)) << call << code;
      EXPECT_EQ(failing_call, 0) << "the call was not made";
      EXPECT_EQ(storage->retrieve(address_of(object)), fail(Errc::object_not_found));
      EXPECT_EQ(storage->retrieve(address_of(old)), old);
      stored(*storage, object);
      EXPECT_EQ(storage->retrieve(address_of(object)), object);
    }
  }
  EXPECT_EQ(storage->totals()->objects, 7U);
}

// The storage comes back by itself as soon as the disk does, and not before.
TEST_F(SyncTest, ADiskThatFailsForAWhile) {
  const auto storage = opener_.opened();
  stored(*storage, object_of(1, 100));
  failing_call = 'W';
  failing_code = EIO;
  fails_for_ever = true;
  EXPECT_EQ(storage->store(object_of(2, 100)), fail(Errc::disk_failed));
  EXPECT_EQ(storage->store(object_of(3, 100)), fail(Errc::disk_failed));
  failing_call = 's';
  EXPECT_EQ(storage->retrieve(address_of(object_of(1, 100))), fail(Errc::disk_failed));
  EXPECT_EQ(storage->totals(), fail(Errc::disk_failed));
  fails_for_ever = false;
  failing_call = 0;
  EXPECT_EQ(storage->retrieve(address_of(object_of(1, 100))), object_of(1, 100));
  EXPECT_EQ(storage->totals()->objects, 1U);
  stored(*storage, object_of(2, 100));
}

}  // namespace
}  // namespace stt::adapters

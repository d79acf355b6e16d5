#include <stt/adapters/storage/database_folder.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <set>

namespace stt::adapters {
namespace {

using Id = std::tuple<pid_t, dev_t, ino_t>;

class OpenFolders {
 public:
  bool add(Id id) {
    const std::lock_guard lock(mutex_);
    return ids_.insert(id).second;
  }
  void remove(Id id) {
    const std::lock_guard lock(mutex_);
    ids_.erase(id);
  }

 private:
  std::mutex mutex_;
  std::set<Id> ids_;
};

// Of the whole process: the fault it keeps off is one of the whole process too.
OpenFolders& open_folders() {
  static OpenFolders folders;
  return folders;
}

// A folder just made is there after a loss of power only if the one above it says so.
Result<void> sync_parent(const std::string& path) {
  const std::string parent = path + "/..";
  const int descriptor = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail(errc_of_system(errno));
  const bool synced = ::fsync(descriptor) == 0;
  const int code = errno;
  ::close(descriptor);
  if (!synced) return fail(errc_of_system(code));
  return {};
}

}  // namespace

Errc errc_of_system(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return Errc::disk_full;
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG: return Errc::storage_no_access;
    default: return Errc::disk_failed;
  }
}

//= STT-STORAGE-026
Result<DatabaseFolder> DatabaseFolder::open(const std::string& path) {
  if (::mkdir(path.c_str(), S_IRWXU) == 0) {
    STT_TRY(sync_parent(path));
  } else if (errno != EEXIST) {
    return fail(errc_of_system(errno));
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail(errc_of_system(errno));
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) {
    const int code = errno;
    ::close(descriptor);
    return fail(errc_of_system(code));
  }
  const Id id{::getpid(), status.st_dev, status.st_ino};
  if (!open_folders().add(id)) {
    ::close(descriptor);
    return fail(Errc::storage_in_use);
  }
  return DatabaseFolder(descriptor, id);
}

DatabaseFolder::~DatabaseFolder() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  open_folders().remove(id_);
}

Result<Bytes> DatabaseFolder::data_file_start(std::size_t count) const {
  const int file = ::openat(descriptor_, "data.mdb", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0 && errno == ENOENT) return Bytes{};
  if (file < 0) return fail(errc_of_system(errno));
  Bytes out(count);
  std::size_t size = 0;
  ssize_t got = 1;
  while (size < count && got != 0) {
    got = ::pread(file, out.data() + size, count - size, static_cast<off_t>(size));
    if (got < 0 && errno != EINTR) break;
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  const int code = errno;
  ::close(file);
  if (got < 0) return fail(errc_of_system(code));
  out.resize(size);
  return out;
}

Result<void> DatabaseFolder::sync() const {
  if (::fsync(descriptor_) != 0) return fail(errc_of_system(errno));
  return {};
}

}  // namespace stt::adapters

#include <conformance/tool/incoming_file.hpp>

#include <fcntl.h>
#include <stdio.h>  // renameat2
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace stt::tool {
namespace {

constexpr int name_suffix_max = 9'999;
constexpr std::uint64_t write_back_bytes = 8U << 20;

// Gives `from` the name `to`, atomically, unless something has that name: then errno is EEXIST.
bool rename_without_replacing(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // The file system cannot do that in one step; two steps never replace anything either.
  return ::link(from.c_str(), to.c_str()) == 0 && ::unlink(from.c_str()) == 0;
}

// A rename is on disk when its folder is.
void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

IncomingFile::~IncomingFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

IncomingFile::IncomingFile(IncomingFile&& other) noexcept {
  *this = std::move(other);
}

IncomingFile& IncomingFile::operator=(IncomingFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(written_, other.written_);
  folder_.swap(other.folder_);
  temporary_.swap(other.temporary_);
  stored_name_.swap(other.stored_name_);
  return *this;
}

std::optional<std::string> IncomingFile::failed(const char* action) const {
  return std::string("cannot ") + action + " in " + folder_ + ": " + std::strerror(errno);
}

std::optional<std::string> IncomingFile::create(const std::string& folder) {
  folder_ = folder;
  std::string path = folder + "/.stt-incoming-XXXXXX";
  descriptor_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (descriptor_ < 0) return failed("create a file");
  temporary_ = path;
  return std::nullopt;
}

std::optional<std::string> IncomingFile::write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return failed("write");
    const auto count = static_cast<std::uint64_t>(wrote);
    // Starts writing to disk early, so that the fsync at the end is short and the node's timers
    // keep their time.
    if (written_ / write_back_bytes != (written_ + count) / write_back_bytes) {
      const std::uint64_t begin = written_ / write_back_bytes * write_back_bytes;
      ::sync_file_range(descriptor_, static_cast<off_t>(begin),
                        static_cast<off_t>(write_back_bytes), SYNC_FILE_RANGE_WRITE);
    }
    written_ += count;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return std::nullopt;
}

std::optional<std::string> IncomingFile::store_as(const std::string& name) {
  // mkostemp makes files for their owner only; a received file is as open as the umask says.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(descriptor_, static_cast<mode_t>(0666) & ~mask) != 0) return failed("chmod");
  if (::fsync(descriptor_) != 0) return failed("write");
  std::string stored = name;
  for (int suffix = 1; !rename_without_replacing(temporary_, folder_ + "/" + stored); ++suffix) {
    if (errno != EEXIST || suffix > name_suffix_max) return failed("name the file");
    stored = name + "." + std::to_string(suffix);
  }
  temporary_.clear();
  stored_name_ = stored;
  sync_folder(folder_);
  return std::nullopt;
}

std::optional<std::string> prepare_folder(const std::string& folder) {
  struct stat status{};
  if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
    return "cannot make folder " + folder + ": " + std::strerror(errno);
  }
  if (::stat(folder.c_str(), &status) != 0) {
    return "cannot use folder " + folder + ": " + std::strerror(errno);
  }
  if (!S_ISDIR(status.st_mode)) return folder + " is not a folder";
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return "cannot write in folder " + folder + ": " + std::strerror(errno);
  }
  return std::nullopt;
}

}  // namespace stt::tool

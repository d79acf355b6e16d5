// The folder of a database: made, opened, and marked as in use by this process. LMDB's locks do not
// hold between two environments of one process.
#pragma once

#include <sys/types.h>

#include <string>
#include <tuple>
#include <utility>

#include <stt/base/bytes.hpp>
#include <stt/base/result.hpp>

namespace stt::adapters {

// The error that an errno of the system means to whoever uses a storage.
Errc errc_of_system(int code);

class DatabaseFolder {
 public:
  // storage.in_use, storage.no_access, storage.disk_full, storage.disk_failed.
  static Result<DatabaseFolder> open(const std::string& path);
  DatabaseFolder(DatabaseFolder&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), id_(other.id_) {}
  DatabaseFolder& operator=(DatabaseFolder&&) = delete;
  ~DatabaseFolder();

  // Up to `count` first bytes of the data file; none if it is missing.
  Result<Bytes> data_file_start(std::size_t count) const;
  // Syncs the names of the files in it.
  Result<void> sync() const;

 private:
  // Process, device, inode: a child that was forked may open what its parent has open.
  using Id = std::tuple<pid_t, dev_t, ino_t>;

  DatabaseFolder(int descriptor, Id id) : descriptor_(descriptor), id_(id) {}

  int descriptor_;
  Id id_;
};

}  // namespace stt::adapters

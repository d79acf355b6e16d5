#include <stt/adapters/storage/database.hpp>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace stt::adapters {
namespace {

constexpr std::uint64_t map_bytes_min = 16U << 20;
constexpr std::uint64_t map_step = 64U << 10;  // a multiple of every machine's pages
constexpr int tries_max = 64;                  // a map that doubles grows 2^64-fold before
constexpr int meta_reads_max = 3;              // another process may write while we read

Errc errc_of(int code) {
  switch (code) {
    case MDB_NOTFOUND: return Errc::object_not_found;
    case MDB_MAP_FULL: return Errc::storage_full;
    case MDB_TXN_FULL: return Errc::store_too_large;
    case MDB_READERS_FULL: return Errc::too_many_readers;
    case MDB_VERSION_MISMATCH: return Errc::storage_version_unknown;
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PAGE_FULL:
    case MDB_CURSOR_FULL: return Errc::storage_corrupt;
    default: return errc_of_system(code);
  }
}

// LMDB takes what it only reads by a pointer to what is not const.
MDB_val value_of(ByteView bytes) {
  return {bytes.size(), const_cast<std::byte*>(bytes.data())};
}

ByteView view_of(const MDB_val& value) {
  return {static_cast<const std::byte*>(value.mv_data), value.mv_size};
}

struct CloseCursor {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};

// A file in memory, for as long as this lives.
class MappedFile {
 public:
  explicit MappedFile(int descriptor) {
    struct stat status{};
    if (::fstat(descriptor, &status) != 0 || status.st_size <= 0) return;
    const auto size = static_cast<std::size_t>(status.st_size);
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (address != MAP_FAILED) bytes_ = {static_cast<const std::byte*>(address), size};
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  }

  ByteView bytes() const { return bytes_; }

 private:
  ByteView bytes_;
};

}  // namespace

Transaction::~Transaction() {
  if (handle_ != nullptr) mdb_txn_abort(handle_);
}

tl::unexpected<Errc> Transaction::failed(int code) {
  map_is_full_ |= code == MDB_MAP_FULL;
  return fail(errc_of(code));
}

Result<std::optional<ByteView>> Transaction::find(ByteView key) {
  MDB_val wanted = value_of(key);
  MDB_val found{};
  const int code = mdb_get(handle_, records_, &wanted, &found);
  if (code == MDB_NOTFOUND) return std::optional<ByteView>();
  if (code != MDB_SUCCESS) return failed(code);
  return std::optional(view_of(found));
}

Result<MutableByteView> Transaction::reserve(ByteView key, std::size_t bytes) {
  MDB_val name = value_of(key);
  MDB_val room{bytes, nullptr};
  has_changes_ = true;
  const int code = mdb_put(handle_, records_, &name, &room, MDB_RESERVE);
  if (code != MDB_SUCCESS) return failed(code);
  return MutableByteView(static_cast<std::byte*>(room.mv_data), room.mv_size);
}

Result<bool> Transaction::erase(ByteView key) {
  MDB_val name = value_of(key);
  const int code = mdb_del(handle_, records_, &name, nullptr);
  if (code == MDB_NOTFOUND) return false;
  has_changes_ = true;
  if (code != MDB_SUCCESS) return failed(code);
  return true;
}

Result<void> Transaction::each_from(ByteView key,
                                    const std::function<bool(ByteView, ByteView)>& visit) {
  MDB_cursor* opened = nullptr;
  if (const int code = mdb_cursor_open(handle_, records_, &opened)) return failed(code);
  const std::unique_ptr<MDB_cursor, CloseCursor> cursor(opened);
  MDB_val name = value_of(key);
  MDB_val value{};
  int code = mdb_cursor_get(opened, &name, &value, MDB_SET_RANGE);
  while (code == MDB_SUCCESS && visit(view_of(name), view_of(value))) {
    code = mdb_cursor_get(opened, &name, &value, MDB_NEXT);
  }
  if (code != MDB_SUCCESS && code != MDB_NOTFOUND) return failed(code);
  return {};
}

//= STT-STORAGE-019
Result<void> Transaction::commit() {
  MDB_txn* handle = std::exchange(handle_, nullptr);
  if (!has_changes_) {
    // What was there may come from a process that died before it had synced it.
    MDB_env* environment = mdb_txn_env(handle);
    mdb_txn_abort(handle);
    if (const int code = mdb_env_sync(environment, 1)) return failed(code);
    return {};
  }
  if (const int code = mdb_txn_commit(handle)) return failed(code);
  return {};
}

std::shared_lock<std::shared_mutex> Database::Map::use() {
  const std::lock_guard turn(turnstile_);
  return std::shared_lock(users_);
}

std::unique_lock<std::shared_mutex> Database::Map::move() {
  const std::lock_guard turn(turnstile_);
  return std::unique_lock(users_);
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseConfig& config, Prepare prepare) {
  STT_TRY_ASSIGN(folder, DatabaseFolder::open(config.folder));
  std::unique_ptr<Database> database(new Database(config, std::move(folder), std::move(prepare)));
  STT_TRY(database->make_environment());
  return database;
}

Database::~Database() {
  close();
}

void Database::close() {
  if (environment_ != nullptr) mdb_env_close(environment_);
  environment_ = nullptr;
}

Result<void> Database::make_environment() {
  auto made = open_environment();
  if (made) made = check_and_prepare();
  if (!made) close();
  return made;
}

Result<void> Database::open_environment() {
  Result<void> meta;
  for (int i = 0; i < meta_reads_max; ++i) {
    STT_TRY_ASSIGN(start, folder_.data_file_start(meta_bytes_max));
    meta = check_meta_pages(start);
    if (meta) break;
  }
  STT_TRY(meta);
  if (const int code = mdb_env_create(&environment_)) return fail(errc_of(code));
  mdb_env_set_mapsize(environment_, std::min(map_bytes_min, config_.file_bytes_max));
  mdb_env_set_maxreaders(environment_, config_.readers_max);
  // Every flag that would put off a sync is left out. Readers are not tied to their threads.
  const int opened =
      mdb_env_open(environment_, config_.folder.c_str(), MDB_NOTLS, S_IRUSR | S_IWUSR);
  if (opened != MDB_SUCCESS) return fail(errc_of(opened));
  mdb_reader_check(environment_, nullptr);
  return folder_.sync();
}

Result<void> Database::check_and_prepare() {
  MDB_txn* handle = nullptr;
  // A writer's transaction, so that nobody else writes while the file is looked at.
  int code = mdb_txn_begin(environment_, nullptr, 0, &handle);
  if (code == MDB_MAP_RESIZED) {
    code = mdb_env_set_mapsize(environment_, 0);
    if (code == MDB_SUCCESS) code = mdb_txn_begin(environment_, nullptr, 0, &handle);
  }
  if (code != MDB_SUCCESS) return fail(errc_of(code));
  Transaction transaction(handle, 0);
  int descriptor = -1;
  mdb_env_get_fd(environment_, &descriptor);
  const MappedFile file(descriptor);
  if (file.bytes().empty()) return fail(Errc::disk_failed);
  STT_TRY(check_meta_pages(file.bytes().first(std::min(file.bytes().size(), meta_bytes_max))));
  STT_TRY_ASSIGN(contents, check_database(file.bytes(), mdb_txn_id(handle) - 1));
  if (const int failed = mdb_dbi_open(handle, nullptr, 0, &records_)) return fail(errc_of(failed));
  transaction.records_ = records_;
  STT_TRY(prepare_(transaction, contents));
  return transaction.commit();
}

std::uint64_t Database::map_bytes() const {
  MDB_envinfo info{};
  mdb_env_info(environment_, &info);
  return info.me_mapsize;
}

Result<void> Database::move_map(std::uint64_t bytes) {
  const int code = mdb_env_set_mapsize(environment_, bytes);
  if (code == MDB_SUCCESS) return {};
  close();  // it has no map any more
  return fail(errc_of(code));
}

Result<MDB_txn*> Database::begin(unsigned flags, Remedy& remedy) {
  remedy = Remedy::new_environment;
  if (environment_ == nullptr) return fail(Errc::disk_failed);
  MDB_txn* handle = nullptr;
  int code = mdb_txn_begin(environment_, nullptr, flags, &handle);
  if (code == MDB_READERS_FULL) {  // of processes that died, perhaps
    mdb_reader_check(environment_, nullptr);
    code = mdb_txn_begin(environment_, nullptr, flags, &handle);
  }
  remedy = Remedy::none;
  if (code == MDB_SUCCESS) return handle;
  // Another process made the file grow beyond our map; or the last commit could not be finished.
  if (code == MDB_MAP_RESIZED) remedy = Remedy::adopt_map;
  if (code == MDB_PANIC) remedy = Remedy::new_environment;
  return fail(errc_of(code));
}

Result<void> Database::apply(Remedy remedy, std::uint64_t map_bytes_then, std::uint64_t bytes) {
  const auto lock = map_.move();
  if (remedy == Remedy::new_environment) {
    close();
    return make_environment();
  }
  if (environment_ == nullptr) return {};  // the next try makes a new one
  if (remedy == Remedy::adopt_map) return move_map(0);
  const std::uint64_t size = map_bytes();
  if (size > map_bytes_then) return {};  // another thread was faster
  if (size >= config_.file_bytes_max) return fail(Errc::storage_full);
  mdb_reader_check(environment_, nullptr);  // what only the dead still read can be used again
  const std::uint64_t wanted = size + std::max(size, bytes + bytes / 4);
  return move_map(std::min(wanted / map_step * map_step + map_step, config_.file_bytes_max));
}

//= STT-STORAGE-020
Result<void> Database::read(const Work& work) {
  for (int i = 0; i < tries_max; ++i) {
    Remedy remedy = Remedy::none;
    {
      const auto use = map_.use();
      const auto handle = begin(MDB_RDONLY, remedy);
      if (handle) {
        Transaction transaction(*handle, records_);
        return work(transaction);
      }
      if (remedy == Remedy::none) return fail(handle.error());
    }
    STT_TRY(apply(remedy, 0, 0));
  }
  return fail(Errc::disk_failed);
}

Result<void> Database::write_once(const Work& work, Remedy& remedy) {
  const auto handle = begin(0, remedy);
  if (!handle) return fail(handle.error());
  Result<void> result;
  {
    Transaction transaction(*handle, records_);
    result = work(transaction);
    if (result) result = transaction.commit();
    if (transaction.map_is_full_) remedy = Remedy::larger_map;
  }
  // A disk that fills up within a write says only that the write was too short.
  if (!result && result.error() == Errc::disk_failed && disk_is_full()) {
    return fail(Errc::disk_full);
  }
  return result;
}

//= STT-STORAGE-024
Result<void> Database::write(std::uint64_t bytes, const Work& work) {
  for (int i = 0; i < tries_max; ++i) {
    Remedy remedy = Remedy::none;
    std::uint64_t map_bytes_then = 0;
    {
      const auto use = map_.use();
      if (environment_ != nullptr) map_bytes_then = map_bytes();
      const auto result = write_once(work, remedy);
      if (remedy == Remedy::none) return result;
    }
    STT_TRY(apply(remedy, map_bytes_then, bytes));
  }
  return fail(Errc::disk_failed);
}

// Tries to make the file one page longer, behind all that is used, and takes it back.
bool Database::disk_is_full() {
  Remedy remedy = Remedy::none;
  const auto handle = begin(0, remedy);
  if (!handle) return false;
  const Transaction alone(*handle, records_);
  int descriptor = -1;
  mdb_env_get_fd(environment_, &descriptor);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return false;
  const Bytes page(map_step);
  const ssize_t wrote = ::pwrite(descriptor, page.data(), page.size(), status.st_size);
  const bool full = wrote < 0 ? errc_of_system(errno) == Errc::disk_full
                              : static_cast<std::size_t>(wrote) < page.size();
  if (wrote > 0 && ::ftruncate(descriptor, status.st_size) != 0) return false;
  return full;
}

}  // namespace stt::adapters

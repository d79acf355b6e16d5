// One LMDB database, shared by threads and processes: whole commits that are synced before they
// return, a map that grows, and every failure as an error of ours. For the .cpp files of this
// folder; what is in the database is not its affair.
#pragma once

#include <lmdb.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include <stt/adapters/storage/database_check.hpp>
#include <stt/adapters/storage/database_folder.hpp>
#include <stt/base/bytes.hpp>
#include <stt/base/result.hpp>

namespace stt::adapters {

struct DatabaseConfig {
  std::string folder;                // made if it is missing; its parent is not
  std::uint64_t file_bytes_max = 0;  // the file does not grow beyond this
  unsigned readers_max = 512;        // at one time, of all processes; the first opener decides
};

// A snapshot of the database; a writer's own one takes changes. Views are valid until the next
// change, at most until the transaction ends.
class Transaction {
 public:
  Transaction(MDB_txn* handle, MDB_dbi records) : handle_(handle), records_(records) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  // Takes the changes back, unless they were committed.
  ~Transaction();

  Result<std::optional<ByteView>> find(ByteView key);
  // Room for the value of `key`, new or in place of the old one: to be filled at once.
  Result<MutableByteView> reserve(ByteView key, std::size_t bytes);
  // False if there was none.
  Result<bool> erase(ByteView key);
  // The records from `key` on, in the order of their keys, until `visit` answers false.
  Result<void> each_from(ByteView key, const std::function<bool(ByteView, ByteView)>& visit);

 private:
  friend class Database;

  Result<void> commit();
  tl::unexpected<Errc> failed(int code);

  MDB_txn* handle_;
  MDB_dbi records_;
  bool has_changes_ = false;
  bool map_is_full_ = false;  // a larger map may do
};

class Database {
 public:
  using Work = std::function<Result<void>(Transaction&)>;
  using Prepare = std::function<Result<void>(Transaction&, const DatabaseContents&)>;

  // Checks the whole structure (database_check.hpp), which takes time in proportion to the number
  // of records, and then lets `prepare` look at it, and write. So it is done again if the database
  // has to be opened again. storage.corrupt, .version_unknown, .in_use, .no_access, .disk_full,
  // .disk_failed, and what `prepare` answers.
  static Result<std::unique_ptr<Database>> open(const DatabaseConfig& config, Prepare prepare);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Runs `work` on the newest snapshot; never waits for a writer. storage.too_many_readers.
  Result<void> read(const Work& work);

  // Runs `work` alone and commits what it did, unless it fails; when this returns all that `work`
  // saw or did is synced to the drive. It may run again, with a larger map: `bytes` is about what
  // it adds. storage.full at file_bytes_max, storage.disk_full, storage.disk_failed.
  Result<void> write(std::uint64_t bytes, const Work& work);

 private:
  // The map stays where it is while anyone uses it. Who wants to move it comes next, however many
  // users come after.
  class Map {
   public:
    std::shared_lock<std::shared_mutex> use();
    std::unique_lock<std::shared_mutex> move();

   private:
    std::mutex turnstile_;
    std::shared_mutex users_;
  };
  // What a transaction that could not begin, or did not fit, needs before it is tried again.
  enum class Remedy : std::uint8_t { none, adopt_map, larger_map, new_environment };

  Database(DatabaseConfig config, DatabaseFolder folder, Prepare prepare)
      : config_(std::move(config)), folder_(std::move(folder)), prepare_(std::move(prepare)) {}

  // While nobody uses the map:
  Result<void> make_environment();
  Result<void> open_environment();
  Result<void> check_and_prepare();
  Result<void> move_map(std::uint64_t bytes);
  void close();

  // While the map is used:
  Result<MDB_txn*> begin(unsigned flags, Remedy& remedy);
  Result<void> write_once(const Work& work, Remedy& remedy);
  bool disk_is_full();
  std::uint64_t map_bytes() const;

  Result<void> apply(Remedy remedy, std::uint64_t map_bytes_then, std::uint64_t bytes);

  DatabaseConfig config_;
  DatabaseFolder folder_;
  Prepare prepare_;
  MDB_env* environment_ = nullptr;  // nothing while it could not be made again
  MDB_dbi records_ = 0;
  Map map_;
};

}  // namespace stt::adapters

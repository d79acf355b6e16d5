// `stt store`: objects in a sealed store on disk, known by their SHA3-256.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <conformance/tool/command.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/seed_file.hpp>
#include <stt/adapters/storage/disk_storage.hpp>
#include <stt/base/hex.hpp>
#include <stt/crypto/identity.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/primitives/limits.hpp>

namespace stt::tool {
namespace {

using adapters::DiskStorage;
using primitives::ObjectAddress;

constexpr char exit_codes[] =
    "Exit codes: 0 done, 13 unreadable input or another seed than the store's, 14 cannot write,\n"
    "16 no such object, 17 damaged object or store, 64 usage, 69 too many readers.";

constexpr std::size_t listed_at_once = 1'000;

struct StoreOptions {
  std::string folder;
  std::string seed_file;
  bool allow_readable_seed = false;
  std::uint64_t capacity_bytes = adapters::DiskStorageConfig{}.capacity_bytes;
  std::vector<std::string> files;      // put
  std::vector<std::string> addresses;  // get, rm
  std::string out;                     // get
};

struct Meaning {
  int exit_code;
  const char* text;  // what is wrong, and what to do
};

Meaning meaning_of(Errc code) {
  switch (code) {
    case Errc::object_not_found:
      return {exit_not_found, "no object has this address (`stt store ls` lists all)."};
    case Errc::object_damaged:
      return {exit_damaged,
              "the object is damaged on disk. Put the same file again to repair it, or rm it."};
    case Errc::storage_corrupt:
      return {exit_damaged,
              "data.mdb in the store's folder is damaged; nothing was changed. Put back a copy."};
    case Errc::storage_wrong_key:
      return {exit_unreadable, "the store was made with another seed: name that one."};
    case Errc::storage_version_unknown:
      return {exit_unreadable, "another version of this program made the store: use that one."};
    case Errc::storage_full:
      return {exit_cannot_write,
              "the store is full. Remove objects, or give it more by --capacity."};
    case Errc::store_too_large:
      return {exit_unreadable, "an object has at most 268,435,456 bytes: split the file."};
    case Errc::disk_full:
      return {exit_cannot_write, "the disk or its quota is full; the store is as it was."};
    case Errc::storage_no_access:
      return {exit_cannot_write,
              "the store's folder cannot be made, read or written: look at its permissions."};
    case Errc::too_many_readers:
      return {exit_unavailable, "too many processes read the store: try again."};
    case Errc::disk_failed:
      return {exit_cannot_write, "the disk failed; what was stored before is still there."};
    default: return {exit_internal, "this should not happen; please report it."};
  }
}

int complain(const std::string& subject, Errc code) {
  const Meaning meaning = meaning_of(code);
  fmt::print(stderr, "stt store: {}: {} ({})\n", subject, meaning.text, name(code));
  return meaning.exit_code;
}

int complain_of_system(const std::string& path, const char* verb, int exit_code) {
  fmt::print(stderr, "stt store: cannot {} {}: {}.\n", verb, path, std::strerror(errno));
  return exit_code;
}

// A store that is open, and all that has to outlive it; or the exit code.
struct OpenStore {
  crypto::SystemRandom random;
  std::unique_ptr<DiskStorage> storage;
  int exit_code = exit_done;
};

void open_store(const StoreOptions& options, OpenStore& store) {
  const SeedFile seed = read_seed_file(options.seed_file, options.allow_readable_seed);
  if (!seed.seed) {
    fmt::print(stderr, "stt store: {}\n", seed.problem);
    store.exit_code = exit_unreadable;
    return;
  }
  const auto identity = crypto::Identity::from_seed(seed.seed->bytes);
  if (!identity) {
    store.exit_code = complain(options.seed_file, identity.error());
    return;
  }
  auto storage =
      DiskStorage::open({.folder = options.folder, .capacity_bytes = options.capacity_bytes},
                        identity->storage_key(), store.random);
  if (storage) {
    store.storage = std::move(*storage);
  } else {
    store.exit_code = complain(options.folder, storage.error());
  }
}

// Only put makes a store.
bool is_store(const StoreOptions& options) {
  if (::access((options.folder + "/data.mdb").c_str(), F_OK) == 0) return true;
  fmt::print(
      stderr,
      "stt store: there is no store in {}. Make one: stt store put FILE --store {} --seed-file "
      "NODE_SEED\n",
      options.folder, options.folder);
  return false;
}

// The contents of a file, at most one byte over what a storage takes; errno is set on failure.
std::optional<Bytes> read_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  constexpr std::size_t step = 1U << 20;
  Bytes contents;
  ssize_t got = 1;
  while (got != 0 && contents.size() <= primitives::store_bytes_max) {
    const std::size_t size = contents.size();
    contents.resize(size + step);
    got = ::read(descriptor, contents.data() + size, step);
    contents.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno != EINTR) break;
  }
  const int code = errno;
  ::close(descriptor);
  errno = code;
  if (got < 0) return std::nullopt;
  return contents;
}

bool write_all(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return true;
}

// Never replaces a file.
int write_file(const std::string& path, ByteView bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return complain_of_system(path, "create", exit_cannot_write);
  const bool written = write_all(descriptor, bytes) && ::fsync(descriptor) == 0;
  const int code = errno;
  ::close(descriptor);
  if (written) return exit_done;
  ::unlink(path.c_str());
  errno = code;
  return complain_of_system(path, "write", exit_cannot_write);
}

std::string check_address(const std::string& text) {
  const auto bytes = from_hex(text);
  if (bytes && bytes->size() == ObjectAddress{}.bytes.size()) return {};
  return "an address is 64 hexadecimal digits in lower case, as `stt store put` prints it";
}

ObjectAddress address_from(const std::string& checked_text) {
  ObjectAddress address;
  std::ranges::copy(*from_hex(checked_text), address.bytes.begin());
  return address;
}

// A line is printed when its object is on disk, and not before.
int put(const StoreOptions& options) {
  OpenStore store;
  open_store(options, store);
  if (!store.storage) return store.exit_code;
  for (const std::string& file : options.files) {
    const auto contents = read_file(file);
    if (!contents) return complain_of_system(file, "read", exit_unreadable);
    const auto address = store.storage->store(*contents);
    if (!address) return complain(file, address.error());
    fmt::print("{}  {}\n", to_hex(address->bytes), file);
    if (std::fflush(stdout) != 0)
      return complain_of_system("standard output", "write", exit_cannot_write);
  }
  return exit_done;
}

int get(const StoreOptions& options) {
  if (!is_store(options)) return exit_unreadable;
  OpenStore store;
  open_store(options, store);
  if (!store.storage) return store.exit_code;
  const std::string& address = options.addresses.front();
  const auto object = store.storage->retrieve(address_from(address));
  if (!object) return complain(address, object.error());
  if (!options.out.empty()) return write_file(options.out, *object);
  if (write_all(STDOUT_FILENO, *object)) return exit_done;
  return complain_of_system("standard output", "write", exit_cannot_write);
}

int list(const StoreOptions& options) {
  if (!is_store(options)) return exit_unreadable;
  OpenStore store;
  open_store(options, store);
  if (!store.storage) return store.exit_code;
  std::uint64_t damaged = 0;
  std::optional<primitives::RecordName> after;
  do {
    const auto piece = store.storage->list(after, listed_at_once);
    if (!piece) return complain(options.folder, piece.error());
    for (const auto& object : piece->objects) {
      fmt::print("{}  {}\n", to_hex(object.address.bytes), object.bytes);
    }
    damaged += piece->damaged;
    after = piece->last;
  } while (after);
  if (std::fflush(stdout) != 0) {
    return complain_of_system("standard output", "write", exit_cannot_write);
  }
  if (damaged == 0) return exit_done;
  fmt::print(stderr,
             "stt store: {}: {} more objects are damaged and cannot be named. Put their files "
             "again to repair them.\n",
             options.folder, damaged);
  return exit_damaged;
}

// Goes on with the others if one is not there.
int remove(const StoreOptions& options) {
  if (!is_store(options)) return exit_unreadable;
  OpenStore store;
  open_store(options, store);
  if (!store.storage) return store.exit_code;
  int exit_code = exit_done;
  for (const std::string& address : options.addresses) {
    const auto removed = store.storage->remove(address_from(address));
    if (removed) continue;
    exit_code = complain(address, removed.error());
    if (exit_code != exit_not_found) break;
  }
  return exit_code;
}

using Options = std::shared_ptr<StoreOptions>;

// A subcommand with the options that all have in common.
Command add(Command store, const char* name, const char* text, const Options& options) {
  const Command command = store.add_command(name, text);
  command.add_option("--store", options->folder, "Folder of the store").required();
  command
      .add_option("--seed-file", options->seed_file,
                  "The node seed, of which the store's key is made")
      .required();
  command.add_flag("--allow-readable-seed", options->allow_readable_seed,
                   "Take a seed file that others than its owner may read");
  return command;
}

void add_put(Command store) {
  const auto options = std::make_shared<StoreOptions>();
  const Command command = add(store, "put", "Store files", options);
  command.add_option("FILE", options->files, "Files to store, up to 256 MiB each").required();
  command.add_option("--capacity", options->capacity_bytes,
                     "Bytes that all objects may take (default: 2^40)");
  command.footer(
      std::string("Prints the address and the name of a file as soon as it is safe on disk. A "
                  "file that is\nthere already takes no further space.\n\n"
                  "  stt store put photo.jpg --store objects --seed-file node.seed\n\n") +
      exit_codes);
  command.action([options] { return put(*options); });
}

void add_get(Command store) {
  const auto options = std::make_shared<StoreOptions>();
  const Command command = add(store, "get", "Give back an object", options);
  command.add_option("ADDRESS", options->addresses, "Its address")
      .required()
      .expected(1)
      .check(check_address);
  command.add_option("-o,--out", options->out,
                     "A file that does not exist (default: standard output)");
  command.footer(std::string("The bytes are verified against the address before any of them is "
                             "written.\n\n") +
                 exit_codes);
  command.action([options] { return get(*options); });
}

void add_ls(Command store) {
  const auto options = std::make_shared<StoreOptions>();
  const Command command = add(store, "ls", "List addresses and sizes", options);
  command.footer(exit_codes);
  command.action([options] { return list(*options); });
}

void add_rm(Command store) {
  const auto options = std::make_shared<StoreOptions>();
  const Command command = add(store, "rm", "Remove objects", options);
  command.add_option("ADDRESS", options->addresses, "Their addresses")
      .required()
      .check(check_address);
  command.footer(std::string("What is removed stays on the disk, sealed, until its place is used "
                             "again.\n\n") +
                 exit_codes);
  command.action([options] { return remove(*options); });
}

}  // namespace

void add_store_command(Command app) {
  const Command store = app.add_command("store", "Keep files sealed, known by their SHA3-256");
  store.require_command();
  store.footer(
      "  stt keygen --out node.seed                              the node's own secret, not a "
      "pair's\n"
      "  stt store put photo.jpg --store objects --seed-file node.seed\n"
      "  stt store ls --store objects --seed-file node.seed\n"
      "  stt store get ADDRESS --store objects --seed-file node.seed --out photo.jpg\n"
      "\n"
      "`stt store COMMAND --help` explains a command.");
  add_put(store);
  add_get(store);
  add_ls(store);
  add_rm(store);
}

}  // namespace stt::tool

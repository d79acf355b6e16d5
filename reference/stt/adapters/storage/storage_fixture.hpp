// A folder for a storage on disk, gone after the test, and ways to look at it from outside.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <stt/adapters/storage/disk_storage.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/primitives/storage_laws_test.hpp>

namespace stt::adapters {

// Where a sync costs nothing, for tests that open a small storage thousands of times.
inline std::filesystem::path memory_folder() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
}

class StorageFolder {
 public:
  explicit StorageFolder(const std::filesystem::path& parent) {
    std::string path = (parent / "stt-storage-XXXXXX").string();
    path_ = ::mkdtemp(path.data());
  }
  StorageFolder(const StorageFolder&) = delete;
  StorageFolder& operator=(const StorageFolder&) = delete;
  ~StorageFolder() { std::filesystem::remove_all(path_); }

  std::string storage() const { return path_ + "/storage"; }
  std::string data_file() const { return storage() + "/data.mdb"; }
  const std::string& parent() const { return path_; }

  Bytes data() const {
    std::ifstream in(data_file(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return to_bytes(as_bytes(text));
  }
  void put_data(ByteView bytes) const {
    std::ofstream out(data_file(), std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  }

 private:
  std::string path_;
};

// Opens the storage of a folder; `random` is the system's.
class StorageOpener {
 public:
  explicit StorageOpener(
      std::uint64_t capacity_bytes = std::uint64_t{1} << 40,
      const std::filesystem::path& parent = std::filesystem::temp_directory_path())
      : folder(parent), capacity_bytes_(capacity_bytes) {}

  Result<std::unique_ptr<DiskStorage>> open(std::uint8_t key = 1) {
    return DiskStorage::open({.folder = folder.storage(), .capacity_bytes = capacity_bytes_},
                             primitives::laws::test_key(key), random_);
  }
  // That must open.
  std::unique_ptr<DiskStorage> opened() {
    auto storage = open();
    if (!storage) ADD_FAILURE() << name(storage.error());
    return storage ? std::move(*storage) : nullptr;
  }

  StorageFolder folder;

 private:
  std::uint64_t capacity_bytes_;
  crypto::SystemRandom random_;
};

}  // namespace stt::adapters

// The bytes of a file, for an encoder.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>

#include <stt/primitives/byte_source.hpp>

namespace stt::async {

// Reading blocks for as long as the file system does.
class FileSource final : public primitives::ByteSource {
 public:
  // primitives.source_failed if it cannot be opened, or is no regular file.
  static Result<FileSource> open(const std::filesystem::path& path);

  // When it was opened: what a bounded encoder is told.
  std::uint64_t size() const { return size_; }

  Result<std::size_t> read(MutableByteView out) override;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  FileSource(File file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  File file_;
  std::uint64_t size_;
};

}  // namespace stt::async

// A file on its way in: written under a temporary name beside its place, and given its own name
// only when it is complete and on disk. A crash or a broken transfer leaves no half file under that
// name; a file that exists is never replaced.
#pragma once

#include <optional>
#include <string>

#include <stt/base/bytes.hpp>

namespace stt::tool {

class IncomingFile {
 public:
  IncomingFile() = default;
  ~IncomingFile();  // removes the temporary file, if there is one
  IncomingFile(IncomingFile&& other) noexcept;
  IncomingFile& operator=(IncomingFile&& other) noexcept;

  // Each returns what went wrong, in words, or nothing.
  std::optional<std::string> create(const std::string& folder);
  std::optional<std::string> write(ByteView bytes);
  // Takes `name`, or name.1, name.2, ... if that exists; stored_name() says which.
  std::optional<std::string> store_as(const std::string& name);

  const std::string& stored_name() const { return stored_name_; }

 private:
  std::optional<std::string> failed(const char* action) const;

  int descriptor_ = -1;
  std::uint64_t written_ = 0;
  std::string folder_;
  std::string temporary_;  // path; empty: none
  std::string stored_name_;
};

// Makes `folder` if it is missing (not those above it). Why no file can be made in it, or nothing
// if one can.
std::optional<std::string> prepare_folder(const std::string& folder);

}  // namespace stt::tool

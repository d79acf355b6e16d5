#include <conformance/tool/outgoing_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <stt/base/assert.hpp>

namespace stt::tool {
namespace {

constexpr std::size_t part_bytes_max = 256U << 10;

}  // namespace

OutgoingFile::~OutgoingFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<std::string> OutgoingFile::open(const std::string& path) {
  path_ = path;
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) return "cannot open " + path + ": " + std::strerror(errno);
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) {
    return "cannot read " + path + ": " + std::strerror(errno);
  }
  if (!S_ISREG(status.st_mode)) return path + " is not a regular file";
  header_.size = static_cast<std::uint64_t>(status.st_size);
  header_.name = safe_name(path);
  buffer_.resize(part_bytes_max);
  enter(Phase::header);
  return std::nullopt;
}

void OutgoingFile::enter(Phase phase) {
  phase_ = phase;
  if (phase == Phase::header) {
    message_ = encode(header_);
    part_ = message_;
  } else if (phase == Phase::digest) {
    digest_ = hash_.finish();
    message_ = to_bytes(digest_);
    part_ = message_;
  } else {
    part_ = {};
  }
}

void OutgoingFile::read_body() {
  const std::uint64_t left = header_.size - read_;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, part_bytes_max));
  if (wanted == 0) return;
  ssize_t got = 0;
  do {
    got = ::read(descriptor_, buffer_.data(), wanted);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    problem_ = "cannot read " + path_ + ": " + std::strerror(errno);
  } else if (got == 0) {
    problem_ = path_ + " became shorter while it was sent";
  } else {
    part_ = ByteView(buffer_).first(static_cast<std::size_t>(got));
    hash_.update(part_);
    read_ += part_.size();
  }
}

std::optional<OutgoingFile::Part> OutgoingFile::next() {
  if (phase_ == Phase::over || problem_) return std::nullopt;
  if (phase_ == Phase::body && part_.empty()) read_body();
  if (problem_) return std::nullopt;
  return Part{part_, phase_ != Phase::body || read_ == header_.size};
}

void OutgoingFile::consume(std::size_t bytes) {
  STT_ASSERT(bytes <= part_.size());
  part_ = part_.subspan(bytes);
  if (phase_ == Phase::body) body_sent_ += bytes;
  if (!part_.empty()) return;
  if (phase_ == Phase::header) {
    enter(Phase::body);
  } else if (phase_ == Phase::body && read_ == header_.size) {
    enter(Phase::digest);
  } else if (phase_ == Phase::digest) {
    enter(Phase::over);
  }
}

}  // namespace stt::tool

#include <stt/adapters/primitives/file_source.hpp>

namespace stt::async {

Result<FileSource> FileSource::open(const std::filesystem::path& path) {
  std::error_code error;
  const bool regular = std::filesystem::is_regular_file(path, error);
  const std::uint64_t size = regular ? std::filesystem::file_size(path, error) : 0;
  if (!regular || error) return fail(Errc::source_failed);
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) return fail(Errc::source_failed);
  return FileSource(std::move(file), size);
}

Result<std::size_t> FileSource::read(MutableByteView out) {
  const std::size_t count = std::fread(out.data(), 1, out.size(), file_.get());
  if (count == 0 && std::ferror(file_.get()) != 0) return fail(Errc::source_failed);
  return count;
}

}  // namespace stt::async

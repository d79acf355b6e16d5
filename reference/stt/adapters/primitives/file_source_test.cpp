#include <stt/adapters/primitives/file_source.hpp>

#include <gtest/gtest.h>

#include <fstream>

#include <stt/primitives/stream_fixture.hpp>

namespace stt::async {
namespace {

using namespace primitives::testing;

class FileSourceTest : public ::testing::Test {
 protected:
  FileSourceTest() { std::filesystem::create_directories(folder); }
  ~FileSourceTest() override { std::filesystem::remove_all(folder); }

  std::filesystem::path written(const std::string& name, const Bytes& bytes) {
    const auto path = folder / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path;
  }

  std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) /
                                 ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

//= STT-ENCODER-002 test
TEST_F(FileSourceTest, FeedsABoundedEncoder) {
  const Bytes bytes = pattern(100'000);
  auto source = FileSource::open(written("file", bytes));
  ASSERT_TRUE(source);
  EXPECT_EQ(source->size(), bytes.size());
  FixedRandom random(1);
  auto encoder = *primitives::BinaryStreamEncoder::create(some_context(), *source,
                                                          {source->size(), 1'070}, random);
  auto decoder = some_decoder();
  for (const Carried& segment : drain(encoder)) EXPECT_TRUE(give(decoder, segment));
  EXPECT_EQ(decoder.receive_all(), bytes);
}

TEST_F(FileSourceTest, RefusesWhatIsNoFile) {
  for (const auto& path : {folder, folder / "missing"}) {
    const auto source = FileSource::open(path);
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error(), Errc::source_failed);
  }
}

TEST_F(FileSourceTest, AnEmptyFileIsAtItsEnd) {
  auto source = FileSource::open(written("empty", {}));
  ASSERT_TRUE(source);
  ByteArray<4> out{};
  EXPECT_EQ(source->read(out), 0U);
  EXPECT_EQ(source->read(out), 0U);
}

}  // namespace
}  // namespace stt::async

// The parts of `stt` that need no second process. What the program as a whole does is tested by
// command_line_test.py and node_live_test.py.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <conformance/tool/incoming_transfer.hpp>
#include <conformance/tool/line_splitter.hpp>
#include <conformance/tool/outgoing_file.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/progress.hpp>
#include <conformance/tool/seed_file.hpp>

namespace stt::tool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    std::string path = (std::filesystem::temp_directory_path() / "stt-tool-XXXXXX").string();
    path_ = ::mkdtemp(path.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string path(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  std::string put(const std::string& name, std::string_view contents) const {
    std::ofstream(path(name), std::ios::binary) << contents;
    return path(name);
  }
  std::string contents(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      out.push_back(entry.path().filename().string());
    }
    std::ranges::sort(out);
    return out;
  }

 private:
  std::string path_;
};

TEST(ParseSeed, TakesHexadecimalAndRawBytes) {
  const std::string digits(64, 'a');
  for (const std::string& text : {digits, digits + "\n", std::string(64, 'A')}) {
    const auto seed = parse_seed(as_bytes(text));
    ASSERT_TRUE(seed) << text;
    EXPECT_EQ(seed->bytes, Bytes(32, std::byte{0xAA}));
  }
  const std::string raw = "0123456789abcdef0123456789abcde\n";
  EXPECT_EQ(parse_seed(as_bytes(raw))->bytes, to_bytes(as_bytes(raw)));
  // Not exactly 64 digits and a newline: bytes like any other.
  EXPECT_THAT(parse_seed(as_bytes(digits + "\r\n"))->bytes, SizeIs(66));
  EXPECT_THAT(parse_seed(as_bytes(std::string(63, 'a') + "g"))->bytes, SizeIs(64));
}

TEST(ParseSeed, RefusesFewerThan32Bytes) {
  EXPECT_FALSE(parse_seed(as_bytes(std::string(31, 'x'))));
  EXPECT_FALSE(parse_seed({}));
}

TEST(ReadSeedFile, RefusesWhatOthersMayReadUnlessTold) {
  const Folder folder;
  const std::string path = folder.put("seed", std::string(32, 'x'));
  for (const mode_t mode : {0640U, 0604U, 0644U}) {
    ::chmod(path.c_str(), mode);
    EXPECT_THAT(read_seed_file(path, false).problem, HasSubstr("chmod 600 " + path));
    EXPECT_TRUE(read_seed_file(path, true).seed);
  }
  ::chmod(path.c_str(), 0600);
  EXPECT_TRUE(read_seed_file(path, false).seed);
}

TEST(ReadSeedFile, SaysWhatIsWrong) {
  const Folder folder;
  EXPECT_THAT(read_seed_file(folder.path("none"), false).problem, HasSubstr("stt keygen"));
  EXPECT_THAT(read_seed_file(folder.path(), false).problem, HasSubstr("regular file"));
  const std::string path = folder.put("long", std::string(seed_file_bytes_max + 1, 'x'));
  EXPECT_THAT(read_seed_file(path, true).problem, HasSubstr("longer"));
  EXPECT_THAT(read_seed_file(folder.put("short", "x"), true).problem, HasSubstr("fewer"));
}

TEST(SafeName, KeepsNoFolderNoDotsAndNoControlCharacters) {
  EXPECT_EQ(safe_name("photo.jpg"), "photo.jpg");
  EXPECT_EQ(safe_name("/etc/passwd"), "passwd");
  EXPECT_EQ(safe_name("../../x"), "x");
  EXPECT_EQ(safe_name("a\\b"), "b");
  EXPECT_EQ(safe_name(".bashrc"), "bashrc");
  EXPECT_EQ(safe_name("a\x1b[2Jb\n"), "a_[2Jb_");
  EXPECT_EQ(safe_name(std::string_view("a\0b", 3)), "a_b");
  for (const char* nothing : {"", ".", "..", "/", "x/", "x/.."}) {
    EXPECT_EQ(safe_name(nothing), "unnamed") << nothing;
  }
  EXPECT_THAT(safe_name(std::string(300, 'x')), SizeIs(200));
  EXPECT_EQ(safe_name("grüße.txt"), "grüße.txt");
}

TEST(Printable, KeepsWhatIsOnlyToBeRead) {
  for (const char* text : {"", "a ~", "grüße", "\u00a0\u20ac\U0001f600", "שלום"}) {
    EXPECT_EQ(printable(text), text);
  }
  EXPECT_EQ(printable("a\tb"), "a b");
}

TEST(Printable, LetsNothingCommandATerminal) {
  for (char byte = 0; byte < 0x20; ++byte) {
    EXPECT_EQ(printable(std::string(1, byte)), byte == '\t' ? " " : "_") << int{byte};
  }
  EXPECT_EQ(printable("\x7f"), "_");
  // CSI as one character, and as the byte that older terminals take for it.
  EXPECT_EQ(printable("\u009b31m"), "_31m");
  EXPECT_EQ(printable("\x9b\x33\x31m"), "_31m");
  // What ends a line or turns the direction of writing.
  EXPECT_EQ(printable("\u2028\u202e\u2066\u200f"), "____");
}

TEST(Printable, MarksEachByteThatIsNoCharacter) {
  EXPECT_EQ(printable("\xff|\xc0\x80|\xed\xa0\x80|\xf5\x80\x80\x80"), "_|__|___|____");
  EXPECT_EQ(printable("\xe2\x82"), "__");             // cut off
  EXPECT_EQ(printable("\xe2\x82x\xc3\xa4"), "__xä");  // and then another
}

std::vector<std::string> lines_of(LineSplitter& splitter) {
  std::vector<std::string> lines;
  while (auto line = splitter.next()) lines.push_back(std::move(*line));
  return lines;
}

TEST(LineSplitter, GivesLinesHoweverTheirBytesCome) {
  LineSplitter splitter(10);
  splitter.add("on");
  EXPECT_THAT(lines_of(splitter), IsEmpty());
  splitter.add("e\ntwo\n\nth");
  EXPECT_THAT(lines_of(splitter), ElementsAre("one", "two", ""));
  splitter.add("ree");
  EXPECT_THAT(lines_of(splitter), IsEmpty());
  splitter.end();
  EXPECT_THAT(lines_of(splitter), ElementsAre("three"));
  EXPECT_THAT(lines_of(splitter), IsEmpty());
}

TEST(LineSplitter, CutsWhatIsTooLongBetweenCharacters) {
  LineSplitter splitter(5);
  splitter.add("12345\n123456\n");
  EXPECT_THAT(lines_of(splitter), ElementsAre("12345", "12345", "6"));
  splitter.add("1234ä1234\U0001f600\n");
  EXPECT_THAT(lines_of(splitter), ElementsAre("1234", "ä123", "4\U0001f600"));
  splitter.add("\x80\x80\x80\x80\x80\x80\x80\n");
  EXPECT_THAT(lines_of(splitter), ElementsAre(SizeIs(5), SizeIs(2)));
}

TEST(TransferMessage, SurvivesTheRoundTrip) {
  const auto header = decode_header(encode(TransferHeader{1, 1'000'000'000'000, "grüße.txt"}));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->size, 1'000'000'000'000U);
  EXPECT_EQ(header->name, "grüße.txt");
  const auto verdict = decode_verdict(encode(VerdictMessage{Verdict::cannot_write, "full"}));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->verdict, Verdict::cannot_write);
  EXPECT_EQ(verdict->text, "full");
}

TEST(TransferMessage, RefusesEveryPrefixAndEveryExtension) {
  const Bytes header = encode(TransferHeader{1, 300, "name"});
  const Bytes verdict = encode(VerdictMessage{Verdict::stored, "name"});
  for (std::size_t i = 0; i < header.size(); ++i) {
    EXPECT_FALSE(decode_header(ByteView(header).first(i))) << i;
  }
  for (std::size_t i = 0; i < verdict.size(); ++i) {
    EXPECT_FALSE(decode_verdict(ByteView(verdict).first(i))) << i;
  }
  const auto longer = [](Bytes bytes) {
    bytes.push_back(std::byte{0});
    return bytes;
  };
  EXPECT_FALSE(decode_header(longer(header)));
  EXPECT_FALSE(decode_verdict(longer(verdict)));
}

TEST(TransferMessage, ALaterVersionIsRecognisedWhateverFollows) {
  const Bytes later{std::byte{2}, std::byte{0xFF}};
  EXPECT_EQ(decode_header(later)->version, 2);
}

// Hands everything that `file` says to `transfer`, in bites of `bite`.
std::optional<VerdictMessage> move(OutgoingFile& file, IncomingTransfer& transfer,
                                   std::size_t bite) {
  while (const auto part = file.next()) {
    const ByteView bytes = part->bytes.first(std::min(bite, part->bytes.size()));
    const bool end = part->end_of_message && bytes.size() == part->bytes.size();
    const auto verdict = transfer.take(bytes, end);
    file.consume(bytes.size());
    if (verdict) return verdict;
  }
  return std::nullopt;
}

TEST(Transfer, StoresFilesOfEverySizeWhole) {
  const Folder from;
  const Folder to;
  for (const std::size_t size : {0U, 1U, 255U, 262'144U, 262'145U, 1'000'000U}) {
    std::string contents(size, '\0');
    for (std::size_t i = 0; i < size; ++i) contents[i] = static_cast<char>(i * 7 + i / 251);
    const std::string name = "file" + std::to_string(size);
    OutgoingFile file;
    ASSERT_FALSE(file.open(from.put(name, contents)));
    IncomingTransfer transfer(to.path());
    const auto verdict = move(file, transfer, 10'007);
    ASSERT_TRUE(verdict) << size;
    EXPECT_EQ(verdict->verdict, Verdict::stored) << verdict->text;
    EXPECT_EQ(verdict->text, name);
    EXPECT_EQ(to.contents(name), contents);
    EXPECT_FALSE(file.next());
  }
  EXPECT_THAT(to.names(), SizeIs(6));  // and no temporary file
}

TEST(Transfer, NeverReplacesAFile) {
  const Folder from;
  const Folder to;
  to.put("x", "precious");
  for (const char* expected : {"x.1", "x.2"}) {
    OutgoingFile file;
    ASSERT_FALSE(file.open(from.put("x", "new")));
    IncomingTransfer transfer(to.path());
    EXPECT_EQ(move(file, transfer, 100)->text, expected);
  }
  EXPECT_EQ(to.contents("x"), "precious");
}

TEST(Transfer, AWrongDigestIsNoticedAndLeavesNothing) {
  const Folder to;
  IncomingTransfer transfer(to.path());
  EXPECT_FALSE(transfer.take(encode(TransferHeader{1, 2, "x"}), true));
  EXPECT_FALSE(transfer.take(as_bytes("ab"), true));
  EXPECT_THAT(to.names(), SizeIs(1));  // the temporary file
  const auto verdict = transfer.take(Bytes(32), true);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->verdict, Verdict::digest_differs);
  EXPECT_THAT(to.names(), IsEmpty());
  EXPECT_FALSE(transfer.take(as_bytes("late"), true));
}

TEST(Transfer, RefusesWhatTheHeaderDidNotAnnounce) {
  const Folder to;
  const auto verdict_of = [&](std::vector<std::pair<Bytes, bool>> messages) {
    IncomingTransfer transfer(to.path());
    for (const auto& [bytes, end] : messages) {
      if (const auto verdict = transfer.take(bytes, end)) return verdict->verdict;
    }
    return Verdict::stored;
  };
  const Bytes header = encode(TransferHeader{1, 2, "x"});
  EXPECT_EQ(verdict_of({{Bytes(3, std::byte{1}), true}}), Verdict::malformed);
  EXPECT_EQ(verdict_of({{Bytes(header_message_bytes_max + 1), false}}), Verdict::malformed);
  EXPECT_EQ(verdict_of({{{std::byte{9}}, true}}), Verdict::version);
  EXPECT_EQ(verdict_of({{header, true}, {Bytes(1), true}}), Verdict::malformed);
  EXPECT_EQ(verdict_of({{header, true}, {Bytes(3), false}}), Verdict::malformed);
  EXPECT_EQ(verdict_of({{header, true}, {Bytes(2), true}, {Bytes(33), false}}), Verdict::malformed);
  EXPECT_THAT(to.names(), IsEmpty());
}

TEST(Transfer, ABrokenOneLeavesNothing) {
  const Folder to;
  {
    IncomingTransfer transfer(to.path());
    transfer.take(encode(TransferHeader{1, 100, "x"}), true);
    transfer.take(Bytes(50), false);
    EXPECT_THAT(to.names(), SizeIs(1));
  }
  EXPECT_THAT(to.names(), IsEmpty());
}

TEST(Transfer, SaysWhenItCannotWrite) {
  const Folder to;
  IncomingTransfer transfer(to.put("file", ""));
  const auto verdict = transfer.take(encode(TransferHeader{1, 1, "x"}), true);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->verdict, Verdict::cannot_write);
}

TEST(PrepareFolder, MakesOneAndNoMore) {
  const Folder to;
  to.put("file", "");
  EXPECT_TRUE(prepare_folder(to.path("file")));
  EXPECT_TRUE(prepare_folder(to.path("file/below")));
  EXPECT_TRUE(prepare_folder(to.path("none/below")));
  EXPECT_FALSE(prepare_folder(to.path("made")));
  EXPECT_FALSE(prepare_folder(to.path("made")));
  EXPECT_THAT(to.names(), testing::Contains("made"));
}

TEST(OutgoingFile, NoticesThatTheFileBecameShorter) {
  const Folder from;
  const std::string path = from.put("x", std::string(600'000, 'x'));
  OutgoingFile file;
  ASSERT_FALSE(file.open(path));
  file.consume(file.next()->bytes.size());  // header
  file.consume(file.next()->bytes.size());  // first part of the body
  std::filesystem::resize_file(path, 1000);
  EXPECT_FALSE(file.next());
  EXPECT_THAT(*file.problem(), HasSubstr("shorter"));
}

TEST(OutgoingFile, SaysWhatIsWrong) {
  const Folder from;
  EXPECT_THAT(*OutgoingFile().open(from.path("none")), HasSubstr("No such file"));
  EXPECT_THAT(*OutgoingFile().open(from.path()), HasSubstr("regular file"));
}

TEST(Progress, SpeaksOfSizesAndTimesAsPeopleDo) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(5'000'000), "5.0 MB");
  EXPECT_EQ(human_bytes(1'073'741'824), "1.1 GB");
  EXPECT_EQ(human_duration(0s), "0:00");
  EXPECT_EQ(human_duration(6'500ms), "0:07");
  EXPECT_EQ(human_duration(754s), "12:34");
  EXPECT_EQ(human_duration(3'723s), "1:02:03");
}

TEST(Progress, ShowsRateAndRemainingTime) {
  const Instant begin(1s);
  const Progress plain("x", 10'000'000, begin, false);
  EXPECT_EQ(plain.line(begin + 2s, 4'000'000), "x   40 %  4.0 MB of 10.0 MB  2.0 MB/s  0:03 left");
  EXPECT_EQ(plain.line(begin + 5s, 10'000'000), "x  100 %  10.0 MB of 10.0 MB  2.0 MB/s");
  const Progress bar("x", 8, begin, true);
  EXPECT_THAT(bar.line(begin + 1s, 2), HasSubstr("[######..................]  25 %"));
  const Progress nothing("x", 0, begin, true);
  EXPECT_THAT(nothing.line(begin, 0), HasSubstr("[########################] 100 %"));
}

}  // namespace
}  // namespace stt::tool

#include <simulator/hosts/script.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace stt::sim {
namespace {

Marker any_marker() {
  Marker marker{};
  for (std::size_t i = 0; i < marker.size(); ++i) marker[i] = static_cast<std::byte>(0xA0 + i);
  return marker;
}

Script any_script() {
  return {Draws(1, 1, "content"), {0, 1'000, 3, 700}, any_marker()};
}

Bytes whole(const Script& script, std::size_t message) {
  Bytes bytes(script.size(message));
  script.fill(message, 0, bytes);
  return bytes;
}

TEST(Script, AnyPartIsThePartOfTheWhole) {
  const Script script = any_script();
  const Bytes all = whole(script, 3);
  for (std::size_t at = 0; at < all.size(); at += 37) {
    Bytes part(std::min<std::size_t>(90, all.size() - at));
    script.fill(3, at, part);
    EXPECT_TRUE(equal(part, ByteView(all).subspan(at, part.size()))) << at;
  }
}

TEST(Script, AnyDatagramShowsTheMarker) {
  const Script script = any_script();
  const Marker marker = any_marker();
  const Bytes all = whole(script, 1);
  for (std::size_t at = 0; at + 600 <= all.size(); ++at) {
    const auto window = ByteView(all).subspan(at, 600);
    EXPECT_FALSE(std::ranges::search(window, marker).empty()) << at;
  }
}

TEST(Script, MessagesDiffer) {
  const Script script{Draws(1, 1, "content"), {100, 100}, any_marker()};
  EXPECT_NE(whole(script, 0), whole(script, 1));
  EXPECT_EQ(script.total_bytes(), 200U);
}

TEST(Script, AFileIsOneMessage) {
  const Bytes file(1'000, std::byte{7});
  const Script script{ByteView(file)};
  ASSERT_EQ(script.messages(), 1U);
  EXPECT_EQ(whole(script, 0), file);
}

TEST(ScriptWindow, ShowsTheScriptHoweverLittleIsTaken) {
  const Script script{Draws(1, 1, "content"), {0, 40'000, 3}, any_marker()};
  ScriptWindow window;
  EXPECT_TRUE(window.look(script, 0, 0).empty());
  for (const std::size_t step : {700U, 16'384U, 40'000U}) {
    Bytes seen;
    while (seen.size() < 40'000) {
      const ByteView view = window.look(script, 1, seen.size());
      ASSERT_FALSE(view.empty());
      append(seen, view.first(std::min(step, view.size())));
    }
    EXPECT_EQ(seen, whole(script, 1)) << step;
  }
  // The same offset of another message.
  window.look(script, 1, 0);
  EXPECT_EQ(to_bytes(window.look(script, 2, 0)), whole(script, 2));
}

}  // namespace
}  // namespace stt::sim

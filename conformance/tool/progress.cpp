#include <conformance/tool/progress.hpp>

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace stt::tool {
namespace {

constexpr std::size_t bar_characters = 24;
constexpr Duration bar_interval = 100ms;
constexpr Duration line_interval = 1s;

}  // namespace

std::string human_bytes(double bytes) {
  static constexpr std::array<const char*, 5> units{"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 999.5 && unit + 1 < units.size(); ++unit) bytes /= 1000;
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string human_duration(Duration duration) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
  const auto minutes = seconds / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, seconds % 60);
}

bool stderr_is_terminal() {
  return ::isatty(STDERR_FILENO) == 1;
}

Progress::Progress(std::string name, std::uint64_t total, Instant begin, bool bar)
    : name_(std::move(name)), total_(total), begin_(begin), bar_(bar), shown_at_(begin) {}

Progress::~Progress() {
  if (line_is_open_) std::fputc('\n', stderr);
}

double Progress::rate(Instant now, std::uint64_t done) const {
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  return seconds > 0 ? static_cast<double>(done) / seconds : 0;
}

std::string Progress::line(Instant now, std::uint64_t done) const {
  const double part = total_ == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total_);
  const double bytes_per_second = rate(now, done);
  std::string text =
      fmt::format("{:3.0f} %  {} of {}", 100 * part, human_bytes(static_cast<double>(done)),
                  human_bytes(static_cast<double>(total_)));
  if (bytes_per_second > 0) {
    text += fmt::format("  {}/s", human_bytes(bytes_per_second));
    const double left = static_cast<double>(total_ - done) / bytes_per_second;
    constexpr double left_max = 100 * 3600;
    if (done < total_ && left < left_max) {
      text += "  " +
              human_duration(
                  std::chrono::duration_cast<Duration>(std::chrono::duration<double>(left))) +
              " left";
    }
  }
  if (!bar_) return name_ + "  " + text;
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(bar_characters));
  const std::string bar = std::string(filled, '#') + std::string(bar_characters - filled, '.');
  return name_ + "  [" + bar + "] " + text;
}

void Progress::update(Instant now, std::uint64_t done) {
  const bool complete = done == total_;
  const Duration since = now - shown_at_;
  if (bar_) {
    if (since < bar_interval && !complete) return;
    std::fputs(("\r" + line(now, done) + "\x1b[K").c_str(), stderr);
    std::fflush(stderr);
    line_is_open_ = true;
  } else {
    const std::uint64_t tenths = total_ == 0 ? 10 : done / std::max<std::uint64_t>(total_ / 10, 1);
    if (tenths <= tenths_shown_ || (since < line_interval && !complete)) return;
    tenths_shown_ = complete ? UINT64_MAX : tenths;
    std::fputs((line(now, done) + "\n").c_str(), stderr);
  }
  shown_at_ = now;
}

}  // namespace stt::tool

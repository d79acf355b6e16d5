#include <sstream>
#include <string>

#include <conformance/suite/foreign/fault.hpp>
#include <conformance/suite/foreign/line.hpp>
#include <conformance/suite/foreign/peer_effects.hpp>
#include <conformance/suite/foreign/serve.hpp>
#include <fuzz/allocation_bound.hpp>
#include <fuzz/fuzz.hpp>

namespace stt::fuzz {
namespace {

using nlohmann::json;

// Whatever lines the reference is asked, each gets one line of JSON with an outcome.
void expect_answers(const std::string& text) {
  std::istringstream in(text);
  std::ostringstream out;
  const auto adapter = conform::make_reference_adapter();
  conform::serve(*adapter, in, out);
  std::istringstream replies(out.str());
  std::size_t count = 0;
  for (std::string line; std::getline(replies, line); ++count) {
    const json reply = conform::parse_bounded(line);
    STT_FUZZ_PROMISE(reply.is_object() && reply.contains("outcome"));
  }
  auto asked = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  if (!text.empty() && text.back() != '\n') ++asked;
  STT_FUZZ_PROMISE(count == asked);
}

// Whatever an adapter replies is read, or is an AdapterError with a name.
void expect_read(const std::string& text) {
  try {
    const json reply = conform::reply_of_line(text, 1);
    static_cast<void>(conform::read_effects(reply));
    static_cast<void>(conform::read_timer(reply));
  } catch (const conform::AdapterError& error) {
    STT_FUZZ_PROMISE(*error.what() != '\0');
  }
}

}  // namespace

void run(ByteView input) {
  constexpr std::size_t bytes_max = 16'384;
  if (input.size() > bytes_max) return;
  const std::string text(reinterpret_cast<const char*>(input.data()), input.size());
  const AllocationBound bound((256U << 20) + 1'024 * text.size());
  expect_answers(text);
  expect_read(text);
}

}  // namespace stt::fuzz

#include <string>

#include <conformance/suite/case_file.hpp>
#include <conformance/suite/judge.hpp>
#include <fuzz/allocation_bound.hpp>
#include <fuzz/fuzz.hpp>

// A file of vectors is cases, or a SuiteError that names the place; nothing else is thrown. What
// expects an answer can judge one.
void stt::fuzz::run(ByteView input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  const AllocationBound bound((1U << 20) + 1'024 * input.size());
  try {
    for (const conform::Case& one : conform::parse_cases(text, "fuzz.json")) {
      STT_FUZZ_PROMISE(one.id.starts_with(one.kind));
      if (one.kind.starts_with("peer.")) continue;  // judged step by step, not by one answer
      // The answer that the first expectation would like best.
      const auto& expect =
          one.expect.contains("choice") ? *one.expect["choice"]["options"].begin() : one.expect;
      nlohmann::json reply = {{"outcome", expect.begin().key()}};
      if (expect.contains("accept")) reply["out"] = expect["accept"];
      if (expect.contains("need_more")) reply["at_least"] = expect["need_more"]["at_least"];
      if (expect.contains("reject")) {
        reply["stage"] = expect["reject"]["stage"];
        reply["reason"] = expect["reject"]["reason"].front();
      }
      STT_FUZZ_PROMISE(conform::is_expected(conform::judge(one, reply)));
      STT_FUZZ_PROMISE(!conform::is_expected(conform::judge(one, nlohmann::json::array())));
    }
  } catch (const conform::SuiteError& error) {
    STT_FUZZ_PROMISE(std::string_view(error.what()).starts_with("fuzz.json"));
  }
}

#include <string>

#include <fuzz/allocation_bound.hpp>
#include <fuzz/fuzz.hpp>
#include <simulator/scenario/scenario_json.hpp>
#include <simulator/scenario/scenario_writer.hpp>

// A scenario or a refusal that says where; and a scenario that was written is the one that was
// read.
void stt::fuzz::run(ByteView input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  const AllocationBound bound((16U << 20) + 4'096 * input.size());
  const auto scenario = sim::parse_scenario(text);
  if (!scenario) {
    STT_FUZZ_PROMISE(!scenario.error().what.empty());
    STT_FUZZ_PROMISE(scenario.error().pointer.empty() || scenario.error().pointer[0] == '/');
    return;
  }
  const std::string written = sim::write_scenario(*scenario);
  const auto again = sim::parse_scenario(written);
  STT_FUZZ_PROMISE(again.has_value());
  STT_FUZZ_PROMISE(sim::write_scenario(*again) == written);
  const auto minimal = sim::parse_scenario(sim::minimal_json(text, 7));
  STT_FUZZ_PROMISE(minimal.has_value() && minimal->seed == 7);
}

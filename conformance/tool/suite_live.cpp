#include <conformance/tool/suite_live.hpp>

#include <cstdio>

#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/suite_options.hpp>

namespace stt::tool {

std::string LiveOptions::text() const {
  std::string words = "--live " + quoted(url);
  if (echoes) words += " --echo";
  if (!ca.empty()) words += " --ca " + quoted(ca);
  return seed == 1 ? words : words + " --seed " + std::to_string(seed);
}

void add_live_options(Command command, LiveOptions& options) {
  const auto check_url = [](const std::string& url) {
    const auto target = conform::live::parse_target(url);
    return target ? std::string() : target.error();
  };
  const Option live =
      command
          .add_option("--live", options.url,
                      "Judge the implementation that listens there, by the live group only")
          .type_name("udp://HOST:PORT|ws://HOST:PORT/PATH")
          .check(check_url);
  for (const char* other : {"--adapter", "--adapter-lib", "--shard", "--jobs", "--repeat"}) {
    live.excludes(command.option(other));
  }
  command.add_flag("--echo", options.echoes, "It sends back what it gets on streams").needs(live);
  command.add_option("--ca", options.ca, "PEM file of the only authority to trust, for wss://")
      .type_name("FILE")
      .needs(live);
  command.add_option("--seed", options.seed, "Of what is drawn: garbage, losses, delays")
      .type_name("N")
      .needs(live);
}

conform::live::SceneOptions scene_options(const LiveOptions& options, std::uint64_t deadline_s) {
  auto target = conform::live::parse_target(options.url);
  if (!target) throw conform::SuiteError(options.url + ": " + target.error());
  target->ca = options.ca;
  return {.target = std::move(*target),
          .echoes = options.echoes,
          .patience = std::chrono::seconds(deadline_s),
          .seed = options.seed};
}

std::vector<conform::Judgement> judge_live(const conform::live::SceneOptions& options,
                                           const std::vector<const conform::Case*>& selected) {
  return conform::live::judge_live(
      options, selected, [](const std::string& id, const std::string& why) {
        std::fprintf(stderr, "%s: once more, alone: %s\n", id.c_str(), printable(why).c_str());
      });
}

int live_exit_code(const conform::Results& results) {
  for (const conform::ResultRow& row : results.rows) {
    const bool is_base = row.id == conform::live::handshake_case;
    if (row.verdict == conform::Verdict::not_exercised ||
        (is_base && conform::standing(row) == conform::Standing::unexpected)) {
      return exit_live_unreached;
    }
  }
  return exit_live;
}

}  // namespace stt::tool

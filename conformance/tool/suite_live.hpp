// `stt conform run --live`: the options, and the run.
#pragma once

#include <conformance/live/judge.hpp>
#include <conformance/suite/results.hpp>
#include <conformance/tool/command.hpp>

namespace stt::tool {

struct LiveOptions {
  std::string url;  // empty: not a live run
  bool echoes = false;
  std::string ca;
  std::uint64_t seed = 1;

  bool is_asked_for() const { return !url.empty(); }
  // The same again, as options of a command line.
  std::string text() const;
};

// --live, --echo, --ca, --seed.
void add_live_options(Command command, LiveOptions& options);
// What judge_live() is to do; `url` is a checked one.
conform::live::SceneOptions scene_options(const LiveOptions& options, std::uint64_t deadline_s);
// Plays the selected cases; says on standard error what fails for the first time.
std::vector<conform::Judgement> judge_live(const conform::live::SceneOptions& options,
                                           const std::vector<const conform::Case*>& selected);
// Of a run with something unexpected.
int live_exit_code(const conform::Results& results);

}  // namespace stt::tool

// How campaign, report and merge end alike: the report, the dump, the exit code.
#pragma once

#include <functional>
#include <string>

#include <simulator/campaign/result_store.hpp>

namespace stt::tool {

// Prints the report on standard output; writes every result to `jsonl_path`, unless that is empty.
// The exit code says whether all passed.
int finish_campaign(const sim::ResultStore& store, const std::string& jsonl_path);

// Runs `command`; what the store throws becomes a sentence and an exit code.
int guarded(const std::function<int()>& command);

}  // namespace stt::tool

// Results as commands for GitHub Actions, which shows them beside the code.
#pragma once

#include <string>

#include <conformance/suite/output/details.hpp>

namespace stt::conform {

// How many GitHub shows of one step.
inline constexpr std::size_t annotations_max = 10;

// A line "::error file=...,line=...,title=ID: verdict::..." for each unexpected result, up to that
// many: where the case stands below `vectors`, what it asks and what came.
std::string to_annotations(const Results& results, const Background& background,
                           const std::filesystem::path& vectors);

}  // namespace stt::conform

// Plays the live group against an implementation, one case after the other.
#pragma once

#include <functional>

#include <conformance/live/cases.hpp>
#include <conformance/suite/runner.hpp>

namespace stt::conform::live {

// `selected` is of live_suite(). Where there is no session at all (the first case shows it,
// selected or not), the others are not exercised. What fails is played once more, alone, before it
// is said to fail; `on_second_chance` is told the case and what was wrong the first time.
using OnSecondChance = std::function<void(const std::string& id, const std::string& why)>;
std::vector<Judgement> judge_live(const SceneOptions& options,
                                  const std::vector<const Case*>& selected,
                                  const OnSecondChance& on_second_chance);

}  // namespace stt::conform::live

#include <conformance/live/judge.hpp>

#include <algorithm>

#include <conformance/suite/peers/end_of_case.hpp>

namespace stt::conform::live {
namespace {

const LiveCase& live_case(const std::string& id) {
  const auto found = std::ranges::find(live_cases(), id, &LiveCase::id);
  if (found == live_cases().end()) throw SuiteError(id + ": is no case of the live group");
  return *found;
}

Answer play_once(const LiveCase& one, const SceneOptions& options) {
  try {
    Scene scene(options);
    one.play(scene);
    return {Verdict::pass, {{"outcome", "accept"}}, {}};
  } catch (const peers::EndOfCase& end) {
    return {end.verdict(), nullptr, end.what()};
  }
}

Answer play(const LiveCase& one, const SceneOptions& options,
            const OnSecondChance& on_second_chance) {
  Answer answer = play_once(one, options);
  if (standing(answer.verdict) != Standing::unexpected) return answer;
  on_second_chance(one.id, answer.note);
  return play_once(one, options);
}

}  // namespace

std::vector<Judgement> judge_live(const SceneOptions& options,
                                  const std::vector<const Case*>& selected,
                                  const OnSecondChance& on_second_chance) {
  const Answer first = play(live_case(handshake_case), options, on_second_chance);
  std::vector<Judgement> judgements;
  for (const Case* one : selected) {
    if (one->id == handshake_case) {
      judgements.push_back({one, first});
    } else if (!is_expected(first.verdict)) {
      const std::string note = std::string("its base ") + handshake_case + " did not pass";
      judgements.push_back({one, {Verdict::not_exercised, nullptr, note}});
    } else {
      judgements.push_back({one, play(live_case(one->id), options, on_second_chance)});
    }
  }
  return judgements;
}

}  // namespace stt::conform::live

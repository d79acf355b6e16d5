// Runs the cases of a suite against an implementation and says what came of each.
#pragma once

#include <vector>

#include <conformance/suite/asking.hpp>

namespace stt::conform {

struct Judgement {
  const Case* the_case = nullptr;
  Answer answer;
};

struct Run {
  Claims claims;
  std::vector<Judgement> judgements;  // of the cases selected, in their order
};

// Judges the selected cases. Each case is asked once; those that others depend on are asked even if
// they are not selected: the base of a negative, and the case that is the first of a choice point.
// So what is said of a case does not depend on what else is selected.
//
// Throws AdapterError if the adapter does not start.
Run run(const Suite& suite, const std::vector<const Case*>& selected, const AskPlan& plan,
        const AdapterFactory& factory);

}  // namespace stt::conform

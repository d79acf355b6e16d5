#include <conformance/suite/runner.hpp>

#include <map>

#include <conformance/suite/judge.hpp>

namespace stt::conform {
namespace {

std::string choice_point(const Case& one) {
  return one.expect.contains("choice") ? one.expect["choice"].at("point").get<std::string>() : "";
}

// Which cases a verdict depends on besides its own.
class Dependencies {
 public:
  explicit Dependencies(const Suite& suite) {
    for (const Case& one : suite.cases) {
      by_id_.emplace(one.id, &one);
      if (const auto point = choice_point(one); !point.empty()) first_of_.emplace(point, &one);
    }
  }

  // Null if it has none, or if it does not stand in the suite.
  const Case* base(const Case& one) const { return found(by_id_, one.base); }
  // The case whose choice the others follow; null if the case leaves none.
  const Case* first_choice(const Case& one) const { return found(first_of_, choice_point(one)); }

  // All cases to ask, in the order of their ids.
  std::vector<const Case*> needed(const std::vector<const Case*>& selected) const {
    std::map<std::string, const Case*> needed;
    for (const Case* one : selected) {
      for (const Case* each : {one, base(*one), first_choice(*one)}) {
        if (each != nullptr) needed.emplace(each->id, each);
      }
    }
    std::vector<const Case*> cases;
    for (const auto& [id, each] : needed) cases.push_back(each);
    return cases;
  }

 private:
  using Index = std::map<std::string, const Case*>;
  static const Case* found(const Index& index, const std::string& key) {
    const auto entry = index.find(key);
    return entry == index.end() ? nullptr : entry->second;
  }

  Index by_id_;
  Index first_of_;  // by choice point
};

// Whether the verdict speaks of the protocol; a crash, say, is one whatever other cases did.
bool speaks_of_protocol(Verdict verdict) {
  return is_expected(verdict) || verdict == Verdict::fail || verdict == Verdict::wrong_reason;
}

// Judges what takes the answers to other cases.
class Rulings {
 public:
  Rulings(const Dependencies& dependencies, std::map<std::string, Answer> answers)
      : dependencies_(dependencies), answers_(std::move(answers)) {}

  Answer on(const Case& one) const {
    Answer answer = answers_.at(one.id);
    if (speaks_of_protocol(answer.verdict) && !one.base.empty() && !base_passed(one)) {
      answer.verdict = Verdict::not_exercised;
      answer.note = "its base " + one.base + " did not pass";
    }
    if (answer.verdict == Verdict::choice) settle_choice(one, answer);
    return answer;
  }

 private:
  bool base_passed(const Case& one) const {
    const Case* base = dependencies_.base(one);
    return base != nullptr && is_expected(answers_.at(base->id).verdict);
  }

  // All cases of a point have to show the same choice.
  void settle_choice(const Case& one, Answer& answer) const {
    answer.note = "chooses " + option_taken(one, answer.actual);
    const Case& first = *dependencies_.first_choice(one);
    const Answer& settled = answers_.at(first.id);
    if (settled.verdict != Verdict::choice) return;
    const std::string chosen = option_taken(first, settled.actual);
    if (option_taken(one, answer.actual) == chosen) return;
    answer.verdict = Verdict::fail;
    answer.note += ", and " + first.id + " showed " + chosen;
  }

  const Dependencies& dependencies_;
  std::map<std::string, Answer> answers_;
};

}  // namespace

Run run(const Suite& suite, const std::vector<const Case*>& selected, const AskPlan& plan,
        const AdapterFactory& factory) {
  Run out;
  const auto adapter = factory();
  out.claims = ask_claims(*adapter);
  adapter->finish();
  const Dependencies dependencies(suite);
  const std::vector<const Case*> needed = dependencies.needed(selected);
  std::vector<Answer> asked = ask_all(needed, plan, factory);
  std::map<std::string, Answer> answers;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    answers.emplace(needed[i]->id, std::move(asked[i]));
  }
  const Rulings rulings(dependencies, std::move(answers));
  for (const Case* one : selected) out.judgements.push_back({one, rulings.on(*one)});
  return out;
}

}  // namespace stt::conform

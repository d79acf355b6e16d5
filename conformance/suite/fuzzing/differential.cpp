#include <conformance/suite/fuzzing/differential.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <conformance/suite/asking.hpp>
#include <conformance/suite/fuzzing/edits.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// What docs/spec/choice-points.md leaves open about these, no vector asks; a changed one would. The
// width of the replay window is any from 1,024 sequences.
constexpr std::array kinds_with_a_choice{"replay.window", "session.open"};

// What one side says to a question; null, and why, if it says nothing.
struct Said {
  json reply;
  std::string note;
};

// Members of a reply that count: adapters may add others, for people.
json essence(const Said& said) {
  if (!said.reply.is_object()) return "none: " + said.note.substr(0, said.note.find(':'));
  json essence;
  for (const char* name : {"outcome", "out", "stage", "reason", "at_least"}) {
    if (const auto found = said.reply.find(name); found != said.reply.end()) essence[name] = *found;
  }
  return essence;
}

// In what way an answer is one: the outcome and the reason, but not the values.
std::string manner(const Said& said) {
  json kept = essence(said);
  if (kept.is_object()) kept.erase("out");
  return kept.dump();
}

// The implementation under test, started again after each fault.
class Theirs {
 public:
  explicit Theirs(const AdapterFactory& start) : start_(start), adapter_(start()) {}

  Said ask(const Question& question) {
    if (!adapter_) adapter_ = start_();
    try {
      return {adapter_->request({{"op", "vector"}, {"kind", question.kind}, {"in", question.in}}),
              {}};
    } catch (const AdapterError& error) {
      adapter_.reset();
      return {json(), error.what()};
    }
  }
  Claims claims() { return ask_claims(*adapter_); }
  void finish() {
    if (adapter_) adapter_->finish();
  }

 private:
  const AdapterFactory& start_;
  std::unique_ptr<Adapter> adapter_;
};

class Comparison {
 public:
  explicit Comparison(Theirs& theirs) : theirs_(theirs) {}

  // Nothing if the reference cannot read the question.
  std::optional<std::pair<Said, Said>> ask(const Question& question) {
    json ours;
    try {
      ours = ours_->request({{"op", "vector"}, {"kind", question.kind}, {"in", question.in}});
    } catch (const AdapterError&) {
      return std::nullopt;
    }
    return std::pair(theirs_.ask(question), Said{std::move(ours), {}});
  }

  static bool differ(const std::pair<Said, Said>& answers) {
    return essence(answers.first) != essence(answers.second);
  }

  // The same difference in the smallest question that can be reached step by step.
  Question shrink(Question question, const std::string& how) {
    constexpr int questions_max = 2'000;
    int asked = 0;
    for (bool is_smaller = true; is_smaller && asked < questions_max;) {
      is_smaller = false;
      for (json& in : smaller(question.in)) {
        if (++asked > questions_max) break;
        Question candidate{question.kind, std::move(in)};
        const auto answers = ask(candidate);
        if (!answers || !differ(*answers) || manner_of(candidate.kind, *answers) != how) continue;
        question = std::move(candidate);
        is_smaller = true;
        break;
      }
    }
    return question;
  }

  static std::string manner_of(const std::string& kind, const std::pair<Said, Said>& answers) {
    return kind + " " + manner(answers.first) + " " + manner(answers.second);
  }

  Disagreement difference(Question question, std::string base) {
    auto answers = ask(question);
    return {.question = std::move(question),
            .base = std::move(base),
            .theirs = std::move(answers->first.reply),
            .ours = std::move(answers->second.reply),
            .note = std::move(answers->first.note)};
  }

 private:
  Theirs& theirs_;
  std::unique_ptr<Adapter> ours_ = make_reference_adapter();
};

// The cases that may be changed, by kind.
std::map<std::string, std::vector<const Case*>> material(const Suite& suite, const FuzzPlan& plan,
                                                         const Claims& claims, FuzzReport& report) {
  for (const Case& one : suite.cases) {
    const bool is_named =
        std::ranges::find(kinds_with_a_choice, one.kind) != kinds_with_a_choice.end();
    if (is_named || one.expect.contains("choice")) report.left_out.insert(one.kind);
  }
  std::map<std::string, std::vector<const Case*>> by_kind;
  for (const Case* one : select(suite, plan.selection)) {
    if (!claims.kinds.contains(one->kind) || report.left_out.contains(one->kind)) continue;
    if (one->kind.starts_with("peer.")) continue;
    by_kind[one->kind].push_back(one);
    report.kinds.insert(one->kind);
  }
  return by_kind;
}

}  // namespace

FuzzReport fuzz(const Suite& suite, const FuzzPlan& plan, const AdapterFactory& start) {
  FuzzReport report;
  Theirs theirs(start);
  const auto by_kind = material(suite, plan, theirs.claims(), report);
  Comparison comparison(theirs);
  std::set<std::string> known;
  for (std::uint64_t i = 0; i < plan.cases && !by_kind.empty(); ++i) {
    // A case is a function of seed and number, whatever came before.
    sim::Draws draws(plan.seed, i, "conform.fuzz");
    const auto& [kind, cases] =
        *std::next(by_kind.begin(), static_cast<std::ptrdiff_t>(draws.below(by_kind.size())));
    const Case& base = *cases[draws.below(cases.size())];
    const Case& other = *cases[draws.below(cases.size())];
    Question question{kind, changed(base.in, other.in, draws)};
    const auto answers = comparison.ask(question);
    if (!answers) {
      ++report.meaningless;
      continue;
    }
    ++report.compared;
    if (!Comparison::differ(*answers)) continue;
    const std::string how = Comparison::manner_of(kind, *answers);
    if (!known.insert(how).second) continue;
    report.differences.push_back(
        comparison.difference(comparison.shrink(std::move(question), how), base.id));
    if (report.differences.size() >= plan.differences_max) break;
  }
  theirs.finish();
  return report;
}

std::optional<Disagreement> ask_both(const Question& question, const AdapterFactory& start) {
  Theirs theirs(start);
  Comparison comparison(theirs);
  const auto answers = comparison.ask(question);
  if (!answers) throw AdapterError("the reference cannot read this question");
  if (!Comparison::differ(*answers)) return std::nullopt;
  return comparison.difference(question, {});
}

}  // namespace stt::conform

#include <conformance/suite/foreign/examine.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <conformance/suite/foreign/examine_peer.hpp>
#include <conformance/suite/foreign/fault.hpp>
#include <simulator/engine/draws.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

constexpr int invented_each = 6;
constexpr std::size_t questions_each_kind = 3;

std::string outcome_of(const json& reply) {
  const auto found = reply.find("outcome");
  return found != reply.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// An adapter in process throws what one elsewhere answers with the outcome "error".
class ErrorsAsReplies final : public Adapter {
 public:
  // Adds what the adapter complained to `complaints`, once it is gone.
  ErrorsAsReplies(std::unique_ptr<Adapter> adapter, std::string& complaints)
      : adapter_(std::move(adapter)), complaints_(complaints) {}

  json request(const json& message) override {
    try {
      return adapter_->request(message);
    } catch (const ForeignError&) {
      complaints_ += adapter_->complaints();
      throw;
    } catch (const AdapterError& error) {
      return {{"outcome", "error"}, {"message", error.what()}};
    }
  }
  void finish() override { adapter_->finish(); }

 private:
  std::unique_ptr<Adapter> adapter_;
  std::string& complaints_;
};

class Examiner {
 public:
  Examiner(const AdapterFactory& start, const Suite& suite, std::uint64_t seed)
      : start_(start), draws_(seed, 0, "examine") {
    std::map<std::string, std::size_t> taken;
    for (const Case& one : suite.cases) {
      if (!one.expect.contains("accept") || taken[one.kind]++ >= questions_each_kind) continue;
      questions_.push_back({{"op", "vector"}, {"kind", one.kind}, {"in", one.in}});
    }
  }

  Examination probe() {
    const auto adapter = start();
    guarded([&] { ask_invented(*adapter); });
    return done();
  }

  Examination examine() {
    const auto first = start();
    if (!guarded([&] { ask_hello(*first); })) return done();
    guarded([&] {
      ask_invented(*first);
      ask_known(*first);
      first->finish();
    });
    guarded([&] { ask_again(); });
    guarded([&] {
      const auto adapter = start();
      PeerExaminer(*adapter, out_.hello, out_.findings).examine();
      adapter->finish();
    });
    return done();
  }

 private:
  // False, and a finding, if the adapter went away meanwhile.
  template <class Step>
  bool guarded(Step step) {
    try {
      step();
      return true;
    } catch (const ForeignError& error) {
      const std::string what = error.what();
      found(std::string(name(error.fault())), what.substr(what.find(": ") + 2),
            advice(error.fault()));
    }
    return false;
  }

  std::unique_ptr<Adapter> start() {
    return std::make_unique<ErrorsAsReplies>(start_(), out_.complaints);
  }

  // Several questions find the same: it is said once.
  Examination done() {
    std::set<std::pair<std::string, std::string>> said;
    std::erase_if(out_.findings,
                  [&](const Finding& each) { return !said.emplace(each.name, each.what).second; });
    return std::move(out_);
  }

  void found(std::string name, std::string what, std::string todo) {
    out_.findings.push_back({std::move(name), std::move(what), std::move(todo)});
  }

  static std::string advice(Fault fault) {
    switch (fault) {
      case Fault::hang:
        return "answer each request at once, flush the reply, and end when the input ends";
      case Fault::crash:
      case Fault::early_exit: return "run it by hand with the request that it was asked";
      case Fault::not_json:
      case Fault::chatty:
        return "keep standard output for replies; write the rest to standard error";
      case Fault::wrong_id: return "repeat the id of the request in its reply";
      case Fault::endless_line: return "end a line after 16 MiB at most";
      case Fault::cannot_start: break;
    }
    return "give the program and its arguments as in a shell";
  }

  void wrong_hello(const std::string& what, const std::string& todo) { found("hello", what, todo); }

  void ask_hello(Adapter& adapter) {
    out_.hello = adapter.request({{"op", "hello"}, {"protocol", 1}});
    const json& hello = out_.hello;
    if (outcome_of(hello) != "accept" || hello.value("protocol", json()) != 1) {
      wrong_hello("does not accept protocol 1",
                  "answer {\"outcome\":\"accept\",\"protocol\":1,...}");
    }
    for (const char* member : {"implementation", "version"}) {
      if (!hello.contains(member) || !hello[member].is_string()) {
        wrong_hello(std::string("has no ") + member, "say it as a text, for reports");
      }
    }
    if (!hello.contains("peer") || !hello["peer"].is_boolean()) {
      wrong_hello("does not say whether it answers peer.*", "add \"peer\":true or \"peer\":false");
    }
    const json entropy = hello.value("entropy", json());
    if (entropy != "injected" && entropy != "own") {
      wrong_hello("does not say whose its randomness is",
                  "add \"entropy\":\"injected\" or \"entropy\":\"own\"");
    }
    for (const char* member : {"kinds", "features", "unsupported_config"}) read_list(member);
  }

  void read_list(const char* member) {
    const json list = out_.hello.value(member, json());
    if (!list.is_array() || !std::ranges::all_of(list, &json::is_string)) {
      out_.hello[member] = json::array();
      wrong_hello(std::string(member) + " is no list of texts", "an empty list is fine");
    }
  }

  bool claims(const std::string& kind) const {
    return std::ranges::any_of(out_.hello.at("kinds"),
                               [&](const json& each) { return each == kind; });
  }

  std::string invented_word() {
    std::string word;
    const std::uint64_t letters = draws_.between(4, 9);
    for (std::uint64_t i = 0; i < letters; ++i) {
      word += static_cast<char>('a' + static_cast<char>(draws_.below(26)));
    }
    return word;
  }

  // What does not exist is unsupported, however familiar it looks.
  void ask_invented(Adapter& adapter) {
    for (int i = 0; i < invented_each && !questions_.empty(); ++i) {
      const json& question = questions_[draws_.below(questions_.size())];
      const std::string known = question["kind"];
      const std::string word = invented_word();
      for (const std::string& kind : {word, known.substr(0, known.find('.')) + "." + word}) {
        judge_invented(adapter, {{"op", "vector"}, {"kind", kind}, {"in", question["in"]}}, "kind",
                       kind);
      }
      for (const std::string& op : {word, "peer." + word}) {
        judge_invented(adapter, {{"op", op}, {"peer", "p"}, {"now", 0}}, "operation", op);
      }
    }
  }

  // One word of each sort is enough to say.
  void judge_invented(Adapter& adapter, const json& request, const std::string& sort,
                      const std::string& word) {
    const json reply = adapter.request(request);
    const std::string outcome = outcome_of(reply);
    if (outcome == "unsupported" || !invented_answered_.emplace(sort, outcome).second) return;
    const bool refuses = outcome == "error";
    found(refuses ? "guess" : "overclaim",
          "answers the " + sort + " " + word + ", which does not exist, with \"" + outcome + "\"",
          "answer what you do not know with {\"outcome\":\"unsupported\"}");
  }

  // What exists is answered if, and only if, hello claims it.
  void ask_known(Adapter& adapter) {
    for (const json& question : questions_) {
      const std::string kind = question["kind"];
      const json reply = adapter.request(question);
      const std::string outcome = outcome_of(reply);
      if (claims(kind) && outcome == "unsupported") {
        found("overclaim", "claims the kind " + kind + " and does not answer it",
              "take it out of the kinds of hello until it is there");
      } else if (!claims(kind) && outcome != "unsupported") {
        found("underclaim", "answers the kind " + kind + ", which hello does not claim",
              "add it to the kinds of hello, or answer \"unsupported\"");
      }
      if (claims(kind)) ask_oddly(adapter, question, reply);
    }
  }

  void ask_oddly(Adapter& adapter, json question, const json& reply) {
    const std::string kind = question["kind"];
    question[invented_word()] = 1;
    if (adapter.request(question) != reply) {
      found("guess", "answers " + kind + " otherwise when the request has one more member",
            "ignore members that you do not know");
    }
    const json empty = adapter.request({{"op", "vector"}, {"kind", kind}, {"in", json::object()}});
    if (outcome_of(empty) == "accept") {
      found("guess", "accepts " + kind + " with nothing in it",
            "answer {\"outcome\":\"error\",\"message\":...} where members are missing");
    }
  }

  using Answers = std::vector<json>;
  Answers ask_all(Adapter& adapter) {
    const json reply = adapter.request({{"op", "reset"}});
    if (outcome_of(reply) != "accept") {
      found("reset", "answers reset with \"" + outcome_of(reply) + "\"",
            "forget everything and answer {\"outcome\":\"accept\"}");
    }
    Answers answers;
    for (const json& question : questions_) answers.push_back(adapter.request(question));
    return answers;
  }

  // The same questions after a reset, and in a new life, have the same answers.
  void ask_again() {
    const auto once = start();
    const Answers first = ask_all(*once);
    const Answers second = ask_all(*once);
    const auto anew = start();
    const Answers third = ask_all(*anew);
    for (std::size_t i = 0; i < questions_.size(); ++i) {
      const std::string kind = questions_[i]["kind"];
      if (first[i] != third[i]) {
        found("nondeterministic", "answers the same question of kind " + kind + " in two ways",
              "use no clock, no randomness of your own, and no order of a hash table");
      } else if (first[i] != second[i]) {
        found("leak", "answers " + kind + " otherwise after a reset than at the beginning",
              "make reset forget everything");
      }
    }
  }

  const AdapterFactory& start_;
  sim::Draws draws_;
  std::vector<json> questions_;
  std::set<std::pair<std::string, std::string>> invented_answered_;  // sort of word, outcome
  Examination out_;
};

}  // namespace

bool Examination::overclaims() const {
  return std::ranges::find(findings, "overclaim", &Finding::name) != findings.end();
}

std::vector<Finding> probe_honesty(const AdapterFactory& start, const Suite& suite,
                                   std::uint64_t seed) {
  std::vector<Finding> findings = Examiner(start, suite, seed).probe().findings;
  std::erase_if(findings, [](const Finding& each) { return each.name != "overclaim"; });
  return findings;
}

Examination examine(const AdapterFactory& start, const Suite& suite, std::uint64_t seed) {
  return Examiner(start, suite, seed).examine();
}

}  // namespace stt::conform

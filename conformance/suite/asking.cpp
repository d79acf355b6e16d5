#include <conformance/suite/asking.hpp>

#include <algorithm>
#include <atomic>
#include <future>

#include <conformance/suite/judge.hpp>
#include <conformance/suite/peers/judge.hpp>

namespace stt::conform {

using nlohmann::json;

bool Claims::covers(const std::string& kind) const {
  return kind.starts_with("peer.") ? peer : kinds.contains(kind);
}

Claims ask_claims(Adapter& adapter) {
  const json hello = adapter.request({{"op", "hello"}, {"protocol", 1}});
  try {
    return {.implementation = hello.at("implementation"),
            .version = hello.at("version"),
            .kinds = hello.at("kinds").get<std::set<std::string>>(),
            .peer = hello.value("peer", false)};
  } catch (const json::exception&) {
    throw AdapterError("its answer to hello is " + hello.dump());
  }
}

namespace {

constexpr std::size_t hangs_max = 3;

// The adapter of one job. After a request without a reply the next one goes to a new adapter: what
// a case breaks, it breaks for itself.
class Seat final : public Adapter {
 public:
  explicit Seat(const AdapterFactory& factory) : factory_(factory) {}

  json request(const json& message) override {
    if (!adapter_) start();
    try {
      return adapter_->request(message);
    } catch (const AdapterError&) {
      adapter_.reset();
      throw;
    }
  }

  // The adapter ends, and has nothing more to say. Throws AdapterError if it has.
  void finish() override {
    if (const auto adapter = std::move(adapter_)) adapter->finish();
  }

  const Claims& claims() {
    if (!adapter_) start();
    return claims_;
  }

 private:
  void start() {
    auto adapter = factory_();
    claims_ = ask_claims(*adapter);
    adapter_ = std::move(adapter);
  }

  const AdapterFactory& factory_;
  std::unique_ptr<Adapter> adapter_;
  Claims claims_;
};

Verdict verdict_of(AdapterError::Kind kind) {
  switch (kind) {
    case AdapterError::Kind::crash: return Verdict::crash;
    case AdapterError::Kind::hang: return Verdict::hang;
    case AdapterError::Kind::error: break;
  }
  return Verdict::adapter_error;
}

// Puts the question of one case, and judges the reply.
Answer ask(const Case& one, Adapter& adapter) {
  if (one.kind.starts_with("peer.")) return judge_peer_case(one, adapter);
  json reply = adapter.request({{"op", "vector"}, {"kind", one.kind}, {"in", one.in}});
  Verdict verdict = judge(one, reply);
  if (verdict == Verdict::unsupported) verdict = Verdict::overclaim;
  return {verdict, std::move(reply), {}};
}

Answer ask_safely(const Case& one, Seat& seat) {
  try {
    if (!seat.claims().covers(one.kind)) return {Verdict::unsupported, json(), {}};
    return ask(one, seat);
  } catch (const AdapterError& error) {
    return {verdict_of(error.kind()), json(), error.what()};
  }
}

// The jobs of one run: each takes the next case that nobody has taken, in the order of their ids.
class Jobs {
 public:
  Jobs(const std::vector<const Case*>& cases, const AdapterFactory& factory)
      : cases_(cases), factory_(factory), answers_(cases.size()) {}

  std::vector<Answer> run(const AskPlan& plan) {
    std::vector<std::future<void>> jobs;
    for (std::size_t i = 0; i < std::clamp<std::size_t>(plan.jobs, 1, cases_.size()); ++i) {
      jobs.push_back(std::async(std::launch::async, [&] { work(plan.repeat); }));
    }
    for (auto& job : jobs) job.wait();
    for (auto& job : jobs) job.get();
    give_up_after_hangs();
    return std::move(answers_);
  }

 private:
  void work(bool repeat) {
    Seat seat(factory_);
    std::vector<std::size_t> mine;
    while (hangs_ < hangs_max) {
      const std::size_t index = next_++;
      if (index >= cases_.size()) break;
      answers_[index] = ask_safely(*cases_[index], seat);
      // Once more, alone, with a new adapter: silence may have been the fault of an earlier case.
      Answer& answer = answers_[index];
      if (answer.verdict == Verdict::hang) answer = ask_safely(*cases_[index], seat);
      if (answer.verdict == Verdict::hang) ++hangs_;
      mine.push_back(index);
    }
    if (repeat) ask_again(mine, seat);
    try {
      seat.finish();
    } catch (const AdapterError& error) {
      if (mine.empty()) throw;
      answers_[mine.back()] = {Verdict::adapter_error, json(), error.what()};
    }
  }

  void ask_again(const std::vector<std::size_t>& mine, Seat& seat) {
    try {
      seat.request({{"op", "reset"}});
    } catch (const AdapterError&) {  // It is a new one now, which serves as well.
    }
    std::size_t hangs = 0;
    for (auto index = mine.rbegin(); index != mine.rend() && hangs < hangs_max; ++index) {
      Answer& first = answers_[*index];
      if (first.verdict == Verdict::hang) continue;
      const Answer second = ask_safely(*cases_[*index], seat);
      if (second.verdict == Verdict::hang) ++hangs;
      if (second.verdict == first.verdict && second.actual == first.actual) continue;
      first.verdict = Verdict::nondeterministic;
      first.note = "asked again, it answered " +
                   (second.actual.is_null() ? second.note : second.actual.dump());
    }
  }

  // Cases are taken in order, so everything before the third hang was asked, whatever the number of
  // jobs; what some of them were asked after it does not count.
  void give_up_after_hangs() {
    std::size_t hangs = 0;
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      if (hangs >= hangs_max) {
        answers_[i] = {Verdict::hang, json(), "not repeated: the adapter hung three times"};
      } else if (answers_[i].verdict == Verdict::hang) {
        ++hangs;
      }
    }
  }

  const std::vector<const Case*>& cases_;
  const AdapterFactory& factory_;
  std::vector<Answer> answers_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> hangs_ = 0;
};

}  // namespace

std::vector<Answer> ask_all(const std::vector<const Case*>& cases, const AskPlan& plan,
                            const AdapterFactory& factory) {
  if (cases.empty()) return {};
  return Jobs(cases, factory).run(plan);
}

}  // namespace stt::conform

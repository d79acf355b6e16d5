#include <conformance/suite/foreign/examine.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <conformance/suite/foreign/meddler.hpp>

namespace stt::conform {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::IsEmpty;

const Suite& shipped() {
  static const Suite suite = load_suite(STT_SOURCE_DIR "/vectors");
  return suite;
}

std::set<std::string> names_of(const Examination& examination) {
  std::set<std::string> names;
  for (const Finding& finding : examination.findings) names.insert(finding.name);
  return names;
}

Examination examine_broken(const std::string& how, std::chrono::milliseconds deadline = 30s) {
  return examine([&] { return make_process_adapter({STT_BROKEN_ADAPTER " " + how, deadline}); },
                 shipped(), 1);
}
std::set<std::string> found_at(const std::string& how, std::chrono::milliseconds deadline = 30s) {
  return names_of(examine_broken(how, deadline));
}

TEST(Examine, HonestAdaptersPass) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Examination reference = examine(make_reference_adapter, shipped(), seed);
    for (const Finding& each : reference.findings) ADD_FAILURE() << each.name << ": " << each.what;
  }
  EXPECT_THAT(found_at("well"), IsEmpty());
  const Examination library =
      examine([] { return make_library_adapter(STT_C_ADAPTER); }, shipped(), 1);
  EXPECT_THAT(names_of(library), IsEmpty());
}

TEST(Examine, WhoeverSaysYesToEverythingOverclaims) {
  for (const char* how : {"always_accept", "always_reject", "overclaim", "lie", "timer_now"}) {
    const Examination examination = examine_broken(how);
    EXPECT_TRUE(examination.overclaims()) << how;
    for (const Finding& each : examination.findings) EXPECT_FALSE(each.todo.empty()) << each.what;
  }
  EXPECT_FALSE(examine_broken("well").overclaims());
}

TEST(Examine, EachThingIsSaidOnce) {
  for (const char* how : {"overclaim", "always_accept", "silent_hello"}) {
    std::multiset<std::string> said;
    for (const Finding& each : examine_broken(how).findings) {
      EXPECT_EQ(said.count(each.what), 0U) << each.what;
      said.insert(each.what);
      for (const char* sort : {"answers the kind ", "answers the operation "}) {
        const bool is_invented = each.what.find("which does not exist") != std::string::npos;
        if (is_invented && each.what.starts_with(sort)) said.insert(sort);
      }
    }
    EXPECT_LE(said.count("answers the kind "), 1U) << how;
    EXPECT_LE(said.count("answers the operation "), 1U) << how;
  }
}

TEST(Examine, AProbeLooksForNothingElse) {
  const auto probe = [](const std::string& how) {
    return probe_honesty([&] { return make_process_adapter({STT_BROKEN_ADAPTER " " + how}); },
                         shipped(), 1);
  };
  EXPECT_FALSE(probe("overclaim").empty());
  EXPECT_FALSE(probe("always_accept").empty());
  for (const char* how : {"well", "crash:3", "nondeterministic", "chatty", "lie"}) {
    EXPECT_TRUE(probe(how).empty()) << how;
  }
}

TEST(Examine, EachFaultIsFound) {
  EXPECT_THAT(found_at("echo"), Contains("hello"));
  EXPECT_THAT(found_at("silent_hello"), Contains("hello"));
  EXPECT_THAT(found_at("leak"), Contains("leak"));
  EXPECT_THAT(found_at("nondeterministic"), Contains("nondeterministic"));
  EXPECT_THAT(found_at("timer_now"), Contains("livelock"));
  EXPECT_THAT(found_at("crash:5"), Contains("crash"));
  EXPECT_THAT(found_at("early_exit:5"), Contains("early-exit"));
  EXPECT_THAT(found_at("chatty"), Contains("chatty"));
  EXPECT_THAT(found_at("talkative"), Contains("not-json"));
  EXPECT_THAT(found_at("wrong_id:3"), Contains("wrong-id"));
  EXPECT_THAT(found_at("mute", 300ms), Contains("hang"));
  EXPECT_THAT(found_at("endless_line"), Contains("endless-line"));
}

TEST(Examine, KeepsWhatACrashedAdapterComplained) {
  EXPECT_TRUE(examine_broken("crash:5").complaints.starts_with("about to crash\n"));
}

TEST(Examine, WhatDoesNotStartIsNoFinding) {
  const AdapterFactory start = [] { return make_process_adapter({"/no/such/program"}); };
  EXPECT_THROW(examine(start, shipped(), 1), AdapterError);
}

std::set<std::string> found_if(Meddler::Meddle meddle) {
  return names_of(examine([&] { return std::make_unique<Meddler>(meddle); }, shipped(), 1));
}

TEST(Examine, PeersAreAskedToo) {
  using nlohmann::json;
  EXPECT_THAT(found_if([](const json& request, json& reply) {
                if (request["op"] == "hello") reply["peer"] = false;
              }),
              Contains("underclaim"));
  EXPECT_THAT(found_if([](const json& request, json& reply) {
                if (request["op"] == "peer.new") reply["timer"] = 5;
              }),
              Contains("peer"));
  int made = 0;
  EXPECT_THAT(found_if([&](const json& request, json& reply) {
                if (request["op"] == "peer.new") reply["made"] = ++made;
              }),
              Contains("nondeterministic"));
  EXPECT_THAT(found_if([&](const json& request, json& reply) {
                if (request.contains("config") && request["config"].contains("dance")) {
                  reply = {{"outcome", "accept"}, {"effects", json::array()}, {"timer", nullptr}};
                }
              }),
              Contains("overclaim"));
}

// Says that it has forgotten everything, and has not.
class NeverForgets final : public Adapter {
 public:
  nlohmann::json request(const nlohmann::json& message) override {
    if (message.at("op") == "reset") return {{"outcome", "accept"}};
    return reference_->request(message);
  }

 private:
  std::unique_ptr<Adapter> reference_ = make_reference_adapter();
};

TEST(Examine, APeerThatSurvivesAResetIsALeak) {
  const Examination examination =
      examine([] { return std::make_unique<NeverForgets>(); }, shipped(), 1);
  EXPECT_THAT(names_of(examination), Contains("leak"));
}

}  // namespace
}  // namespace stt::conform

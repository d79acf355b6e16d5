// All that a run can write, of real runs.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include <simulator/recording/capture.hpp>
#include <simulator/recording/key_log.hpp>
#include <simulator/recording/ladder.hpp>
#include <simulator/recording/qlog.hpp>
#include <simulator/recording/recorder.hpp>
#include <simulator/scenario/recipe.hpp>
#include <simulator/scenario/swarm.hpp>
#include <simulator/world.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace stt::sim {
namespace {

using Json = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

struct Written {
  std::string capture;
  std::string keys;
  std::string qlog;
  std::string ladder;
  Outcome outcome;
};

Written record(const Scenario& scenario) {
  std::ostringstream capture_out, keys_out, qlog_out, ladder_out;
  Capture capture(capture_out, "a test", true);
  KeyLog keys(keys_out, "a test");
  Qlog qlog(qlog_out, "a test");
  Ladder ladder(ladder_out, "a test");
  Recorder recorder(scenario.seed);
  for (RunWriter* each : std::initializer_list<RunWriter*>{&capture, &keys, &qlog, &ladder}) {
    recorder.add(*each);
  }
  RunOptions options;
  options.onlooker = &recorder;
  Outcome outcome = run(scenario, options);
  recorder.end();
  return {capture_out.str(), keys_out.str(), qlog_out.str(), ladder_out.str(), std::move(outcome)};
}

Scenario shipped(std::string_view name) {
  return recipe_of_shipped(name)->scenario;
}

// The JSON texts of a sequence.
std::vector<Json> parse_sequence(const std::string& text) {
  std::vector<Json> records;
  std::size_t at = 0;
  while (at < text.size()) {
    EXPECT_EQ(text[at], '\x1E');
    const std::size_t end = std::min(text.find('\x1E', at + 1), text.size());
    EXPECT_EQ(text[end - 1], '\n');
    records.push_back(Json::parse(text.substr(at + 1, end - at - 1)));
    at = end;
  }
  return records;
}

// Small ones, in which much happens.
const std::vector<std::string> eventful{"handshake-corruption", "nat-timeout", "datagrams",
                                        "wrong-seed"};

TEST(Recording, NeverChangesWhatHappens) {
  for (const std::string& name : eventful) {
    const Scenario scenario = shipped(name);
    const Written written = record(scenario);
    EXPECT_EQ(written.outcome.trace, run(scenario).trace) << name;
    EXPECT_TRUE(written.outcome.as_expected()) << name;
  }
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Scenario scenario = draw_scenario(seed);
    EXPECT_EQ(record(scenario).outcome.trace, run(scenario).trace) << seed;
  }
}

TEST(Recording, GivesTheSameBytesEachTime) {
  const Scenario scenario = shipped("handshake-corruption");
  const Written one = record(scenario);
  const Written two = record(scenario);
  EXPECT_EQ(one.capture, two.capture);
  EXPECT_EQ(one.keys, two.keys);
  EXPECT_EQ(one.qlog, two.qlog);
  EXPECT_EQ(one.ladder, two.ladder);
}

TEST(Recording, FollowsHostsThroughTheirLives) {
  Scenario scenario = shipped("crash-and-restart");
  scenario.conversations[0].streams = 1;
  scenario.conversations[0].bytes_min = scenario.conversations[0].bytes_max = 5'000;
  // The initiator: without its new randomness nobody can open its next session.
  scenario.hosts[0].outages = std::exchange(scenario.hosts[1].outages, {});
  for (Outage& outage : scenario.hosts[0].outages) outage.at = 90ms;
  const Written written = record(scenario);
  EXPECT_EQ(written.outcome.counters.count(Kind::restarted), 1U);
  EXPECT_EQ(written.qlog.find("\"sealed\""), std::string::npos) << "a frame that nobody opened";
  EXPECT_NE(written.qlog.find("\"trigger\":\"crashed\""), std::string::npos);
  EXPECT_NE(written.ladder.find(" crashed"), std::string::npos) << written.ladder;
}

TEST(Qlog, KeepsToItsSchemaAndTellsOfEverything) {
  std::ifstream in(STT_SOURCE_DIR "/simulator/recording/qlog_schema.json");
  ASSERT_TRUE(in);
  const Json document = Json::parse(in);
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(document), schema);
  std::map<std::string, int> counts;
  for (const std::string& name : eventful) {
    const Written written = record(shipped(name));
    double last = 0;
    std::uint64_t sent = 0;
    for (const Json& each : parse_sequence(written.qlog)) {
      const std::string event = each.value("name", "header");
      sent += event == "stt:datagram_sent" ? 1 : 0;
      // Validation is slow, and what comes a thousand times is the same.
      if (++counts[event] <= 40) {
        EXPECT_TRUE(valijson::Validator().validate(schema, Adapter(each), nullptr)) << each.dump();
      }
      if (!each.contains("time")) continue;
      EXPECT_GE(each["time"].get<double>(), last);
      last = each["time"];
    }
    EXPECT_EQ(sent, written.outcome.counters.count(Kind::sent)) << name;
  }
  for (const char* name :
       {"header", "stt:datagram_sent", "stt:datagram_received", "stt:input_dropped",
        "stt:session_state_updated", "stt:stream_state_updated", "stt:metrics_updated",
        "stt:frames_lost", "sim:packet_dropped", "sim:packet_added", "sim:packet_changed",
        "sim:world_changed"}) {
    EXPECT_GT(counts[name], 0) << name;
  }
}

// The schema is no sieve.
TEST(Qlog, HasASchemaThatRefuses) {
  std::ifstream in(STT_SOURCE_DIR "/simulator/recording/qlog_schema.json");
  const Json document = Json::parse(in);
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(document), schema);
  const Json good{{"time", 1.5},
                  {"name", "sim:packet_dropped"},
                  {"data", {{"where", "a > b"}, {"packet", 3}, {"trigger", "lost"}}}};
  const auto takes = [&](const Json& json) {
    return valijson::Validator().validate(schema, Adapter(json), nullptr);
  };
  EXPECT_TRUE(takes(good));
  for (const char* pointer : {"/time", "/name", "/data", "/data/where", "/data/packet"}) {
    Json bad = good;
    bad[Json::json_pointer(pointer)] = Json::array();
    EXPECT_FALSE(takes(bad)) << pointer;
  }
  Json bad = good;
  bad["data"]["surprise"] = 1;
  EXPECT_FALSE(takes(bad));
}

TEST(Ladder, NamesTheHandshakeInItsOrderAndCrossesWhatIsLost) {
  const std::string ladder = record(shipped("handshake-loss")).ladder;
  std::size_t at = 0;
  for (const char* step : {"sequenceDiagram", "HELLO", "RESPONSE", "AUTH_PROOF", "is active",
                           "FINAL", "is active", "CLOSE", "session is closed"}) {
    at = ladder.find(step, at);
    ASSERT_NE(at, std::string::npos) << step << " in\n" << ladder;
    ++at;
  }
  EXPECT_NE(ladder.find("h0-xh1: "), std::string::npos) << ladder;
}

TEST(Ladder, IsBounded) {
  const std::string ladder = record(shipped("mesh")).ladder;
  const auto lines = static_cast<std::size_t>(std::ranges::count(ladder, '\n'));
  EXPECT_GT(lines, Ladder::lines_max);
  EXPECT_LT(lines, Ladder::lines_max + 20);
  EXPECT_NE(ladder.find("cut here"), std::string::npos);
}

}  // namespace
}  // namespace stt::sim

#include <simulator/inspect/explain.hpp>

#include <algorithm>
#include <array>
#include <vector>

#include <nlohmann/json.hpp>
#include <simulator/scenario/units.hpp>

namespace stt::sim {
namespace {

using Json = nlohmann::ordered_json;

// What a field means; # stands for its value. Without one, a field that is false says nothing.
struct Phrase {
  std::string_view field;
  std::string_view text;
};

constexpr std::array link_phrases{
    Phrase{"rate", "carries # (of UDP payload)"},
    Phrase{"rate_trace", "carries what the trace # recorded"},
    Phrase{"delay", "takes # to arrive"},
    Phrase{"jitter", "makes packets up to # later, unevenly"},
    Phrase{"jitter_kind", "has jitter of the kind #"},
    Phrase{"jitter_correlation", "lets jitter lean on the packet before by #"},
    Phrase{"jitter_trace", "has the jitter that the trace # recorded"},
    Phrase{"jitter_reorders", "lets late packets be overtaken"},
    Phrase{"queue", "has a queue of the kind #"},
    Phrase{"limit", "queues up to # bytes"},
    Phrase{"limit_packets", "queues up to # packets"},
    Phrase{"codel_target", "drops when packets wait longer than #"},
    Phrase{"codel_interval", "looks at the queue over #"},
    Phrase{"mtu", "swallows packets of more than # bytes"},
    Phrase{"loss", "loses # of the packets"},
    Phrase{"gilbert_enter", "turns bad before # of the packets"},
    Phrase{"gilbert_leave", "turns good again before # of the packets"},
    Phrase{"gilbert_loss_good", "loses # while good"},
    Phrase{"gilbert_loss_bad", "loses # while bad"},
    Phrase{"burst", "begins to lose a burst at # of the packets"},
    Phrase{"burst_packets", "loses up to # packets in a burst"},
    Phrase{"drop_packets", "loses the packets number #"},
    Phrase{"drop_nth", "loses by type #"},
    Phrase{"duplicate", "delivers # of them twice"},
    Phrase{"reorder", "holds # of them back, so that later ones overtake them"},
    Phrase{"reorder_hold", "holds them for up to #"},
    Phrase{"corrupt", "flips a bit in # of them"},
    Phrase{"truncate", "cuts # of them short"},
    Phrase{"blocked", "carries nothing at all"},
    Phrase{"tamper", "has somebody on it who changes # of the packets"},
    Phrase{"hold", "has somebody on it who keeps # of the packets back"},
    Phrase{"hold_for", "has them kept for #"},
    Phrase{"reflect", "has somebody on it who sends # of the packets back"},
    Phrase{"swallow", "has somebody on it who takes away packets with #"},
};
constexpr std::array host_phrases{
    Phrase{"count", "stands for # hosts, numbered from 1"},
    Phrase{"shared_seed", "holds the shared seed \"#\""},
    Phrase{"node", "is set to #"},
    Phrase{"rebinds", "is given another address by its NAT: #"},
    Phrase{"nat", "is behind a NAT with #"},
    Phrase{"outages", "does nothing for a while: #"},
    Phrase{"clock", "has a clock of its own: #"},
};
constexpr std::array talk_phrases{
    Phrase{"at", "begins at #"},
    Phrase{"streams", "opens # streams"},
    Phrase{"messages", "sends # messages on each"},
    Phrase{"bytes", "sends messages of # bytes"},
    Phrase{"every", "sends one every #"},
    Phrase{"bitrate", "sends # on average"},
    Phrase{"custom_type", "uses frames of the custom type #"},
    Phrase{"datagrams", "sends them as datagrams, which may be lost"},
    Phrase{"echo", "gets each message back"},
    Phrase{"read", "is read in #"},
    Phrase{"read_rate", "is read at # bytes a second"},
    Phrase{"file", "moves the file of the run"},
    Phrase{"retry", "begins again where a session died"},
};

// "56.484ms" says more to people than "56484307ns".
std::string plain_text(const std::string& text) {
  const auto time = parse_duration(text);
  if (!time || *time < 1ms || *time % 1ms == 0ns) return text;
  const bool is_long = *time >= 1s;
  const auto thousandths = *time / (is_long ? Duration(1ms) : Duration(1us));
  return std::to_string(thousandths / 1'000) + "." +
         std::to_string(1'000 + thousandths % 1'000).substr(1) + (is_long ? "s" : "ms");
}

std::string words(const Json& value) {
  if (value.is_string()) return plain_text(value.get<std::string>());
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [key, each] : value.items()) {
    if (!text.empty())
      text += value.is_array() && value.size() == 2 && each.is_number() ? " to " : ", ";
    if (value.is_object()) text += key + " ";
    text += words(each);
  }
  return text;
}

// What says how a fault is, and nothing where that fault is not.
struct Detail {
  std::string_view field;
  std::string_view of;
};
constexpr std::array details{
    Detail{"jitter_kind", "jitter"},
    Detail{"jitter_correlation", "jitter"},
    Detail{"jitter_reorders", "jitter"},
    Detail{"gilbert_leave", "gilbert_enter"},
    Detail{"gilbert_loss_good", "gilbert_enter"},
    Detail{"gilbert_loss_bad", "gilbert_enter"},
    Detail{"burst_packets", "burst"},
    Detail{"reorder_hold", "reorder"},
    Detail{"hold_for", "hold"},
};

bool says_nothing(const Json& object, const std::string& field) {
  return std::ranges::any_of(details, [&](const Detail& each) {
    return each.field == field && !object.contains(each.of);
  });
}

bool is_nothing(const Json& value) {
  return value == Json(false) || value == Json("0%") || value == Json("0ns") ||
         value == Json("0ms") || (value.is_array() && value.empty());
}

template <std::size_t N>
std::string phrase(const std::string& field, const Json& value, const std::array<Phrase, N>& all) {
  for (const Phrase& each : all) {
    if (each.field != field) continue;
    std::string text(each.text);
    const std::size_t place = text.find('#');
    return place == std::string::npos ? text : text.replace(place, 1, words(value));
  }
  return field + " is " + words(value);
}

// Each field but `skipped` as a clause, in a list.
template <std::size_t N>
std::string clauses(const Json& object, const std::array<Phrase, N>& all,
                    const std::vector<std::string>& skipped = {}) {
  std::string text;
  std::string ended;
  for (const auto& [field, value] : object.items()) {
    if (std::ranges::find(skipped, field) != skipped.end() || says_nothing(object, field)) continue;
    if (is_nothing(value)) {
      ended += (ended.empty() ? "no " : ", ") + field;
    } else {
      text += (text.empty() ? "" : "; ") + phrase(field, value, all);
    }
  }
  return text + (text.empty() || ended.empty() ? "" : "; ") + ended;
}

std::string hosts_text(const Json& scenario) {
  std::string text = "Hosts\n";
  for (const Json& host : scenario["hosts"]) {
    const std::string more = clauses(host, host_phrases, {"name"});
    text += "  " + words(host["name"]) + (more.empty() ? "" : ": " + more) + "\n";
  }
  for (const Json& router : scenario.value("routers", Json::array())) {
    text += "  " + words(router) + ": a router\n";
  }
  return text;
}

std::string link_text(const Json& link) {
  const std::string a = words(link["between"][0]);
  const std::string b = words(link["between"][1]);
  const auto ways = [&](const std::string& which) {
    if (which == "both") return a + " and " + b;
    return which == "forward" ? a + " to " + b : b + " to " + a;
  };
  std::string text;
  for (const char* which : {"both", "forward", "back"}) {
    if (link.contains(which)) {
      text += "  " + ways(which) + ": " + clauses(link[which], link_phrases) + "\n";
    }
  }
  if (text.empty()) text = "  " + ways("both") + ": a perfect link\n";
  for (const Json& step : link.value("changes", Json::array())) {
    text += "    at " + words(step["at"]) + ", " + ways(step.value("direction", "both")) + ": " +
            clauses(step["set"], link_phrases) + "\n";
  }
  return text;
}

std::string talks_text(const Json& scenario) {
  std::string text = "Conversations\n";
  for (const Json& talk : scenario["conversations"]) {
    const std::string more = clauses(talk, talk_phrases, {"from", "to"});
    text += "  " + words(talk["from"]) + " connects to " + words(talk["to"]) +
            (more.empty() ? "" : ": " + more) + "\n";
  }
  return text;
}

std::string expectation_text(const Json& expect) {
  std::string text = "Expected\n  every conversation ";
  text += expect["outcome"] == "fails" ? "fails with " + words(expect["with"]) : "completes";
  if (expect.contains("within")) {
    text += ", within " + words(expect["within"]) + " of the last thing that the scenario does";
  }
  text += "\n";
  if (expect.contains("occurs")) {
    text += "  at least: " + words(expect["occurs"]) + "\n";
  }
  if (expect.contains("rotations")) {
    text += "  keys rotate at least " + words(expect["rotations"]) + " times\n";
  }
  return text;
}

}  // namespace

std::string explain(std::string_view scenario) {
  const Json json = Json::parse(scenario);
  std::string text = words(json["name"]) + ": " + words(json["purpose"]) + "\n";
  text += "Seed " + words(json.value("seed", Json(1))) + "; everything random follows from it.";
  if (json.value("shuffle_ties", false)) text += " Simultaneous events come in any order.";
  text += "\n" + hosts_text(json) + "Links\n";
  for (const Json& link : json["links"]) text += link_text(link);
  text += talks_text(json);
  if (json.contains("attacks")) {
    text += "Attacks\n";
    for (const Json& attack : json["attacks"]) text += "  " + words(attack) + "\n";
  }
  return text + expectation_text(json["expect"]);
}

}  // namespace stt::sim

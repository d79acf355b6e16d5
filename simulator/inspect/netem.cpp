#include <simulator/inspect/netem.hpp>

#include <algorithm>

#include <simulator/scenario/units.hpp>

namespace stt::sim {
namespace {

constexpr std::uint64_t header_bytes = 28;  // IPv4 and UDP, which a link here does not count
constexpr std::uint64_t packet_bytes = 1'500;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string place_name(const Scenario& scenario, PlaceIndex place) {
  const std::size_t hosts = scenario.hosts.size();
  return place < hosts ? scenario.hosts[place].name : scenario.routers[place - hosts];
}

std::string device(const std::string& from, const std::string& to) {
  std::string name = "DEV_" + from + "_" + to;
  std::ranges::replace_if(name, [](char c) { return !is_alphanumeric(c); }, '_');
  return name;
}

// tc knows no minutes.
std::string time_text(Duration time) {
  return std::to_string(time / 1us) + "us";
}

// Our jitter is added; netem's goes both ways around the delay.
std::string delay_options(const LinkConditions& link) {
  const bool is_normal = link.jitter_kind == JitterKind::normal;
  Duration delay = link.delay + (is_normal ? link.jitter : link.jitter / 2);
  // netem reorders by letting packets jump the delay.
  if (link.reorder > 0) delay = std::max<Duration>(delay, 1ms);
  if (delay == Duration{}) return "";
  std::string options = " delay " + time_text(delay);
  if (link.jitter == Duration{}) return options;
  options += " " + time_text(is_normal ? link.jitter / 3 : link.jitter / 2);
  if (link.jitter_kind == JitterKind::correlated) {
    options += " " + share_text(link.jitter_correlation);
  }
  return options + (is_normal ? " distribution normal" : "");
}

std::string loss_options(const LinkConditions& link) {
  if (link.blocked) return " loss 100%";
  if (link.gilbert_enter > 0) {
    return " loss gemodel " + share_text(link.gilbert_enter) + " " +
           share_text(link.gilbert_leave) + " " + share_text(link.gilbert_loss_bad) + " " +
           share_text(link.gilbert_loss_good);
  }
  return link.loss > 0 ? " loss " + share_text(link.loss) : "";
}

std::string netem_options(const LinkConditions& link) {
  const std::uint64_t packets = link.limit_packets > 0
                                    ? link.limit_packets
                                    : std::max<std::uint64_t>(link.limit_bytes / packet_bytes, 1);
  std::string options =
      " limit " + std::to_string(packets) + delay_options(link) + loss_options(link);
  const auto share = [&](const char* word, Ppm value) {
    if (value > 0) options += std::string(" ") + word + " " + share_text(value);
  };
  share("duplicate", link.duplicate);
  share("corrupt", link.corrupt);
  share("reorder", link.reorder);
  if (link.rate_bits_per_second > 0) {
    options += " rate " + std::to_string(link.rate_bits_per_second) + "bit";
  }
  return options;
}

// What netem has no word for.
std::string notes(const LinkConditions& link) {
  std::string text;
  const auto note = [&](bool applies, const std::string& what) {
    if (applies) text += "# " + what + "\n";
  };
  note(link.truncate > 0,
       "left out: " + share_text(link.truncate) + " of the packets are cut short");
  note(link.jitter > Duration{} && !link.jitter_reorders,
       "netem's jitter lets packets overtake each other; here they keep their order");
  note(link.jitter_kind == JitterKind::trace, "left out: jitter from a trace");
  note(link.rate_trace != nullptr, "left out: a rate from a trace; mm-link of mahimahi plays it");
  note(link.queue == QueueKind::codel, "left out: CoDel; tc qdisc codel on a device of its own");
  note(link.gilbert_enter > 0 && link.loss > 0, "left out: independent loss beside two states");
  note(link.burst > 0 || !link.drop_packets.empty() || !link.drop_nth.empty(),
       "left out: losses in bursts, by number or by type");
  note(link.tamper > 0 || link.hold > 0 || link.reflect > 0 || !link.swallow.empty(),
       "left out: somebody on the path");
  return text;
}

std::string commands(const std::string& variable, const char* verb, const LinkConditions& link) {
  std::string text = notes(link);
  const std::string interface = " dev \"$" + variable + "\"";
  if (link.mtu_bytes < packet_bytes - header_bytes) {
    text +=
        "ip link set" + interface + " mtu " + std::to_string(link.mtu_bytes + header_bytes) + "\n";
  }
  return text + "tc qdisc " + verb + interface + " root netem" + netem_options(link) + "\n";
}

struct Ends {
  std::string from;
  std::string to;
};

std::string direction(const Ends& ends, const LinkPlan& plan) {
  const std::string variable = device(ends.from, ends.to);
  LinkConditions conditions = plan.initial;
  std::string text = "\n# " + ends.from + " to " + ends.to + "\n";
  text += commands(variable, "add", conditions);
  if (plan.changes.empty()) return text;
  text += "(\n";
  Duration now{};
  for (const LinkChange& change : plan.changes) {
    if (change.at > now) {
      const auto ms = (change.at - now) / 1ms;
      const std::string decimals = std::to_string(1'000 + ms % 1'000).substr(1);
      text += "sleep " + std::to_string(ms / 1'000) + "." + decimals + "\n";
    }
    now = std::max(now, change.at);
    change.apply(conditions);
    text += commands(variable, "change", conditions);
  }
  return text + ") &\n";
}

}  // namespace

std::string netem_script(const Scenario& scenario) {
  std::string text =
      "#!/bin/sh\n# " + scenario.name + ": " + scenario.purpose +
      "\n# Each variable names the interface that those packets leave by.\nset -eu\n";
  for (const LinkBetween& link : scenario.links) {
    const std::string a = place_name(scenario, link.a);
    const std::string b = place_name(scenario, link.b);
    text += direction({a, b}, link.forward) + direction({b, a}, link.back);
  }
  return text + "wait\n";
}

}  // namespace stt::sim

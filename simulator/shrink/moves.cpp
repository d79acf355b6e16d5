#include <simulator/shrink/moves.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <simulator/scenario/units.hpp>

namespace stt::sim {
namespace {

using Json = ScenarioJson;
using Pointer = Json::json_pointer;

// The search is over; caught in try_all_moves().
struct Over {};

class Moves {
 public:
  Moves(const Json& current, const Try& attempt) : current_(current), attempt_(attempt) {}

  void all();

 private:
  bool keep(const Json& candidate, Gain gain);
  void drop_hosts();
  void bypass_routers();
  void drop_list_elements();
  void drop_some(const Pointer& list);
  void drop_fields();
  void lower_numbers();
  void lower(const Pointer& place);
  void draw_again();
  // Every place below the root that `wanted` takes, deepest last.
  std::vector<Pointer> places(const std::function<bool(const Json&)>& wanted) const;

  const Json& current_;
  const Try& attempt_;
};

// What is there to be read, or to say what a failure is.
bool is_fixed(const Pointer& place) {
  const std::string text = place.to_string();
  return text == "/name" || text == "/purpose" || text == "/seed" || text == "/$schema" ||
         text.starts_with("/expect/");
}

// The list of that name, or an empty one.
Json list_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : Json::array();
}

bool mentions(const Json& value, const std::string& name) {
  if (value.is_string()) return value.get<std::string>() == name;
  return value.is_structured() &&
         std::ranges::any_of(value, [&](const Json& each) { return mentions(each, name); });
}

// Without the place of that name, and without all that speaks of it.
Json without(const Json& scenario, const std::string& name) {
  Json left = scenario;
  for (auto& [key, list] : left.items()) {
    if (!list.is_array()) continue;
    Json kept = Json::array();
    for (const Json& each : list) {
      if (!mentions(each, name)) kept.push_back(each);
    }
    list = std::move(kept);
  }
  return left;
}

bool Moves::keep(const Json& candidate, Gain gain) {
  if (candidate == current_) return false;
  const Attempt result = attempt_(candidate, gain);
  if (!result.go_on) throw Over{};
  return result.kept;
}

std::vector<Pointer> Moves::places(const std::function<bool(const Json&)>& wanted) const {
  std::vector<Pointer> found;
  std::vector<Pointer> open{Pointer{}};
  for (std::size_t i = 0; i < open.size(); ++i) {
    const Pointer at = open[i];
    const Json& value = current_[at];
    if (!at.empty() && !is_fixed(at) && wanted(value)) found.push_back(at);
    if (value.is_object()) {
      for (const auto& [key, _] : value.items()) open.push_back(at / key);
    } else if (value.is_array()) {
      for (std::size_t element = 0; element < value.size(); ++element) open.push_back(at / element);
    }
  }
  return found;
}

// Half of the hosts, then a quarter, ... then one by one. The last come first: swarms and groups
// list the ones that matter least last.
void Moves::drop_hosts() {
  for (std::size_t share = 2;; share *= 2) {
    const std::size_t count = list_of(current_, "hosts").size();
    const std::size_t chunk = std::max<std::size_t>(count / share, 1);
    for (std::size_t end = count; end > 0; end -= std::min(end, chunk)) {
      Json candidate = current_;
      for (std::size_t i = end - std::min(end, chunk); i < end; ++i) {
        const Json hosts = list_of(current_, "hosts");
        if (i < hosts.size()) candidate = without(candidate, hosts[i].value("name", ""));
      }
      keep(candidate, Gain::structure);
    }
    if (chunk == 1) return;
  }
}

// A router with two links becomes one link, with the conditions of either.
void Moves::bypass_routers() {
  const Json routers = list_of(current_, "routers");
  for (const Json& router : routers) {
    const auto name = router.get<std::string>();
    std::vector<Json> links;
    for (const Json& link : list_of(current_, "links")) {
      const Json ends = list_of(link, "between");
      if (ends.size() == 2 && mentions(ends, name)) links.push_back(link);
    }
    if (links.size() != 2) continue;
    const auto far_end = [&](const Json& link) {
      return link["between"][0] == router ? link["between"][1] : link["between"][0];
    };
    for (const Json& model : links) {
      const Json& other = model == links[0] ? links[1] : links[0];
      Json direct = model;
      for (Json& end : direct["between"]) {
        if (end == router) end = far_end(other);
      }
      Json candidate = without(current_, name);
      candidate["links"].push_back(direct);
      if (keep(candidate, Gain::structure)) break;
    }
  }
}

void Moves::drop_list_elements() {
  // A list may vanish with what it stood in; so they are looked for again after each.
  const auto is_list = [](const Json& value) { return value.is_array() && !value.empty(); };
  for (std::size_t i = 0;; ++i) {
    const std::vector<Pointer> lists = places(is_list);
    if (i >= lists.size()) return;
    drop_some(lists[i]);
  }
}

// Like drop_hosts(), for any list: ddmin.
void Moves::drop_some(const Pointer& list) {
  for (std::size_t share = 1;; share *= 2) {
    const std::size_t count = current_[list].size();
    if (count == 0) return;
    const std::size_t chunk = std::max<std::size_t>(count / share, 1);
    for (std::size_t end = count; end > 0; end -= std::min(end, chunk)) {
      const std::size_t begin = end - std::min(end, chunk);
      Json candidate = current_;
      Json& left = candidate[list];
      if (left.size() < end) continue;
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(begin),
                 left.begin() + static_cast<std::ptrdiff_t>(end));
      keep(candidate, Gain::structure);
    }
    if (chunk == 1) return;
  }
}

// Whole objects before what stands in them.
void Moves::drop_fields() {
  const std::vector<Pointer> fields = places([](const Json&) { return true; });
  for (const Pointer& field : fields) {
    const Pointer parent = field.parent_pointer();
    if (!current_.contains(field) || !current_[parent].is_object()) continue;
    Json candidate = current_;
    candidate[parent].erase(field.back());
    keep(candidate, Gain::structure);
  }
}

// A quantity of a scenario file, to be halved.
struct Amount {
  std::uint64_t value = 0;
  std::function<Json(std::uint64_t)> write;
};

std::optional<Amount> amount_of(const Json& value) {
  if (value.is_number_unsigned()) {
    return Amount{value.get<std::uint64_t>(), [](std::uint64_t to) { return Json(to); }};
  }
  if (!value.is_string()) return std::nullopt;
  const auto text = value.get<std::string>();
  if (const auto share = parse_share(text)) {
    return Amount{*share, [](std::uint64_t to) { return Json(share_text(static_cast<Ppm>(to))); }};
  }
  if (const auto time = parse_duration(text)) {
    // In whole milliseconds, or in whole units where it is shorter: for people.
    const Duration unit = *time >= 2ms ? Duration(1ms) : Duration(1us);
    return Amount{static_cast<std::uint64_t>(*time / unit), [unit](std::uint64_t to) {
                    return Json(duration_text(unit * static_cast<Duration::rep>(to)));
                  }};
  }
  return std::nullopt;
}

// Not what nodes are set to: a shorter deadline is no smaller world, but another one.
void Moves::lower_numbers() {
  const auto numbers = places([](const Json& value) { return amount_of(value).has_value(); });
  for (const Pointer& number : numbers) {
    const bool is_setting = number.to_string().find("/node/") != std::string::npos;
    if (!is_setting && current_.contains(number)) lower(number);
  }
}

// Nothing, one, or as little as bisection finds.
void Moves::lower(const Pointer& place) {
  const auto amount = amount_of(current_[place]);
  const auto try_value = [&](std::uint64_t value) {
    Json candidate = current_;
    candidate[place] = amount->write(value);
    return keep(candidate, Gain::amount);
  };
  if (amount->value == 0 || try_value(0)) return;
  if (amount->value == 1 || try_value(1)) return;
  constexpr int steps = 6;  // to within some percent
  std::uint64_t fails_not = 1;
  std::uint64_t fails = amount->value;
  for (int i = 0; i < steps && fails - fails_not > 1; ++i) {
    const std::uint64_t middle = fails_not + (fails - fails_not) / 2;
    (try_value(middle) ? fails : fails_not) = middle;
  }
}

// The same scenario under other seeds: one of them may need fewer faults.
void Moves::draw_again() {
  constexpr std::uint64_t seeds = 12;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Json candidate = current_;
    candidate["seed"] = seed;
    keep(candidate, Gain::luck);
  }
}

void Moves::all() {
  drop_hosts();
  bypass_routers();
  drop_list_elements();
  drop_fields();
  lower_numbers();
  draw_again();
}

}  // namespace

void try_all_moves(const ScenarioJson& current, const Try& attempt) {
  try {
    Moves(current, attempt).all();
  } catch (const Over&) {
  }
}

}  // namespace stt::sim

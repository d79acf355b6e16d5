#include <simulator/scenario/conditions_json.hpp>

#include <algorithm>

#include <simulator/scenario/scenario_words.hpp>

namespace stt::sim::json {
namespace {

wire::FrameType parse_frame_type(const Value& value) {
  wire::FrameType type{};
  read_choice(value, type, frame_types);
  return type;
}

// One overload for each type of the table; the compiler says when one is missing.
struct FieldReader {
  const Value& value;
  const LinkField& field;
  const Traces& traces;
  LinkChange& change;

  void operator()(std::uint64_t LinkConditions::* member) const {
    std::uint64_t number = 0;
    if (member == &LinkConditions::rate_bits_per_second) {
      read_rate(value, number);
    } else {
      number = number_of(value, field.least, field.most);
    }
    change.set(member, number);
  }
  void operator()(Duration LinkConditions::* member) const {
    Duration time{};
    read(value, time);
    change.set(member, time);
  }
  void operator()(Ppm LinkConditions::* member) const {
    Ppm share = 0;
    read_share(value, share);
    change.set(member, share);
  }
  void operator()(bool LinkConditions::* member) const {
    bool flag = false;
    read(value, flag);
    change.set(member, flag);
  }
  void operator()(JitterKind LinkConditions::* member) const {
    JitterKind kind{};
    read_choice(value, kind, jitter_kinds);
    change.set(member, kind);
  }
  void operator()(QueueKind LinkConditions::* member) const {
    QueueKind kind{};
    read_choice(value, kind, queue_kinds);
    change.set(member, kind);
  }
  void operator()(TimeTracePtr LinkConditions::* member) const {
    TimeTracePtr trace;
    Choices<TimeTracePtr> known;
    for (const auto& [name, each] : traces) known.emplace_back(name, each);
    read_choice(value, trace, known);
    const bool rises = std::ranges::is_sorted(trace->times) && trace->times.back() > Duration{};
    if (member == &LinkConditions::rate_trace && !rises) {
      value.refuse("a trace whose times rise from 0 to more than 0");
    }
    change.set(member, trace);
  }
  void operator()(std::vector<std::uint64_t> LinkConditions::* member) const {
    std::vector<std::uint64_t> numbers;
    read_list(value, [&](const Value& each) {
      numbers.push_back(number_of(each, field.least, field.most));
    });
    change.set(member, numbers);
  }
  void operator()(std::vector<TypedDrop> LinkConditions::* member) const {
    std::vector<TypedDrop> drops;
    read_list(value, [&](const Value& each) {
      TypedDrop drop;
      read_object(each, {required(choice("type", drop.type, frame_types)),
                         required(number("nth", drop.nth, field.least, field.most))});
      drops.push_back(drop);
    });
    change.set(member, drops);
  }
  void operator()(std::vector<wire::FrameType> LinkConditions::* member) const {
    std::vector<wire::FrameType> types;
    read_list(value, [&](const Value& each) { types.push_back(parse_frame_type(each)); });
    change.set(member, types);
  }
};

}  // namespace

Traces parse_traces(const Value& value) {
  if (!value.json.is_object()) value.refuse("an object of lists");
  Traces traces;
  for (const auto& [name, _] : value.json.items()) {
    auto trace = std::make_shared<TimeTrace>();
    trace->name = name;
    const Value list = value.at(name);
    read_list(list, [&](const Value& each) {
      // Whole milliseconds, as mahimahi writes them, or a time with its unit.
      Duration time{};
      if (each.json.is_number()) {
        time = 1ms * static_cast<Duration::rep>(number_of(each, 0, 1'000'000'000));
      } else {
        read(each, time);
      }
      trace->times.push_back(time);
    });
    if (trace->times.empty()) list.refuse("a list of one time or more");
    traces[name] = trace;
  }
  return traces;
}

LinkChange parse_conditions(const Value& value, const Traces& traces) {
  LinkChange change;
  Fields fields;
  for (const LinkField& field : link_fields()) {
    fields.push_back({std::string(field.name),
                      [&](const Value& each) {
                        std::visit(FieldReader{each, field, traces, change}, field.member);
                      },
                      false});
  }
  read_object(value, fields);
  const LinkConditions& set = change.values();
  const bool lacks_trace = set.jitter_kind == JitterKind::trace && set.jitter_trace == nullptr;
  if (lacks_trace) throw Malformed{value.pointer, "needs \"jitter_trace\" for that jitter_kind"};
  if (set.codel_interval > 4s || set.codel_interval == Duration{}) {
    value.at("codel_interval").refuse("more than nothing, and at most 4s");
  }
  return change;
}

}  // namespace stt::sim::json

// `stt conform run`.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <thread>

#include <conformance/suite/foreign/examine.hpp>
#include <conformance/suite/output/choices.hpp>
#include <conformance/suite/waivers.hpp>
#include <conformance/tool/adapter_commands.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/suite_commands.hpp>
#include <conformance/tool/suite_live.hpp>
#include <conformance/tool/suite_options.hpp>
#include <conformance/tool/suite_outputs.hpp>
#include <simulator/campaign/seed_range.hpp>

namespace stt::tool {

using conform::Case;
using conform::Results;

namespace {

struct Options {
  SuiteOptions suite;
  AdapterOptions adapter;
  LiveOptions live;
  std::string shard = "1/1";
  std::size_t jobs = 0;
  bool repeat = false;
  bool list_unsupported = false;
  bool list_choices = false;
  std::string waivers;  // a file
  std::string today;
  ResultFiles outputs;
};

int refuse(const std::string& what) {
  std::fprintf(stderr, "stt conform run: %s.\n", what.c_str());
  return exit_usage;
}

std::vector<const Case*> part(const std::vector<const Case*>& cases, const sim::Shard& shard) {
  if (cases.empty()) return {};
  const sim::SeedRange range = shard.of({.first = 1, .last = cases.size()});
  return {cases.begin() + static_cast<std::ptrdiff_t>(range.first - 1),
          cases.begin() + static_cast<std::ptrdiff_t>(range.last)};
}

// The day by which waivers are judged.
std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  ::gmtime_r(&now, &day);
  char text[sizeof "2027-03-01"];
  std::strftime(text, sizeof text, "%Y-%m-%d", &day);
  return text;
}

// Whether all waivers have an effect; says what is wrong with the others.
bool apply_waivers(const Options& options, const std::vector<conform::Waiver>& waivers,
                   const conform::Suite& suite, Results& results) {
  const std::string day = options.today.empty() ? today() : options.today;
  const auto faults = conform::apply_waivers(waivers, suite, day, results.rows);
  for (const std::string& fault : faults) {
    std::fprintf(stderr, "stt conform run: %s\n", fault.c_str());
  }
  return faults.empty();
}

// An adapter that says yes to what does not exist could say yes to everything.
bool is_honest(const conform::AdapterFactory& start, const conform::Suite& suite) {
  constexpr std::uint64_t any_seed = 1;
  const auto findings = conform::probe_honesty(start, suite, any_seed);
  for (const conform::Finding& finding : findings) {
    std::printf("%s: %s\n", finding.name.c_str(), printable(finding.what).c_str());
  }
  return findings.empty();
}

// What was played, and what came of it.
struct Played {
  conform::Suite suite;
  Results results;
  bool is_short = false;  // not all cases ran that should have
  bool is_honest = true;
};

Played begin(const Options& options, conform::Suite suite, std::vector<const Case*>& selected) {
  Played played{.suite = std::move(suite), .results = {}};
  const bool whole = options.suite.selection.is_everything();
  selected = conform::select(played.suite, options.suite.selection);
  played.is_short =
      selected.empty() || (whole && played.suite.cases.size() < played.suite.promised);
  if (played.is_short) {
    std::fprintf(stderr, "stt conform run: %zu cases to run, and the manifest promises %zu\n",
                 selected.size(), played.suite.promised);
  }
  played.results.header.suite = played.suite.version;
  played.results.header.promised = played.suite.promised;
  played.results.header.whole = whole;
  return played;
}

Played play_adapter(const Options& options, const sim::Shard& shard) {
  std::vector<const Case*> selected;
  Played played = begin(options, conform::load_suite(options.suite.vectors), selected);
  const conform::AskPlan plan{
      .jobs = options.jobs > 0 ? options.jobs : std::max(std::thread::hardware_concurrency(), 1U),
      .repeat = options.repeat};
  const conform::AdapterFactory start =
      adapter_factory(options.adapter, printer_of_new_complaints());
  const conform::Run found = conform::run(played.suite, part(selected, shard), plan, start);
  played.is_honest = is_honest(start, played.suite);
  played.results.header.implementation = found.claims.implementation;
  played.results.header.version = found.claims.version;
  played.results.header.options = options.adapter.text();
  played.results.rows = conform::result_rows(found.judgements);
  return played;
}

Played play_live(const Options& options) {
  const conform::live::SceneOptions scene = scene_options(options.live, options.adapter.deadline_s);
  std::vector<const Case*> selected;
  Played played = begin(options, conform::live::live_suite(scene.target.udp.has_value()), selected);
  played.results.header.implementation = options.live.url;
  played.results.header.options = options.live.text();
  played.results.rows = conform::result_rows(judge_live(scene, selected));
  return played;
}

int run(const Options& options) {
  const auto shard = sim::parse_shard(options.shard);
  if (!shard) return refuse("--shard is \"" + options.shard + "\"; it has the form 3/10");
  const auto waivers = conform::load_waivers(options.waivers);
  const bool is_live = options.live.is_asked_for();
  Played played = is_live ? play_live(options) : play_adapter(options, *shard);
  Results& results = played.results;
  const bool waivers_hold = apply_waivers(options, waivers, played.suite, results);

  const conform::Background known = background(played.suite, options.suite.vectors);
  write_result_files(options.outputs, {results}, known);
  print_unexpected(results, known);
  print_annotations(results, known, options.suite.vectors);
  if (options.list_unsupported) {
    for (const conform::ResultRow& row : results.rows) {
      if (row.verdict != conform::Verdict::unsupported) continue;
      std::printf("%s: unsupported\n", row.id.c_str());
    }
  }
  if (options.list_choices) {
    for (const auto& [point, option] : conform::choices_taken(results)) {
      std::printf("choice %s: %s\n", point.c_str(), option.c_str());
    }
  }
  std::printf("%s\n", conform::summary(results).c_str());
  const conform::Outcome outcome = conform::outcome(results.rows, played.is_short);
  if (outcome == conform::Outcome::unexpected && is_live) return live_exit_code(results);
  const int exit_code = exit_code_of(outcome);
  if (!played.is_honest && exit_code == exit_done) return exit_failed;
  const bool is_graver = exit_code == exit_failed || exit_code == exit_contradiction;
  return waivers_hold || is_graver ? exit_code : exit_bad_waivers;
}

constexpr char footer[] =
    "Without --adapter the reference is judged, in this process. docs/adapter-protocol.md says "
    "how\n"
    "to put another implementation here.\n"
    "\n"
    "It is also asked for kinds and operations that do not exist. Who says yes to one of them "
    "could\n"
    "say yes to everything: that is an overclaim, and never as expected.\n"
    "\n"
    "Prints what came out otherwise than it should, in full, and then one line:\n"
    "  conform: N expected, N unexpected, N unsupported, N not-exercised of N; suite V\n"
    "\n"
    "Verdicts: pass; deviation (a SHOULD); choice (what the specification leaves open); fail;\n"
    "wrong-reason; not-exercised (its base did not pass, so it shows nothing); unsupported;\n"
    "overclaim (unsupported, of a kind that the adapter claims); crash; hang; livelock;\n"
    "nondeterministic; adapter-error. The first three and what is unsupported are as expected.\n"
    "\n"
    "The results depend neither on --jobs nor on --shard; `stt conform report` makes one of the\n"
    "shards of a run, and shows what --jsonl has kept in other forms.\n"
    "\n"
    "Waivers are a list of\n"
    "  {\"id\":\"frame.*\",\"verdict\":\"fail\",\"because\":\"issue "
    "12\",\"until\":\"2027-03-01\"}\n"
    "One that matches no case, has expired or covers a case that passes is an error.\n"
    "\n"
    "  stt conform run --adapter 'python3 my_adapter.py'\n"
    "  stt conform run --group frame\n"
    "  stt conform run --requirement 'STT-ROTATION-*' --level must\n"
    "  stt conform run --id frame.decode/magic-first\n"
    "\n"
    "With --live an implementation behind real sockets is judged, by cases of their own: it "
    "listens\n"
    "at the URL and holds the published test seed, the bytes 00 01 02 to 1f. What it has to do\n"
    "besides stands in docs/testing-your-implementation.md, and `stt conform echo` does it. A "
    "case\n"
    "that fails is played once more, alone; --deadline is how long anything is waited for.\n"
    "\n"
    "  stt conform run --live udp://127.0.0.1:9000 --echo\n"
    "  stt conform list --live\n"
    "\n"
    "Exit codes: 0 all as expected (or unsupported); 1 something unexpected; 2 a waiver that\n"
    "should go; 3 fewer cases than promised, or none; 4 an answer that changes; 5 the adapter\n"
    "does not start; 6 the vectors cannot be read, or a file not be written; 7 something\n"
    "unexpected of a live implementation; 8 no session with it; 64 usage.";

}  // namespace

void add_run_command(Command conform) {
  auto options = std::make_shared<Options>();
  const Command command =
      conform.add_command("run", "Give every case to an implementation and judge its answers");
  add_adapter_options(command, options->adapter);
  add_selection_options(command, options->suite);
  command.add_option("--jobs", options->jobs, "Adapters at work at once; 0: one for each core")
      .type_name("N")
      .range(0, 1'024);
  command.add_option("--shard", options->shard, "Only this part of the cases").type_name("I/N");
  command.add_flag("--repeat", options->repeat, "Ask each case twice: the answers must agree");
  command.add_flag("--list-unsupported", options->list_unsupported,
                   "Also print the ids of what the adapter does not support");
  command.add_flag("--list-choices", options->list_choices,
                   "Also print what it chose where the specification leaves a choice");
  command.add_option("--waivers", options->waivers, "Results that are put up with (JSON)")
      .type_name("FILE");
  command.add_option("--today", options->today, "The day for --waivers, instead of the real one")
      .type_name("YYYY-MM-DD");
  add_live_options(command, options->live);
  add_result_files_options(command, options->outputs);
  command.footer(footer);
  command.action([options] { return guarded_suite_command("run", [&] { return run(*options); }); });
}

}  // namespace stt::tool

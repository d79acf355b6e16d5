// `stt sim campaign`.
#include <signal.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include <conformance/tool/campaign_output.hpp>
#include <conformance/tool/campaign_progress.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/invocation.hpp>
#include <conformance/tool/progress.hpp>
#include <conformance/tool/sim_commands.hpp>
#include <simulator/campaign/campaign.hpp>
#include <simulator/campaign/worker.hpp>

namespace stt::tool {
namespace {

struct Options {
  std::string seeds;
  std::string shard = "1/1";
  std::uint64_t jobs = 0;
  std::string db_path;
  bool resume = false;
  std::string jsonl_path;
  std::uint64_t world_limit_s = 300;
};

volatile std::sig_atomic_t interrupted = 0;

void stop_on_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { interrupted = 1; };
  // A second Ctrl-C does what Ctrl-C does.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int each : {SIGINT, SIGTERM}) ::sigaction(each, &action, nullptr);
}

int refuse(const std::string& what) {
  std::fprintf(stderr, "stt sim campaign: %s.\n", what.c_str());
  return exit_usage;
}

// What was found by another program says nothing about this one.
void check_same_program(const sim::ResultStore& store) {
  const auto total = store.total();
  if (total.worlds == 0) return;
  const auto kept = store.find(total.first_seed);
  if (kept->verdict == sim::Verdict::hang) return;
  sim::Worker worker;
  const sim::WorldResult again = sim::run_in(worker, kept->token, 300s);
  if (!again.same_as(*kept)) {
    throw sim::Contradiction("these results are of another program: it gave\n  " +
                             sim::canonical_json(*kept) + "\n  and this one gives\n  " +
                             sim::canonical_json(again));
  }
}

sim::ResultStore open_store(const Options& options) {
  if (!options.resume || !std::filesystem::exists(options.db_path)) {
    return sim::ResultStore::create(options.db_path);
  }
  sim::ResultStore store = sim::ResultStore::open(options.db_path);
  check_same_program(store);
  return store;
}

int run(const Options& options) {
  const auto seeds = sim::parse_seed_range(options.seeds);
  if (!seeds) return refuse("--seeds is \"" + options.seeds + "\"; it has the form FIRST:LAST");
  const auto shard = sim::parse_shard(options.shard);
  if (!shard) return refuse("--shard is \"" + options.shard + "\"; it has the form 3/10");
  if (options.resume && options.db_path.empty()) return refuse("--resume needs --db");

  sim::ResultStore store = open_store(options);
  sim::CampaignPlan plan;
  plan.seeds = store.missing(shard->of(*seeds));
  plan.jobs = options.jobs > 0 ? options.jobs : std::max(std::thread::hardware_concurrency(), 1U);
  plan.world_limit = std::chrono::seconds(options.world_limit_s);
  CampaignState state;
  for (const sim::SeedRange& range : plan.seeds) state.total += range.size();

  stop_on_signals();
  sim::CampaignEnd end = sim::CampaignEnd::complete;
  {
    CampaignProgress progress(stderr_is_terminal());
    sim::CampaignWatch watch;
    watch.should_stop = [] { return interrupted != 0; };
    watch.progress = [&](std::uint64_t worlds, std::uint64_t failures) {
      state.done = worlds;
      state.failures = failures;
      progress.update(state);
    };
    end = sim::run_campaign(plan, store, watch);
  }
  const int exit_code = finish_campaign(store, options.jsonl_path);
  if (end == sim::CampaignEnd::complete) return exit_code;
  std::fflush(stdout);
  std::fprintf(stderr, "interrupted after %llu of %llu seeds",
               static_cast<unsigned long long>(state.done),
               static_cast<unsigned long long>(state.total));
  if (options.db_path.empty()) {
    std::fputs("; with --db the results are kept, and --resume goes on.\n", stderr);
  } else {
    std::fprintf(stderr, ". To go on:\n  %s sim campaign --seeds %s --shard %s --db %s --resume\n",
                 invocation().c_str(), options.seeds.c_str(), options.shard.c_str(),
                 options.db_path.c_str());
  }
  return exit_interrupted;
}

}  // namespace

void add_sim_campaign_command(Command sim) {
  auto options = std::make_shared<Options>();
  const Command command = sim.add_command("campaign", "Run the worlds of many seeds, on all cores");
  command.add_option("--seeds", options->seeds, "First and last seed, both run")
      .type_name("FIRST:LAST")
      .required();
  command.add_option("--jobs", options->jobs, "Processes; 0: one for each core").type_name("N");
  command.add_option("--db", options->db_path, "Keep the results here (SQLite)").type_name("FILE");
  command.add_flag("--resume", options->resume, "Go on with what --db holds; or begin it");
  command.add_option("--shard", options->shard, "Only this part of the seeds").type_name("I/N");
  command.add_option("--jsonl", options->jsonl_path, "Write each result as a line of JSON")
      .type_name("FILE");
  command
      .add_option("--limit", options->world_limit_s,
                  "Seconds of real time after which a world hangs")
      .type_name("S")
      .range(1, 1'000'000);
  command.footer(
      "Each seed draws a world: its network, faults, conversations and settings. Worlds run in\n"
      "processes of their own: one that crashes or hangs is a result like any other. What is "
      "found\n"
      "depends on the seeds alone, not on jobs, shards or interruptions. Ctrl-C waits for the\n"
      "worlds that are running; --resume runs what is missing.\n"
      "\n"
      "  stt sim campaign --seeds 1:1000\n"
      "  stt sim campaign --seeds 1:100000 --db big.db --resume\n"
      "  stt sim campaign --seeds 1:100000 --shard 3/10 --db shard-3.db   one tenth, elsewhere\n"
      "  stt sim merge all.db shard-*.db\n"
      "\n"
      "Ends with `campaign: N seeds, N failures`. docs/scaling.md: from a laptop to a cluster.\n"
      "Exit codes: 0 all passed, 1 some did not, 4 --resume of another program's results, 13 --db\n"
      "cannot be used, 14 cannot write, 64 usage, 69 no processes, 130 interrupted.");
  command.action([options] { return guarded([&] { return run(*options); }); });
}

}  // namespace stt::tool

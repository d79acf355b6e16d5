// `stt sim report` and `stt sim merge`.
#include <cstdio>
#include <fstream>
#include <memory>
#include <system_error>
#include <vector>

#include <conformance/tool/campaign_output.hpp>
#include <conformance/tool/campaign_report.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/sim_commands.hpp>

namespace stt::tool {
namespace {

struct Options {
  std::string out;
  std::vector<std::string> in;
  std::string jsonl_path;
};

int report(const Options& options) {
  return finish_campaign(sim::ResultStore::open(options.in.at(0)), options.jsonl_path);
}

int merge(const Options& options) {
  // First all inputs, so that a wrong name leaves no half of an output.
  std::vector<sim::ResultStore> inputs;
  for (const std::string& path : options.in) inputs.push_back(sim::ResultStore::open(path));
  sim::ResultStore store = sim::ResultStore::create(options.out);
  for (const sim::ResultStore& input : inputs) {
    input.each(
        [&](std::uint64_t seed, const sim::WorldResult& result) { store.add(seed, result); });
  }
  store.commit();
  return finish_campaign(store, options.jsonl_path);
}

}  // namespace

int finish_campaign(const sim::ResultStore& store, const std::string& jsonl_path) {
  if (!jsonl_path.empty()) {
    std::ofstream out(jsonl_path, std::ios::binary | std::ios::trunc);
    store.each([&](std::uint64_t, const sim::WorldResult& result) {
      out << sim::canonical_json(result) << '\n';
    });
    out.flush();
    if (!out) {
      std::fprintf(stderr, "stt sim: cannot write all of %s.\n", jsonl_path.c_str());
      return exit_cannot_write;
    }
  }
  std::fputs(campaign_report(store).c_str(), stdout);
  return store.total().failures == 0 ? exit_done : exit_failed;
}

int guarded(const std::function<int()>& command) {
  const auto complain = [](const std::exception& failure, int code) {
    std::fprintf(stderr, "stt sim: %s.\n", failure.what());
    return code;
  };
  try {
    return command();
  } catch (const sim::Contradiction& failure) {
    return complain(failure, exit_contradiction);
  } catch (const sim::StoreFailure& failure) {
    return complain(failure, exit_unreadable);
  } catch (const std::system_error& failure) {
    return complain(failure, exit_unavailable);
  }
}

void add_sim_report_command(Command sim) {
  auto options = std::make_shared<Options>();
  const Command command = sim.add_command("report", "Show what a campaign found");
  command.add_option("db", options->in, "As written by campaign or merge").required().expected(1);
  command.add_option("--jsonl", options->jsonl_path, "Write each result as a line of JSON")
      .type_name("FILE");
  command.footer(
      "Seeds run, every kind of fault with how often it was injected (zero is a gap), the slowest\n"
      "seeds, and failures with the command that replays them. The dump of --jsonl is in the "
      "order\n"
      "of seeds and says nothing of cost: two campaigns over the same seeds give the same bytes.\n"
      "Exit codes: 0 all passed, 1 some did not, 13 not a file of results, 14 cannot write.");
  command.action([options] { return guarded([&] { return report(*options); }); });
}

void add_sim_merge_command(Command sim) {
  auto options = std::make_shared<Options>();
  const Command command = sim.add_command("merge", "Put the results of shards together");
  command.add_option("out", options->out, "A new file").required();
  command.add_option("in", options->in, "Results of campaigns").required();
  command.add_option("--jsonl", options->jsonl_path, "Write each result as a line of JSON")
      .type_name("FILE");
  command.footer(
      "A seed that several inputs hold must have the same result in each: it is kept once, and\n"
      "anything else ends the merge, because a world that can differ cannot be replayed.\n"
      "  stt sim merge all.db shard-*.db --jsonl all.jsonl\n"
      "Exit codes: those of `stt sim report`, and 4 if a seed has two results.");
  command.action([options] { return guarded([&] { return merge(*options); }); });
}

}  // namespace stt::tool

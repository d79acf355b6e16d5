// `stt report`: one page of whatever was found.
#include <cstdio>
#include <memory>

#include <conformance/suite/files.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/report_inputs.hpp>
#include <conformance/tool/suite_options.hpp>
#include <reports/page/page.hpp>
#include <simulator/campaign/result_store.hpp>

namespace stt::tool {
namespace {

struct Options {
  ReportInputs inputs;
  std::string title = "STT/1 report";
  std::string out;
};

int complain(int exit_code, const std::string& what) {
  std::fprintf(stderr, "stt report: %s\n", printable(what).c_str());
  return exit_code;
}

int run(const Options& options) {
  std::string page;
  try {
    page = report::to_page(options.title, page_sections(options.inputs));
  } catch (const conform::SuiteError& error) {
    return complain(exit_unreadable, error.what());
  } catch (const conform::Contradiction& error) {
    return complain(exit_contradiction, error.what());
  } catch (const sim::StoreFailure& error) {
    return complain(exit_unreadable, error.what());
  }
  try {
    conform::write_file(options.out, page);
  } catch (const conform::SuiteError& error) {
    return complain(exit_cannot_write, error.what());
  }
  std::printf("report: %s\n", printable(options.out).c_str());
  return exit_done;
}

}  // namespace

void add_report_command(Command app) {
  auto options = std::make_shared<Options>();
  const Command command =
      app.add_command("report", "Make one page of HTML of results, runs and measurements");
  command.add_option("INPUT", options->inputs.files, "What to show; more of a kind stand together")
      .required();
  command.add_option("-o,--out", options->out, "The page").type_name("FILE").required();
  command.add_option("--title", options->title, "What stands above it");
  add_vectors_option(command, options->inputs.vectors);
  command.footer(
      "Inputs are told apart by what stands in them:\n"
      "  stt conform run --jsonl FILE              results; more implementations are columns\n"
      "  stt sim run SCENARIO --timeline FILE      a run: packets, charts\n"
      "  stt sim campaign --db FILE                a campaign: faults, failures\n"
      "  stt conform requirements --json >FILE     which requirement is tested where\n"
      "  ./dev bench --json FILE                   ratios; more files are their history\n"
      "  reports/mutants.json                      planted bugs, and who found them\n"
      "  reports/fuzz/runs.jsonl                   what fuzzing has run\n"
      "  gcovr --json-summary FILE                 coverage of code\n"
      "  reports/numbers.json                      goals, with what was measured\n"
      "The page needs no network and no other file.\n\n"
      "  stt report results.jsonl run.json -o report.html\n\n"
      "Exit codes: 0; 4 two parts of a run contradict each other; 13 an input cannot be read or "
      "is\n"
      "nothing of this; 14 cannot write.");
  command.action([options] { return run(*options); });
}

}  // namespace stt::tool

// `stt conform fuzz`.
#include <cstdio>
#include <memory>

#include <conformance/suite/foreign/line.hpp>
#include <conformance/suite/fuzzing/differential.hpp>
#include <conformance/tool/adapter_commands.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/suite_commands.hpp>
#include <conformance/tool/suite_options.hpp>

namespace stt::tool {
namespace {

using conform::Disagreement;
using nlohmann::json;

struct Options {
  SuiteOptions suite;
  AdapterOptions adapter;
  conform::FuzzPlan plan;
  std::string question;  // JSON; only this one is asked
};

std::string said(const json& reply, const std::string& note) {
  return printable(reply.is_null() ? "nothing: " + note : reply.dump());
}

void print(const Disagreement& difference, const Options& options) {
  const json question = {{"kind", difference.question.kind}, {"in", difference.question.in}};
  std::printf("%s: another answer than the reference\n", difference.question.kind.c_str());
  std::printf("  asked       %s\n", difference.question.in.dump().c_str());
  std::printf("  theirs      %s\n", said(difference.theirs, difference.note).c_str());
  std::printf("  reference   %s\n", said(difference.ours, {}).c_str());
  if (!difference.base.empty()) std::printf("  from        %s\n", difference.base.c_str());
  std::printf("  again       stt conform fuzz %s --ask %s\n", options.adapter.text().c_str(),
              quoted(question.dump()).c_str());
}

int ask_one(const Options& options, const conform::AdapterFactory& start) {
  const json question = conform::parse_bounded(options.question);
  if (!question.is_object() || !question.contains("in") || !question.contains("kind") ||
      !question["kind"].is_string()) {
    std::fprintf(stderr, "stt conform fuzz: --ask is {\"kind\":KIND,\"in\":{...}}.\n");
    return exit_usage;
  }
  const auto difference = conform::ask_both({question["kind"], question["in"]}, start);
  if (difference) print(*difference, options);
  std::printf("fuzz: %d differences in 1 question\n", difference ? 1 : 0);
  return difference ? exit_failed : exit_done;
}

int run(const Options& options) {
  const conform::AdapterFactory start =
      adapter_factory(options.adapter, printer_of_new_complaints());
  if (!options.question.empty()) return ask_one(options, start);
  const conform::Suite suite = conform::load_suite(options.suite.vectors);
  conform::FuzzPlan plan = options.plan;
  plan.selection = options.suite.selection;
  const conform::FuzzReport report = conform::fuzz(suite, plan, start);
  for (const Disagreement& difference : report.differences) print(difference, options);
  std::printf(
      "fuzz: %zu differences in %llu questions of %zu kinds (%llu had no meaning); seed %llu\n",
      report.differences.size(), static_cast<unsigned long long>(report.compared),
      report.kinds.size(), static_cast<unsigned long long>(report.meaningless),
      static_cast<unsigned long long>(plan.seed));
  if (report.compared == 0) return exit_too_few_cases;
  return report.differences.empty() ? exit_done : exit_failed;
}

constexpr char footer[] =
    "Questions of the vectors are changed at random and put to the adapter and to the reference.\n"
    "Where they answer otherwise, the question is shrunk and printed with both answers, and with\n"
    "the command that asks it again: one of the two is wrong, and docs/spec says which.\n"
    "\n"
    "Left out are peers, what the adapter does not support, and kinds in which the specification\n"
    "leaves a choice. The same seed asks the same questions.\n"
    "\n"
    "  stt conform fuzz --adapter 'python3 my_adapter.py'\n"
    "  stt conform fuzz --adapter 'python3 my_adapter.py' --group frame --cases 100000 --seed 7\n"
    "\n"
    "Exit codes: 0 no difference; 1 differences; 3 nothing could be asked; 5 the adapter does not\n"
    "start; 6 the vectors cannot be read; 64 usage.";

}  // namespace

void add_fuzz_command(Command conform) {
  auto options = std::make_shared<Options>();
  const Command command = conform.add_command(
      "fuzz", "Look for questions that an implementation answers otherwise than the reference");
  add_adapter_options(command, options->adapter);
  add_selection_options(command, options->suite);
  command.add_option("--seed", options->plan.seed, "What is drawn from; the same asks the same")
      .type_name("N");
  command.add_option("--cases", options->plan.cases, "How many questions are drawn").type_name("N");
  command.add_option("--ask", options->question, "Ask this one only, as it was printed")
      .type_name("JSON");
  command.footer(footer);
  command.action(
      [options] { return guarded_suite_command("fuzz", [&] { return run(*options); }); });
}

}  // namespace stt::tool

// `stt man` and `stt completion`: for packages and shells, so --help does not show them.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <conformance/tool/command.hpp>
#include <conformance/tool/command_tree.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/completion.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/man_page.hpp>

namespace stt::tool {
namespace {

struct Page {
  std::string path, text;
};

void gather(const CommandTree& command, const std::string& above, std::vector<Page>& pages) {
  pages.push_back({command.path, man_page(command, above)});
  for (const CommandTree& one : command.commands) gather(one, command.path, pages);
}

int write_all(const std::vector<Page>& pages, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const Page& page : pages) {
    const std::filesystem::path file = folder / (man_page_name(page.path) + ".1");
    if (!(std::ofstream(file, std::ios::binary) << page.text << std::flush)) {
      std::fprintf(stderr, "stt man: cannot write %s.\n", file.c_str());
      return exit_cannot_write;
    }
  }
  return exit_done;
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? exit_done : exit_cannot_write;
}

int print_page(const std::vector<Page>& pages, const std::vector<std::string>& words) {
  std::string path = "stt";
  for (const std::string& word : words) path += " " + word;
  for (const Page& page : pages) {
    if (page.path == path) return print(page.text);
  }
  std::fprintf(stderr, "stt man: there is no command '%s'.\n", path.c_str());
  return exit_usage;
}

}  // namespace

void add_man_command(Command app) {
  struct Options {
    std::vector<std::string> words;
    std::string folder;
  };
  auto options = std::make_shared<Options>();
  const Command command =
      app.add_command("man", "Print the man page of a command, or write all").hide();
  command.add_option("COMMAND", options->words, "As in: conform run");
  command.add_option("--out", options->folder, "Write all pages to this folder").type_name("DIR");
  command.footer(
      "  stt man conform run | man -l -\n\nExit codes: 0 done, 14 cannot write, 64 usage.");
  command.action([options, app] {
    std::vector<Page> pages;
    gather(command_tree(app), "", pages);
    return options->folder.empty() ? print_page(pages, options->words)
                                   : write_all(pages, options->folder);
  });
}

void add_completion_command(Command app) {
  auto shell = std::make_shared<std::string>();
  const Command command =
      app.add_command("completion", "Print what completes `stt` in a shell").hide();
  command.add_option("SHELL", *shell, "bash or zsh").required().one_of({"bash", "zsh"});
  command.footer(
      "  source <(stt completion bash)\n\nExit codes: 0 done, 14 cannot write, 64 usage.");
  command.action([shell, app] {
    const CommandTree tree = command_tree(app);
    return print(*shell == "bash" ? bash_completion(tree) : zsh_completion(tree));
  });
}

}  // namespace stt::tool

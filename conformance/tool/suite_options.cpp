#include <conformance/tool/suite_options.hpp>

#include <cstdio>
#include <filesystem>

#include <conformance/suite/waivers.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/suite_commands.hpp>

namespace stt::tool {

std::string default_vectors() {
  namespace fs = std::filesystem;
  std::error_code ignored;
  // Installed: PREFIX/bin/stt and PREFIX/share/stt/vectors.
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  for (const fs::path& place : {program.parent_path().parent_path() / "share/stt/vectors",
                                fs::path(STT_SOURCE_DIR) / "vectors"}) {
    if (fs::exists(place, ignored)) return place.string();
  }
  return "vectors";
}

void add_vectors_option(Command command, std::string& vectors) {
  vectors = default_vectors();
  command.add_option("--vectors", vectors, "Where manifest.json stands").type_name("DIR");
}

std::string specification(const std::string& vectors) {
  namespace fs = std::filesystem;
  const fs::path beside = fs::absolute(vectors).lexically_normal() / ".." / "docs" / "spec";
  std::error_code ignored;
  return fs::is_directory(beside, ignored) ? beside.string() : STT_SOURCE_DIR "/docs/spec";
}

conform::Background background(const conform::Suite& suite, const std::string& vectors) {
  return {suite, conform::read_requirements(specification(vectors))};
}

void add_selection_options(Command command, SuiteOptions& options) {
  add_vectors_option(command, options.vectors);
  conform::Selection& selection = options.selection;
  const auto add = [&](const char* name, std::vector<std::string>& patterns, const char* words) {
    command.add_option(name, patterns, words).type_name("GLOB").one_value_each_time();
  };
  add("--id", selection.ids, "Only cases with this id; * stands for anything");
  add("--kind", selection.kinds, "Only cases of this kind, as in frame.decode");
  add("--group", selection.groups, "Only kinds of this group, as in frame");
  add("--requirement", selection.requirements, "Only what shows this, as in 'STT-FRAME-*'");
  add("--level", selection.levels, "Only must, should or may");
}

int guarded_suite_command(const char* name, const std::function<int()>& command) {
  const auto complain = [&](const std::exception& error, const char* words, int code) {
    std::fprintf(stderr, "stt conform %s: %s%s\n", name, words, error.what());
    return code;
  };
  try {
    return command();
  } catch (const conform::Contradiction& error) {
    return complain(error, "", exit_contradiction);
  } catch (const conform::WaiverError& error) {
    return complain(error, "the waivers: ", exit_bad_waivers);
  } catch (const conform::SuiteError& error) {
    return complain(error, "", exit_harness);
  } catch (const conform::AdapterError& error) {
    return complain(error, "the adapter does not answer: ", exit_adapter);
  }
}

}  // namespace stt::tool

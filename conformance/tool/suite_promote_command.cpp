// `stt conform vectors promote`.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <conformance/suite/authoring/promote.hpp>
#include <conformance/suite/files.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/suite_commands.hpp>
#include <conformance/tool/suite_options.hpp>
#include <stt/base/hex.hpp>

namespace stt::tool {
namespace {

using nlohmann::json;

struct PromoteOptions {
  std::string file;
  std::string hex;
  std::string kind;
  std::string members = "{}";  // of "in", besides bytes
  std::size_t skip = 0;
  std::string name = "found";
  std::string vectors;
  std::string out;
};

json parse_object(const std::string& text, const std::string& whose) {
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object()) throw conform::SuiteError(whose + " is no JSON object");
  return value;
}

// A case that somebody has begun: as in the files of vectors, though most members may be missing.
std::optional<conform::FoundInput> begun_case(const std::string& contents,
                                              const PromoteOptions& options) {
  const json value = json::parse(contents, nullptr, false);
  if (!value.is_object() || !value.contains("kind") || !value.contains("in")) return std::nullopt;
  if (!value["kind"].is_string()) throw conform::SuiteError(options.file + ": kind is no text");
  return conform::FoundInput{value["kind"], value["in"], options.name};
}

conform::FoundInput found_input(const PromoteOptions& options) {
  std::string contents;
  if (!options.file.empty()) {
    contents = conform::read_file(options.file);
    if (auto begun = begun_case(contents, options)) return std::move(*begun);
  }
  if (options.kind.empty()) {
    throw conform::SuiteError("--kind is missing: what kind of input is this?");
  }
  std::string hex = options.file.empty() ? options.hex : to_hex(as_bytes(contents));
  if (!from_hex(hex)) throw conform::SuiteError("--hex is not lower-case hexadecimal");
  hex.erase(0, 2 * options.skip);
  json in = parse_object(options.members, "--in");
  in["bytes"] = hex;
  return {options.kind, std::move(in), options.name};
}

int promote(const PromoteOptions& options) {
  namespace fs = std::filesystem;
  const conform::Suite suite = conform::load_suite(options.vectors);
  const std::string lock = conform::read_file(fs::path(options.vectors) / "ids.lock");
  try {
    const auto reference = conform::make_reference_adapter();
    const conform::Case draft = conform::draft_case(suite, lock, *reference, found_input(options));
    std::string file = options.out;
    if (file.empty()) {
      file = draft.id + ".draft.json";
      std::ranges::replace(file, '/', '.');
    }
    conform::write_file(file, conform::draft_file(draft));
    std::printf("%s: %s\n%s: a draft; what to do with it stands in it\n", draft.id.c_str(),
                draft.expect.dump().c_str(), file.c_str());
  } catch (const conform::SuiteError& error) {
    std::fprintf(stderr, "stt conform vectors promote: %s\n", error.what());
    return exit_failed;
  }
  return exit_done;
}

}  // namespace

void add_promote_command(Command vectors) {
  auto options = std::make_shared<PromoteOptions>();
  const Command command =
      vectors.add_command("promote", "Make the draft of a case from an input that was found");
  const Option file =
      command.add_option("FILE", options->file, "The input: a file of a fuzzer, or a case begun");
  const Option hex =
      command.add_option("--hex", options->hex, "The input in hexadecimal, instead of a file")
          .excludes(file);
  command.add_option("--kind", options->kind, "What the bytes are, as in frame.decode");
  command.add_option("--in", options->members, "What the kind asks besides the bytes")
      .type_name("JSON");
  command.add_option("--skip", options->skip, "Leave out the first N bytes").type_name("N");
  command.add_option("--name", options->name, "The id is KIND/NAME-N, with the next free N");
  command.add_option("--out", options->out, "The draft to write (default: KIND.NAME-N.draft.json)")
      .type_name("FILE");
  add_vectors_option(command, options->vectors);
  command.footer(
      "What is expected is what the reference answers, and the base of a negative is the positive\n"
      "that it is nearest to. The rest is for a human; no suite takes a draft. A case begun is a\n"
      "JSON object with \"kind\" and \"in\".\n"
      "\n"
      "  stt conform vectors promote build/fuzz/broken-frame-crash-1 --kind frame.decode\n"
      "  stt conform vectors promote --hex 8000 --kind varint.decode\n"
      "  stt conform vectors promote --hex 00ff --kind handshake.decode --in "
      "'{\"message\":\"hello\"}'\n"
      "\n"
      "Exit codes: 0; 1 nothing to draft: the reason is said; 6 the vectors cannot be read.");
  command.action([options, file, hex] {
    if (!file.is_given() && !hex.is_given()) throw UsageError("either FILE or --hex is required");
    return guarded_suite_command("vectors promote", [&] { return promote(*options); });
  });
}

}  // namespace stt::tool

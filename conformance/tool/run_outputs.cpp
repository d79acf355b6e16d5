#include <conformance/tool/run_outputs.hpp>

#include <algorithm>

#include <conformance/tool/command.hpp>
#include <reports/page/page.hpp>
#include <simulator/recording/capture.hpp>
#include <simulator/recording/key_log.hpp>
#include <simulator/recording/ladder.hpp>
#include <simulator/recording/qlog.hpp>
#include <simulator/recording/timeline.hpp>

namespace stt::tool {

void add_output_options(Command command, OutputPaths& paths) {
  const auto add = [&](const char* name, std::string& path, const char* what) {
    return command.add_option(name, path, what).type_name("FILE").group("What comes out of it");
  };
  add("--trace", paths.trace, "Everything that happens, a JSON line each");
  const Option pcap = add("--pcap", paths.pcap, "Packets, for Wireshark (pcapng)");
  command
      .add_flag("--pcap-plaintext", paths.pcap_plaintext,
                "In the pcap, too: frames before they are sealed")
      .needs(pcap)
      .group("What comes out of it");
  add("--qlog", paths.qlog, "What nodes and network do, for tools (qlog, JSON-SEQ: .sqlog)");
  add("--mermaid", paths.mermaid, "A ladder of messages, for Markdown (Mermaid)");
  add("--timeline", paths.timeline, "Packets and charts, for `stt report` (JSON)");
  add("--html", paths.page, "All of it to look at in a browser: one page that needs nothing else");
  add("--keylog", paths.key_log, "The world's keys; there are none of real sessions");
}

std::ostream* RunOutputs::open_file(const std::string& path) {
  if (failure_) return nullptr;
  if (std::ranges::find(files_, path, &File::path) != files_.end()) {
    failure_ = "cannot write two things to " + path;
    return nullptr;
  }
  File& file = files_.emplace_back(File{path, std::ofstream(path, std::ios::binary)});
  if (!file.stream) failure_ = "cannot write " + path;
  return failure_ ? nullptr : &file.stream;
}

template <class Writer, class... Arguments>
void RunOutputs::add(const std::string& path, const Arguments&... arguments) {
  std::ostream* out = path.empty() ? nullptr : open_file(path);
  if (out == nullptr) return;
  writers_.push_back(std::make_unique<Writer>(*out, about_, arguments...));
  recorder_.add(*writers_.back());
}

std::optional<std::string> RunOutputs::open(const OutputPaths& paths, sim::RunOptions& options) {
  if (!paths.trace.empty()) {
    if (std::ostream* out = open_file(paths.trace)) {
      options.observers.push_back(&trace_.emplace(*out));
    }
  }
  add<sim::Capture>(paths.pcap, paths.pcap_plaintext);
  add<sim::KeyLog>(paths.key_log);
  add<sim::Qlog>(paths.qlog);
  add<sim::Ladder>(paths.mermaid);
  add<sim::Timeline>(paths.timeline, purpose_);
  if (!paths.page.empty()) {
    page_ = open_file(paths.page);
    writers_.push_back(std::make_unique<sim::Timeline>(page_section_, about_, purpose_));
    recorder_.add(*writers_.back());
  }
  if (!writers_.empty()) options.onlooker = &recorder_;
  return failure_;
}

std::optional<std::string> RunOutputs::finish() {
  recorder_.end();
  if (page_ != nullptr) *page_ << report::to_page("STT/1: " + about_, {page_section_.str()});
  for (File& file : files_) {
    file.stream.close();
    if (!file.stream && !failure_) failure_ = "cannot write all of " + file.path;
  }
  return failure_;
}

}  // namespace stt::tool

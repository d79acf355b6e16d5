// The files that `stt sim run` and `replay` write on request.
#pragma once

#include <deque>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include <conformance/tool/command.hpp>
#include <simulator/recording/recorder.hpp>
#include <simulator/trace/json_trace.hpp>
#include <simulator/world.hpp>

namespace stt::tool {

// Empty: not asked for.
struct OutputPaths {
  std::string trace;
  std::string pcap;
  bool pcap_plaintext = false;
  std::string qlog;
  std::string key_log;
  std::string mermaid;
  std::string timeline;
  std::string page;
};

void add_output_options(Command command, OutputPaths& paths);

class RunOutputs {
 public:
  explicit RunOutputs(const sim::Scenario& scenario) : recorder_(scenario.seed) {
    about_ = scenario.name + ", seed " + std::to_string(scenario.seed);
    purpose_ = scenario.purpose;
  }

  // Opens the files, and has the run watched for them. What cannot be opened, if something cannot:
  // "cannot write x". This outlives the run.
  std::optional<std::string> open(const OutputPaths& paths, sim::RunOptions& options);
  // After the run: completes the files. What could not be written: "cannot write all of x".
  std::optional<std::string> finish();

 private:
  struct File {
    std::string path;
    std::ofstream stream;
  };

  std::ostream* open_file(const std::string& path);
  // Makes the writer of a file that was asked for, and adds it to the recorder's.
  template <class Writer, class... Arguments>
  void add(const std::string& path, const Arguments&... arguments);

  std::string about_;
  std::string purpose_;
  sim::Recorder recorder_;
  std::deque<File> files_;
  std::optional<std::string> failure_;
  std::ostream* page_ = nullptr;
  std::ostringstream page_section_;  // what stands in it
  std::optional<sim::JsonTrace> trace_;
  std::vector<std::unique_ptr<sim::RunWriter>> writers_;
};

}  // namespace stt::tool

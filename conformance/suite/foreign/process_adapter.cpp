// An implementation in a child process.
#include <csignal>

#include <conformance/suite/foreign/child_process.hpp>
#include <conformance/suite/foreign/fault.hpp>
#include <conformance/suite/foreign/line.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

class ProcessAdapter final : public Adapter {
 public:
  explicit ProcessAdapter(ProcessOptions options)
      : deadline_(options.deadline),
        on_fault_(std::move(options.on_fault)),
        child_(options.command) {}

  json request(const json& message) override {
    try {
      return ask(message);
    } catch (const ForeignError&) {
      if (on_fault_ && !complaints().empty()) on_fault_(complaints());
      throw;
    }
  }

  void finish() override {
    switch (child_.end_input(due())) {
      case ChildProcess::Answer::late:
        throw ForeignError(Fault::hang, "still there " + seconds() + " after its input ended");
      case ChildProcess::Answer::ended: break;
      default: throw ForeignError(Fault::chatty, "it wrote more than one line for each request");
    }
    const std::string end = child_.how_it_ended(due());
    if (!end.empty()) {
      throw ForeignError(Fault::crash, "ended with " + end + " when its input ended");
    }
  }

  std::string complaints() const override { return child_.complaints(); }

 private:
  json ask(const json& message) {
    const std::string line = numbered_line(++last_id_, message);
    switch (child_.ask(line, due(), reply_)) {
      case ChildProcess::Answer::line: return reply_of_line(reply_, last_id_);
      case ChildProcess::Answer::late:
        throw ForeignError(Fault::hang, "no reply within " + seconds());
      case ChildProcess::Answer::endless:
        throw ForeignError(Fault::endless_line, "a line of more than 16 MiB");
      case ChildProcess::Answer::ended: break;
    }
    const std::string end = child_.how_it_ended(due());
    if (end.empty()) throw ForeignError(Fault::early_exit, "its output ended before it replied");
    throw ForeignError(Fault::crash, "ended with " + end + " before it replied");
  }

  ChildProcess::Time due() const { return std::chrono::steady_clock::now() + deadline_; }
  std::string seconds() const {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(deadline_).count()) + " s";
  }

  std::chrono::milliseconds deadline_;
  std::function<void(const std::string&)> on_fault_;
  ChildProcess child_;
  std::uint64_t last_id_ = 0;
  std::string reply_;
};

}  // namespace

std::unique_ptr<Adapter> make_process_adapter(ProcessOptions options) {
  std::signal(SIGPIPE, SIG_IGN);  // who is gone is noticed when it is read from
  return std::make_unique<ProcessAdapter>(std::move(options));
}

}  // namespace stt::conform

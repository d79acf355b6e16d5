// The files that `stt report` takes, told apart by what stands in them, as sections of a page.
#pragma once

#include <string>
#include <vector>

namespace stt::tool {

struct ReportInputs {
  std::vector<std::string> files;
  std::string vectors;  // the suite that results are about
};

// The sections in the order of a reader's interest, whatever the order of the files; results of
// more implementations share one, and so do benchmarks, the oldest first. Throws SuiteError with
// the name of the file for one that cannot be read or that is nothing of ours, sim::StoreFailure
// for a campaign's results that cannot be read.
std::vector<std::string> page_sections(const ReportInputs& inputs);

}  // namespace stt::tool

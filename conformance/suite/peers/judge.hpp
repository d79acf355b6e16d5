// Judges one case of a kind "peer.": one side is scripted exactly, the other is the implementation
// under test. vectors/README.md describes the words of these cases.
#pragma once

#include <conformance/suite/asking.hpp>

namespace stt::conform {

// "actual" says what was decided at which step, and holds the ladder. Throws AdapterError where the
// adapter gives no reply, and SuiteError for a case that cannot be read.
Answer judge_peer_case(const Case& one, Adapter& adapter);

}  // namespace stt::conform

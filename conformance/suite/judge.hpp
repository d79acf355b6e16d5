// The verdict on one reply.
#pragma once

#include <string>

#include <conformance/suite/case.hpp>
#include <conformance/suite/verdict.hpp>

namespace stt::conform {

// Without regard to other cases: a negative may pass here whose base does not, and a choice may
// contradict another one.
Verdict judge(const Case& one, const nlohmann::json& reply);

// Where the case leaves a choice: which of its options the reply takes; empty for none of them.
std::string option_taken(const Case& one, const nlohmann::json& reply);

}  // namespace stt::conform

// For tests: what properties draw.
#pragma once

#include <rapidcheck.h>

namespace stt::testing {

// One of the numbers from low to high, all as likely from the first case on: RapidCheck's own range
// begins narrow.
template <class T>
T any_between(T low, T high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, static_cast<T>(high + 1)));
}

}  // namespace stt::testing

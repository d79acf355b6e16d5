// Errc as the error codes of Boost.System, for whatever completes with one. Errors that mean the
// same to everybody compare equal to the generic conditions:
//
//   if (error == stt::Errc::handshake_timeout) ...
//   if (error == boost::system::errc::timed_out) ...
#pragma once

#include <boost/system/error_code.hpp>
#include <stt/base/errc.hpp>

namespace stt {

// Named "stt". Errc::no_error, alone, does not count as a failure.
const boost::system::error_category& error_category();

inline boost::system::error_code make_error_code(Errc code) {
  return {static_cast<int>(code), error_category()};
}

}  // namespace stt

template <>
struct boost::system::is_error_code_enum<stt::Errc> : std::true_type {};

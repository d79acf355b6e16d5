#include <stt/base/errc.hpp>

#include <algorithm>
#include <array>

#include <stt/base/assert.hpp>

namespace stt {
namespace {

//= STT-ERROR-001
//= STT-ERROR-006
constexpr std::array errors{
#define X(identifier, number, name, response) ErrorInfo{Errc::identifier, name, Response::response},
    STT_ERRORS(X)
#undef X
};

static_assert(std::ranges::is_sorted(errors, std::ranges::less{}, &ErrorInfo::code));

const ErrorInfo& info(Errc code) {
  const auto found = std::ranges::lower_bound(errors, code, {}, &ErrorInfo::code);
  STT_ASSERT(found != errors.end() && found->code == code);
  return *found;
}

}  // namespace

std::span<const ErrorInfo> all_errors() {
  return errors;
}

std::string_view name(Errc code) {
  return info(code).name;
}

Response response(Errc code) {
  return info(code).response;
}

std::string_view name(Response response) {
  switch (response) {
    case Response::refuse: return "refuse";
    case Response::drop: return "drop";
    case Response::end_handshake: return "end_handshake";
    case Response::reset_stream: return "reset_stream";
    case Response::close_session: return "close_session";
    case Response::close_connection: return "close_connection";
  }
  STT_ASSERT(false);
  return {};
}

std::optional<Errc> errc_from_name(std::string_view name) {
  const auto found = std::ranges::find(errors, name, &ErrorInfo::name);
  if (found == errors.end()) return std::nullopt;
  return found->code;
}

std::optional<Errc> errc_from_number(std::uint64_t number) {
  for (const ErrorInfo& error : errors) {
    if (static_cast<std::uint64_t>(error.code) == number) return error.code;
  }
  return std::nullopt;
}

}  // namespace stt

#include <conformance/suite/foreign/fault.hpp>

namespace stt::conform {
namespace {

AdapterError::Kind kind_of(Fault fault) {
  switch (fault) {
    case Fault::hang: return AdapterError::Kind::hang;
    case Fault::crash:
    case Fault::early_exit: return AdapterError::Kind::crash;
    default: return AdapterError::Kind::error;
  }
}

}  // namespace

std::string_view name(Fault fault) {
  switch (fault) {
    case Fault::cannot_start: return "cannot-start";
    case Fault::hang: return "hang";
    case Fault::crash: return "crash";
    case Fault::early_exit: return "early-exit";
    case Fault::not_json: return "not-json";
    case Fault::wrong_id: return "wrong-id";
    case Fault::chatty: return "chatty";
    case Fault::endless_line: break;
  }
  return "endless-line";
}

ForeignError::ForeignError(Fault fault, const std::string& what)
    : AdapterError(std::string(name(fault)) + ": " + what, kind_of(fault)), fault_(fault) {}

}  // namespace stt::conform

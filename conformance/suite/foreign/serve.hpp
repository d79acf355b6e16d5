// The other side of the pipe: an adapter of this process, for a suite that runs elsewhere.
#pragma once

#include <iosfwd>

#include <conformance/suite/adapter.hpp>

namespace stt::conform {

// Reads requests and writes replies, a line each, until the input ends or the output fails. What
// cannot be read is answered with the outcome "error". Throws ForeignError if the adapter is gone.
void serve(Adapter& adapter, std::istream& in, std::ostream& out);

}  // namespace stt::conform

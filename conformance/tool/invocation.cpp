#include <conformance/tool/invocation.hpp>

namespace stt::tool {

std::string invocation() {
  return "stt";
}

}  // namespace stt::tool

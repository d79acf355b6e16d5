#include <conformance/suite/authoring/vector_files.hpp>
#include <conformance/tool/version.hpp>
#include <conformance/tool/version_text.hpp>

namespace stt::tool {

std::string version_text() {
  std::string text = std::string("stt ") + version;
  text += std::string("\nprotocol STT/1, cipher suite 0x01, vectors ") + conform::suite_version;
  text += std::string("\nbuild ") + (*build_type == '\0' ? "without type" : build_type);
  text += std::string(", ") + build_compiler;
  if (*build_sanitizers != '\0') text += std::string(", sanitizers ") + build_sanitizers;
  return text + "\nmade with " + build_libraries;
}

}  // namespace stt::tool

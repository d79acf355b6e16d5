#include <conformance/tool/printable.hpp>

#include <boost/locale/utf.hpp>

namespace stt::tool {
namespace {

namespace utf = boost::locale::utf;

bool commands_or_hides(utf::code_point code) {
  const bool control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
  const bool separator = code == 0x2028 || code == 0x2029;
  const bool turns = code == 0x061C || code == 0x200E || code == 0x200F ||
                     (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  return control || separator || turns;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char* end = text.data();
    const utf::code_point code =
        utf::utf_traits<char>::decode<const char*>(end, text.data() + text.size());
    const bool valid = code != utf::illegal && code != utf::incomplete;
    // Of what is no character one byte is taken: the next may begin one.
    const std::string_view character =
        text.substr(0, valid ? static_cast<std::size_t>(end - text.data()) : 1);
    if (code == '\t') {
      out += ' ';
    } else if (!valid || commands_or_hides(code)) {
      out += '_';
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

}  // namespace stt::tool

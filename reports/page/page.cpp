#include <reports/page/page.hpp>

#include <algorithm>
#include <new>

#include <openssl/evp.h>
#include <zlib.h>
#include <reports/page/page_html.hpp>

namespace stt::report {
namespace {

using Octets = std::vector<unsigned char>;

Octets deflated(const std::string& text) {
  uLongf size = compressBound(text.size());
  Octets bytes(size);
  const auto* from = reinterpret_cast<const unsigned char*>(text.data());
  // With room for the worst case only memory can be missing.
  if (compress2(bytes.data(), &size, from, text.size(), Z_BEST_COMPRESSION) != Z_OK) {
    throw std::bad_alloc();
  }
  bytes.resize(size);
  return bytes;
}

std::string base64(const Octets& bytes) {
  // Three bytes become four letters; a part at a time, because OpenSSL counts in int.
  constexpr std::size_t part_bytes = 3U << 16U;
  std::string letters;
  Octets part(part_bytes / 3 * 4 + 1);
  for (std::size_t at = 0; at < bytes.size(); at += part_bytes) {
    const std::size_t size = std::min(part_bytes, bytes.size() - at);
    const int written = EVP_EncodeBlock(part.data(), bytes.data() + at, static_cast<int>(size));
    letters.append(reinterpret_cast<const char*>(part.data()), static_cast<std::size_t>(written));
  }
  return letters;
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char letter : text) {
    switch (letter) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      default: html += letter;
    }
  }
  return html;
}

}  // namespace

std::string to_page(std::string_view title, const std::vector<std::string>& sections) {
  std::string data = R"({"sections":[)";
  for (std::size_t i = 0; i < sections.size(); ++i) data += (i == 0 ? "" : ",") + sections[i];
  data += "]}";
  const std::string shown_title = escaped(title);
  const std::string shown_data = base64(deflated(data));
  std::string page;
  std::string_view rest = page_html;
  // What is filled in is not searched.
  const auto fill = [&](std::string_view slot, const std::string& text) {
    const std::size_t at = rest.find(slot);
    page.append(rest.substr(0, at)).append(text);
    rest.remove_prefix(at + slot.size());
  };
  fill("@STT_REPORT_TITLE@", shown_title);
  fill("@STT_REPORT_TITLE@", shown_title);
  fill("@STT_REPORT_DATA@", shown_data);
  return page.append(rest);
}

}  // namespace stt::report

// load VECTORS: reads the vectors, checks that they are whole, and judges varint_decode by them.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <openssl/evp.h>
#include <nlohmann/json.hpp>

using nlohmann::json;

json varint_decode(const json& given) {
  const auto refusal = [](const char* reason) { return json{{"varint", reason}}; };
  const std::string hex = given.at("bytes");
  std::uint64_t value = 0;
  for (unsigned i = 0; i < hex.size() / 2; ++i) {
    const unsigned long byte = std::stoul(hex.substr(2 * i, 2), nullptr, 16);
    if (i == 9 && byte > 1) return refusal("wire.varint_overflow");
    value |= std::uint64_t{byte & 0x7f} << (7 * i);
    if (byte == 0 && i > 0) return refusal("wire.varint_overlong");
    if (byte < 0x80) return {{"value", std::to_string(value)}, {"consumed", i + 1}};
  }
  return refusal("wire.varint_truncated");
}

bool is_right(const json& expect, const json& answer) {
  if (expect.contains("accept")) return expect.at("accept") == answer;
  const json &stage = expect.at("reject").at("stage"), &reasons = expect.at("reject").at("reason");
  return std::any_of(reasons.begin(), reasons.end(),
                     [&](const json& reason) { return json{{stage, reason}} == answer; });
}

json read_checked(const std::string& path, const std::string& digest) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  unsigned char found[32];
  EVP_Digest(bytes.data(), bytes.size(), found, nullptr, EVP_sha3_256(), nullptr);
  for (unsigned i = 0; i < digest.size() / 2; ++i) {
    if (found[i] != std::stoul(digest.substr(2 * i, 2), nullptr, 16))
      throw std::runtime_error(path);
  }
  return path.ends_with(".json") ? json::parse(bytes) : json::object();
}

int main(int, char** argv) {
  const std::string folder = std::string(argv[1]) + "/";
  const json manifest = read_checked(folder + "manifest.json", "");
  unsigned cases = 0, asked = 0, wrong = 0;
  for (const auto& [path, digest] : manifest.at("sha3_256").items()) {
    const json file = read_checked(folder + path, digest);
    for (const json& one : file.value("cases", json::array())) {
      ++cases;
      if (one.at("kind") != "varint.decode" || !++asked) continue;
      if (is_right(one.at("expect"), varint_decode(one.at("in"))) || !++wrong) continue;
      std::puts(one.dump().c_str());
    }
  }
  std::printf("%u cases, %u asked, %u wrong\n", cases, asked, wrong);
  return wrong == 0 && manifest.at("cases") == cases ? 0 : 1;
}
